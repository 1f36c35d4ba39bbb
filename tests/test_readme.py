import json
import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml

import params
from src import readme
from src.bundle.endpoint import Endpoint
from src.common.errors import UserError, run_main
from src.common.plates import NoText
from src.datasets.photos import load_photos
from src.generators.formats import get_format
from src.generators.scene import SceneOptions, World, draw_scene
from tests.evaluations import METRICS, OCR, PHOTOS, STACK, write_metrics
from tests.networks import save_bundle
from tests.source import ROOT, modules

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {name: (ROOT / name).read_text("utf-8") for name in ("README.md", "CONTRIBUTING.md")}
every_page = pytest.mark.parametrize("page", PAGES)

PAGE = """# Title
<!-- headline -->
old
<!-- /headline -->
between
<!-- results -->
<!-- /results -->
end
"""
HEADLINE = (
    "**87.5%** of 1,004 plates are found and read without a mistake in 3,000 drawn test scenes "
    "that no training has seen."
)
DRAWN = """\
| What | Set | Result |
| --- | --- | --- |
| Both models: exact text (`val_acc`) | 1,004 plates in 3,000 drawn test scenes | **87.5% (85.3% to 89.4%)** |
| Reader given true corners | the same | 92.2% |
| Something read where no plate is | 900 of these scenes | 1.0% |
| Sure (90%) and wrong: plates cut, hidden or covered in part, notices | 600 drawn hard scenes | 1.2% |
| Localizer: AP at IoU 0.5 / 0.75 | 640 plates in 1,200 drawn validation scenes | 95.1% / 90.0% |
| Localizer: corner error p50 / p90 / p99 | those found | 1.3 / 3.0 / - px |
| Reader: exact text / character errors | 2,200 drawn validation views | 98.8% / 0.4% |"""
FOLDER_ROW = "| {} | 18 | 20 | 70.0% (48.0% to 85.5%) | 12.5% | - | 0.06 |"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page, and metrics of all three evaluating stages."""
    (tmp_path / "README.md").write_text(PAGE)
    write_metrics(tmp_path, METRICS)
    monkeypatch.setattr(readme, "README", tmp_path / "README.md")
    monkeypatch.setattr(readme, "EVALUATIONS", tmp_path)
    monkeypatch.setattr(readme, "PHOTOS", tmp_path / "docs" / "photos.json")
    return tmp_path


def code(page: str) -> str:
    """What a page shows as code: indented lines without their comments, and what stands between backticks."""
    indented = re.findall(r"^    (.*?)(?: {2,}# .*)?$", page, flags=re.MULTILINE)
    return "\n".join(indented + re.findall(r"`([^`\n]+)`", page))


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The exit code of the command."""
    monkeypatch.setattr(sys, "argv", ["readme", *arguments])
    try:
        run_main(readme.main)
    except SystemExit as end:
        return int(str(end.code))
    return 0


def test_fills_what_is_between_the_markers(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch) == 0
    assert (project / "README.md").read_text() == (
        f"# Title\n<!-- headline -->\n\n{HEADLINE}\n\n<!-- /headline -->\nbetween\n"
        f"<!-- results -->\n\n{DRAWN}\n\n<!-- /results -->\nend\n"
    )


def test_filling_twice_changes_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch)
    once = (project / "README.md").read_bytes()
    assert run(monkeypatch) == 0
    assert (project / "README.md").read_bytes() == once


def test_check_tells_and_changes_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--check") == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "README.md differs from the metrics: run `python3 -m src.readme`" in said
    assert (project / "README.md").read_text() == PAGE
    run(monkeypatch)
    assert run(monkeypatch, "--check") == 0
    write_metrics(project, {"stack": {**STACK, "val_acc": 0.876}})
    assert run(monkeypatch, "--check") == 1


