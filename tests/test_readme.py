import json
import sys
from pathlib import Path
from typing import Any

import pytest

from src import readme
from src.common.errors import UserError, run_main
from tests.evaluations import METRICS, OCR, PHOTOS, STACK, write_metrics
from tests.source import ROOT

PAGE = """# Title
<!-- headline -->
old
<!-- /headline -->
between
<!-- release -->
<!-- /release -->
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
RELEASE = """\
| The released model | of 2026-01-31 |
| --- | --- |
| Networks | `one_finder` and `one_reader` |
| Parameters | 1,234,567 |
| Plates | `swiss` |
| Exact text of 1,004 plates in 3,000 drawn test scenes | **75.0% (71.2% to 78.1%)** |
| Something read in 900 of these without a plate | 2.0% |
| Sure (90%) and wrong in 600 drawn hard scenes | 3.5% |"""
CARD: dict[str, Any] = {
    "created": "2026-01-31",
    "localizer": "one_finder",
    "reader": "one_reader",
    "parameters": 1234567,
    "plate_format": "swiss",
    "metrics": {
        "val_acc": 0.75,
        "exact_low": 0.712,
        "exact_high": 0.781,
        "pictures": 3000,
        "plates": 1004,
        "no_plate.pictures": 900,
        "no_plate.with_reading": 0.02,
        "hard.pictures": 600,
        "hard.sure_and_wrong": 0.035,
    },
}
FOLDER_ROW = "| {} | 18 | 20 | 70.0% (48.0% to 85.5%) | 12.5% | - | 0.06 |"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page, metrics of all three evaluating stages, and the card of a released model."""
    (tmp_path / "README.md").write_text(PAGE)
    write_metrics(tmp_path, METRICS)
    (tmp_path / "card.json").write_text(json.dumps(CARD))
    monkeypatch.setattr(readme, "README", tmp_path / "README.md")
    monkeypatch.setattr(readme, "EVALUATIONS", tmp_path)
    monkeypatch.setattr(readme, "PHOTOS", tmp_path / "docs" / "photos.json")
    monkeypatch.setattr(readme, "RELEASE", tmp_path / "card.json")
    return tmp_path


def regions(project: Path, photos: str = "none.json") -> dict[str, str]:
    """What is written into the page."""
    return readme.regions(project, project / photos, project / "card.json")


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
        f"<!-- release -->\n\n{RELEASE}\n\n<!-- /release -->\n"
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
    results = regions(project, "docs/photos.json")["results"]
    assert results.startswith(DRAWN)
    assert results.splitlines()[-2:] == [FOLDER_ROW.format("garage"), FOLDER_ROW.format("streets")]


def test_nothing_to_count_is_a_dash(project: Path) -> None:
    nothing = dict.fromkeys(("val_acc", "exact_low", "exact_high", "exact_at_true_corners"))
    write_metrics(project, {"stack": {**STACK, **nothing, "plates": 0}})
    filled = regions(project)
    assert filled["headline"].startswith("**-** of 0 plates")
    assert "| **-** |" in filled["results"]


@pytest.mark.parametrize("name", ["stack", "localize", "ocr"])
def test_missing_metrics_are_named(project: Path, name: str) -> None:
    (project / name / "metrics.json").unlink()
    with pytest.raises(UserError, match=f"no metrics of evaluate_{name} yet"):
        regions(project)


def test_missing_number_is_named(project: Path) -> None:
    write_metrics(project, {"ocr": {k: v for k, v in OCR.items() if k != "cer"}})
    with pytest.raises(UserError, match="lack 'cer': run `make pipeline`"):
        regions(project)


def test_damaged_rows_are_named(project: Path) -> None:
    (project / "photos.json").write_text("{")
    with pytest.raises(UserError, match=r"photos\.json is damaged"):
        regions(project, "photos.json")


@pytest.mark.parametrize("card", [None, "{", "[]", '{"created": "2026-01-31", "metrics": {}}'])
def test_card_without_what_is_shown_is_named(project: Path, card: str | None) -> None:
    (project / "card.json").unlink()
    if card is not None:
        (project / "card.json").write_text(card)
    with pytest.raises(UserError, match=r"card\.json is missing, damaged or without metrics"):
        regions(project)


NAMES = ("headline", "release", "results")


@pytest.mark.parametrize("name", NAMES)
def test_lost_marker_is_named(name: str) -> None:
    contents = dict.fromkeys(NAMES, "a")
    with pytest.raises(UserError, match=f"<!-- {name} -->"):
        readme.fill(PAGE.replace(f"<!-- /{name} -->", ""), contents)
    with pytest.raises(UserError, match=f"<!-- {name} -->"):
        readme.fill(f"{PAGE}<!-- {name} -->\n<!-- /{name} -->\n", contents)


def test_numbers_are_text_and_no_pattern() -> None:
    assert "\n\\1 \\g<0>\n" in readme.fill(PAGE, {"headline": r"\1 \g<0>"})


def test_readme_has_the_regions() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "one" in readme.fill(text, dict.fromkeys(NAMES, "one"))
