"""Parts of photographs without a plate, and what counts as a mistake there."""

import subprocess
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import no_plates
from benchmarks.no_plates import LEAST, SHEET, Part, parts_of, row_of
from src.common.config import ROOT
from src.common.plates import LabelledPlate
from tests.reading.made import bundle, reading


def plate(x: float, y: float) -> LabelledPlate:
    """A plate of 80 by 20 pixels whose upper left corner is at (x, y)."""
    corners = [[x, y], [x + 80, y], [x + 80, y + 20], [x, y + 20]]
    return LabelledPlate("ZH1", "ZH", 1, np.array(corners, np.float32))


def photograph() -> np.ndarray:
    """A picture (400, 600) whose left half is dark, with numbers by which parts of it are told."""
    picture = np.zeros((400, 600), np.uint8)
    picture[:, 300:] = 200
    return picture


def test_parts_lie_a_plate_s_height_away_from_all_plates() -> None:
    above, below, left, right = parts_of(photograph(), [plate(250, 150), plate(330, 200)])
    # The box of both is 250 … 410 and 150 … 220.
    assert above.shape == (130, 600)
    assert below.shape == (400 - 240, 600)
    assert left.shape == (400, 230)
    assert right.shape == (400, 600 - 430)
    assert left.max() == 0
    assert right.min() == 200


def test_narrow_parts_are_left_out() -> None:
    parts = list(parts_of(photograph(), [plate(LEAST, 150)]))
    assert len(parts) == 3
    assert all(part.shape[1] != LEAST - 20 for part in parts)


def test_a_photograph_without_plates_is_a_part_and_one_of_unknown_places_has_none() -> None:
    (whole,) = parts_of(photograph(), [])
    assert whole.shape == (400, 600)
    assert list(parts_of(photograph(), [plate(250, 150), LabelledPlate("ZH2")])) == []


def test_whole_texts_are_mistakes_and_partial_ones_are_told_apart() -> None:
    picture = photograph()
    partial = replace(reading("ZH"), partial=True)
    read = [(reading("ZH1", 0.95),), (reading("ZH2", 0.6), partial), (partial,), ()]
    row = row_of("set", [Part(picture, readings) for readings in read])
    assert row == ["set", "4", "2 (50.0%)", "15.0% to 85.0%", "1", "1"]


@pytest.mark.parametrize("confidence", [0.5, 0.95])
def test_partial_readings_are_no_texts(confidence: float) -> None:
    part = Part(photograph(), (replace(reading("ZH", confidence), partial=True),))
    assert part.texts == ()


def test_folders_of_which_nothing_is_measured_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {"crops": [], "streets": [Part(photograph(), (reading("ZH1"),))]}
    monkeypatch.setattr(no_plates, "choose_model", lambda _: bundle())
    monkeypatch.setattr(no_plates, "measure", lambda _, folder, __: found[folder.name])
    monkeypatch.setattr(no_plates, "SHEET", tmp_path / "sheet.jpg")
    no_plates.main(Namespace(model=None, folders=[Path("crops"), Path("streets")]))
    out, err = capsys.readouterr()
    assert "| streets | 1 |" in out
    assert "crops: no photograph has a part without a plate" in err
    assert (tmp_path / "sheet.jpg").exists()


def test_git_ignores_the_sheet() -> None:
    command = ["git", "check-ignore", "--quiet", str(SHEET)]
    code = subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode
    if code == 128:
        pytest.skip("not a git checkout")
    assert code == 0
