"""What README.md, CONTRIBUTING.md and docs/ promise exists: links, commands, paths, parameters, examples."""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml
from torch import nn

import params
from src.architectures.localizers.registry import LOCALIZERS, build_localizer
from src.architectures.readers.registry import READERS, build_reader
from src.bundle.endpoint import Endpoint
from src.common.plates import NoText
from src.common.texts import UNSEEN
from src.datasets.photos import load_photos
from src.generators.formats import get_format
from src.generators.scene import SceneOptions, World, draw_scene
from src.serving.schemas import COMPONENTS
from tests.networks import save_bundle
from tests.source import ROOT, modules

PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *sorted((ROOT / "docs").glob("*.md")),
        *sorted((ROOT / "data/datasets").rglob("README.md")),
    )
}
README = PAGES["README.md"]
# Entries of the first name what was there when they were written, the second what its reader is to add.
OF_OTHER_TIMES = ("docs/experiments.md", "docs/networks.md", "docs/your-country.md")
every_page = pytest.mark.parametrize("page", PAGES)


def code(page: str) -> str:
    """What a page shows as code: indented lines without their comments, and what stands between backticks."""
    indented = re.findall(r"^ {4,}(.*?)(?: {2,}# .*)?$", page, flags=re.MULTILINE)
    return "\n".join(indented + re.findall(r"`([^`\n]+)`", page))