def test_folders_of_photographs_are_rows_by_name(project: Path) -> None:
    (project / "docs").mkdir()
    (project / "docs" / "photos.json").write_text(json.dumps({"streets": PHOTOS}))
    write_metrics(project, {"stack": {**STACK, "photos": {"garage": PHOTOS}}})
    results = readme.regions(project, project / "docs" / "photos.json")["results"]
    assert results.startswith(DRAWN)
    assert results.splitlines()[-2:] == [FOLDER_ROW.format("garage"), FOLDER_ROW.format("streets")]


def test_nothing_to_count_is_a_dash(project: Path) -> None:
    nothing = dict.fromkeys(("val_acc", "exact_low", "exact_high", "exact_at_true_corners"))
    write_metrics(project, {"stack": {**STACK, **nothing, "plates": 0}})
    filled = readme.regions(project, project / "none.json")
    assert filled["headline"].startswith("**-** of 0 plates")
    assert "| **-** |" in filled["results"]


@pytest.mark.parametrize("name", ["stack", "localize", "ocr"])
def test_missing_metrics_are_named(project: Path, name: str) -> None:
    (project / name / "metrics.json").unlink()
    with pytest.raises(UserError, match=f"no metrics of evaluate_{name} yet"):
        readme.regions(project, project / "none.json")


def test_missing_number_is_named(project: Path) -> None:
    write_metrics(project, {"ocr": {k: v for k, v in OCR.items() if k != "cer"}})
    with pytest.raises(UserError, match="lack 'cer': run `make pipeline`"):
        readme.regions(project, project / "none.json")


def test_damaged_rows_are_named(project: Path) -> None:
    (project / "photos.json").write_text("{")
    with pytest.raises(UserError, match=r"photos\.json is damaged"):
        readme.regions(project, project / "photos.json")


@pytest.mark.parametrize("name", ["headline", "results"])
def test_lost_marker_is_named(name: str) -> None:
    contents = {"headline": "a", "results": "b"}
    with pytest.raises(UserError, match=f"<!-- {name} -->"):
        readme.fill(PAGE.replace(f"<!-- /{name} -->", ""), contents)
    with pytest.raises(UserError, match=f"<!-- {name} -->"):
        readme.fill(f"{PAGE}<!-- {name} -->\n<!-- /{name} -->\n", contents)


def test_numbers_are_text_and_no_pattern() -> None:
    assert "\n\\1 \\g<0>\n" in readme.fill(PAGE, {"headline": r"\1 \g<0>"})


# What the pages promise exists.


def test_readme_has_the_regions() -> None:
    assert "one" in readme.fill(README, {"headline": "one", "results": "two"})


@every_page
def test_links_lead_somewhere(page: str) -> None:
    headings = re.findall(r"^#+ (.+)$", PAGES[page], flags=re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}
    links = re.findall(r"\]\(([^)\s]+)\)", PAGES[page])
    broken = [
        link
        for link in links
        if not link.startswith("http")
        and not (link[1:] in anchors if link.startswith("#") else (ROOT / link).is_file())
    ]
    assert broken == []


@every_page
def test_commands_exist(page: str) -> None:
    targets = set(re.findall(r"^\.PHONY: (\S+)$", (ROOT / "Makefile").read_text(), flags=re.M))
    named = set(re.findall(r"\bmake ([a-z-]+)", code(PAGES[page])))
    assert named
    assert named <= targets
    for module in re.findall(r"python3? -m ((?:src|benchmarks)[\w.]+)", PAGES[page]):
        path = ROOT.joinpath(*module.split(".")).with_suffix(".py")
        assert "def main(" in path.read_text(), module


@every_page
def test_paths_exist(page: str) -> None:
    named = re.findall(r"`((?:src|tests|\.ci|data/datasets)/[\w./-]+)`", PAGES[page])
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_room_is_in_the_structure() -> None:
    rooms = {m.split(".")[1] for m in modules() if m.count(".") > 1}
    structure = README.partition("## Project structure")[2].partition("##")[0]
    assert {room for room in rooms if f" {room}/" not in structure} == set()