def anchors(page: str) -> set[str]:
    """The fragments by which a page's headings are reached, as GitHub makes them."""
    text = re.sub(r"^```.*?^```", "", page, flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def leads_somewhere(page: str, link: str) -> bool:
    """Whether a link of a page, as it is written, is on the web, or a file here with the heading that it names."""
    if link.startswith("https://"):
        return True
    name, _, fragment = link.partition("#")
    target = (ROOT / page).parent.joinpath(name).resolve() if name else ROOT / page
    if not target.is_file() or not target.is_relative_to(ROOT):
        return False
    return not fragment or fragment in anchors(target.read_text(encoding="utf-8"))


@every_page
def test_links_lead_somewhere(page: str) -> None:
    text = re.sub(r"^```.*?^```", "", PAGES[page], flags=re.MULTILINE | re.DOTALL)
    named = dict(re.findall(r"^\[(\w+)\]: (\S+)$", text, flags=re.MULTILINE))
    assert set(re.findall(r"\[\[(\w+)\]\]", text)) == set(named)
    links = [*re.findall(r"\]\(([^)\s]+)\)", text), *named.values()]
    assert [link for link in links if not leads_somewhere(page, link)] == []


def test_links_that_lead_nowhere_are_seen() -> None:
    assert leads_somewhere("README.md", "docs/reading.md#what-comes-out")
    assert leads_somewhere("docs/reading.md", "../README.md")
    for link in ("docs/reading.md#nowhere", "docs/nothing.md", "#nowhere", "../other.md", "docs"):
        assert not leads_somewhere("README.md", link), link


def test_readme_is_short() -> None:
    assert len(README.splitlines()) <= 250


def test_every_page_of_docs_is_named_in_the_readme() -> None:
    assert [page for page in PAGES if page.startswith("docs/") and f"({page})" not in README] == []


@every_page
def test_commands_exist(page: str) -> None:
    targets = set(re.findall(r"^\.PHONY: (\S+)$", (ROOT / "Makefile").read_text(), flags=re.M))
    named = set(re.findall(r"\bmake ([a-z-]+)", code(PAGES[page])))
    assert named or page not in ("README.md", "CONTRIBUTING.md")
    assert named <= targets
    for module in re.findall(r"python3? -m ((?:src|benchmarks)\.[\w.]+)", PAGES[page]):
        path = ROOT.joinpath(*module.rstrip(".").split(".")).with_suffix(".py")
        assert "def main(" in path.read_text(), module


@pytest.mark.parametrize("page", [page for page in PAGES if page not in OF_OTHER_TIMES])
def test_paths_exist(page: str) -> None:
    named = re.findall(r"`((?:src|tests|\.ci|\.github|data/datasets)/[\w./-]+)`", PAGES[page])
    assert named or page not in ("README.md", "CONTRIBUTING.md", "docs/house.md")
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_room_is_in_the_structure() -> None:
    rooms = {m.split(".")[1] for m in modules() if m.count(".") > 1}
    structure = PAGES["docs/house.md"].partition("## Project structure")[2].partition("##")[0]
    assert {room for room in rooms if f" {room}/" not in structure} == set()


def test_commands_stand_word_for_word() -> None:
    pipeline, serving = PAGES["docs/pipeline.md"], PAGES["docs/serving.md"]
    assert (
        'dvc exp run -S "params.py:MULTIPROCESSING=False" '
        '-S "params.py:PrepareLocalizeParams.MAX_IMAGES=256" '
        '-S "params.py:PrepareOCRParams.MAX_IMAGES=256" '
        '-S "params.py:PrepareStackParams.MAX_IMAGES=256" '
        '-S "params.py:TrainLocalizeParams.EPOCHS=1" '
        '-S "params.py:TrainOCRParams.EPOCHS=1"\n'
    ) in re.sub(r" \\\n +", " ", pipeline)
    runs = "localize:out/runs/localize/tensorboard,ocr:out/runs/ocr/tensorboard"
    assert f"tensorboard --logdir_spec={runs}\n" in pipeline
    assert "dvc plots diff --open" in pipeline
    assert "python3 -m src.save_stack && python3 -m src.serve" in serving
    assert "mlem serve fastapi -m out/models/stack " in serving
    (start,) = re.findall(r"^    (git init .+)$", pipeline, flags=re.MULTILINE)
    assert start in (ROOT / "Makefile").read_text()


def test_parameters_exist() -> None:
    named = {name for page in PAGES.values() for name in re.findall(r"params\.py:([\w.]+)=", page)}
    assert named
    for name in named:
        owner: Any = params
        for part in name.split("."):
            owner = getattr(owner, part)
    keys = {key for page in PAGES.values() for key in re.findall(r"-S \"?([a-z_]+)=", page)}
    chosen = {"plate_format", "localize_model", "ocr_model", "start", "weights", "teacher"}
    assert keys == chosen | {"schedule", "optimizer", "photos_wait_for"}
    assert keys <= set(yaml.safe_load((ROOT / "params.yaml").read_text()))
    remedies = PAGES["docs/pipeline.md"].partition("## When something goes wrong\n")[2]
    capitals = re.findall(r"`([A-Z]+(?:_[A-Z]+)*)`", remedies)
    assert capitals
    for name in capitals:
        owners = [params, *vars(params).values()]
        assert any(hasattr(owner, name) for owner in owners), name


def test_models_are_those_of_the_registry_with_their_parameters() -> None:
    table = README.partition("| Network |")[2].partition("\n\n")[0]
    rows = {
        name: (kind, int(count.replace(",", "")))
        for name, kind, count in re.findall(
            r"^\| `(\w+)` \| (\w+) \| ([\d,]+) \|", table, flags=re.MULTILINE
        )
    }
    alphabet = get_format("swiss").alphabet + UNSEEN
    finders = {name: build_localizer(name, {}, (128, 128)) for name in LOCALIZERS.names()}
    readers = {name: build_reader(name, {}, (32, 128), alphabet) for name in READERS.names()}
    assert rows == {
        **{name: ("finds", _parameters(network)) for name, network in finders.items()},
        **{name: ("reads", _parameters(network)) for name, network in readers.items()},
    }


def test_localizers_of_the_page_are_those_of_the_readme() -> None:
    page = PAGES["docs/networks.md"].partition("| `localize_model` |")[2].partition("\n\n")[0]
    written = re.findall(r"^\| `(\w+)` \|[^|]+\| ([\d,]+) \|", page, flags=re.MULTILINE)
    listed = re.findall(r"^\| `(\w+)` \| finds \| ([\d,]+) \|", README, flags=re.MULTILINE)
    assert dict(written) == dict(listed)
    assert len(written) == len(listed) > 0


def _parameters(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


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
    table = PAGES["docs/pipeline.md"].partition("| Stage |")[2].partition("\n\n")[0]
    for name in stages:
        (row,) = [line for line in table.splitlines() if line.startswith(f"| `{name}` |")]
        assert all(f"`{out}`" in row for out in outs[name])


@pytest.mark.parametrize("page", ["README.md", "docs/photographs.md"])
def test_annotations_example_is_valid(page: str, tmp_path: Path) -> None:
    example = PAGES[page].partition("```csv\n")[2].partition("```")[0]
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
    options = SceneOptions(
        height=256, width=256, max_plates=1, empty_share=0.0, min_plate=0.3, max_plate=0.8
    )
    scene = draw_scene(np.random.default_rng(5), World(get_format("swiss")), options, "test")
    answer = Endpoint(save_bundle(tmp_path)).predict(scene.image)
    example = PAGES["docs/serving.md"].partition("```text\n")[2].partition("```")[0]
    # What the server adds to what the endpoint says.
    fields = set(re.findall(r'"(\w+)":', json.dumps(answer))) | {"ms", "model", "version", "format"}
    assert "characters" in fields
    # Networks that have learned nothing read nothing that a country issues.
    assert [plate["region"] for plate in answer["plates"]] == [None] * len(answer["plates"]) != []
    fields |= set(COMPONENTS["Region"]["properties"])  # its subdivision has code and name as well
    assert set(re.findall(r'"(\w+)":', example)) == fields