def test_commands_stand_word_for_word() -> None:
    joined = re.sub(r" \\\n +", " ", README)
    assert (
        'dvc exp run -S "params.py:MULTIPROCESSING=False" '
        '-S "params.py:PrepareLocalizeParams.MAX_IMAGES=256" '
        '-S "params.py:PrepareOCRParams.MAX_IMAGES=256" '
        '-S "params.py:PrepareStackParams.MAX_IMAGES=256" '
        '-S "params.py:TrainLocalizeParams.EPOCHS=1" '
        '-S "params.py:TrainOCRParams.EPOCHS=1"\n'
    ) in joined
    runs = "localize:out/runs/localize/tensorboard,ocr:out/runs/ocr/tensorboard"
    assert f"tensorboard --logdir_spec={runs}\n" in README
    assert "dvc plots diff --open" in README
    assert "python3 -m src.save_stack && python3 -m src.serve" in README
    assert "mlem serve fastapi -m out/models/stack " in README
    (start,) = re.findall(r"^    (git init .+)$", README, flags=re.MULTILINE)
    assert start in (ROOT / "Makefile").read_text()


def test_parameters_exist() -> None:
    named = re.findall(r"params\.py:([\w.]+)=", README)
    assert named
    for name in named:
        owner: Any = params
        for part in name.split("."):
            owner = getattr(owner, part)
    keys = set(re.findall(r"-S ([a-z_]+)=", README))
    assert keys == {"plate_format", "localize_model", "ocr_model"}
    assert keys <= set(yaml.safe_load((ROOT / "params.yaml").read_text()))
    for name in re.findall(r"`([A-Z]+(?:_[A-Z]+)*)`", README.partition("goes wrong\n")[2]):
        owners = [params, *vars(params).values()]
        assert any(hasattr(owner, name) for owner in owners), name


def test_diagram_shows_the_stages_as_they_depend() -> None:
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
    # Outputs with options are single files in the folders of the others, or of metrics.
    outs = {n: [o for o in s.get("outs", []) if isinstance(o, str)] for n, s in stages.items()}
    makers = {out: name for name, made in outs.items() for out in made}
    edges = {
        (makers[dep], name)
        for name, stage in stages.items()
        for dep in stage["deps"]
        if dep in makers
    }
    diagram = README.partition("```mermaid\n")[2].partition("```")[0]
    chains = [line.strip().split(" --> ") for line in diagram.splitlines()[1:]]
    assert {pair for chain in chains for pair in pairwise(chain)} == edges
    table = README.partition("| Stage |")[2].partition("\n\n")[0]
    for name in stages:
        (row,) = [line for line in table.splitlines() if line.startswith(f"| `{name}` |")]
        assert all(f"`{out}`" in row for out in outs[name])


def test_annotations_example_is_valid(tmp_path: Path) -> None:
    example = README.partition("```csv\n")[2].partition("```")[0]
    (tmp_path / "annotations.csv").write_text(example)
    for row in example.splitlines()[1:]:
        path = tmp_path / row.split(",")[0]
        path.parent.mkdir(exist_ok=True)
        cv2.imwrite(str(path), np.zeros((480, 640), np.uint8))
    plates = [photo.plates for photo in load_photos(tmp_path, get_format("swiss").alphabet).photos]
    assert [[p.text for p in found] for found in plates] == [
        ["ZH123456"],
        ["GE7"],
        [NoText.UNREADABLE],
        [],
    ]
    assert [[p.quad is not None for p in found] for found in plates] == [
        [True],
        [False],
        [True],
        [],
    ]


def test_answer_example_has_the_fields_of_an_answer(tmp_path: Path) -> None:
    options = SceneOptions(256, 256, 1, 0.0, 0.3, 0.8)
    scene = draw_scene(np.random.default_rng(5), World(get_format("swiss")), options, "test")
    answer = Endpoint(save_bundle(tmp_path)).predict(scene.image)
    example = README.partition("```text\n")[2].partition("```")[0]
    # What the server adds to what the endpoint says.
    fields = set(re.findall(r'"(\w+)":', json.dumps(answer))) | {"ms", "model", "version", "format"}
    assert "characters" in fields
    assert set(re.findall(r'"(\w+)":', example)) == fields
