"""The list of mistakes: read, compared, shown."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from src.common.plates import LabelledPlate
from src.datasets.prepared import Sample, write_prepared
from src.reporting.assets import write_assets
from src.reporting.mistakes import HEADER, compare_mistakes, parse_mistakes
from src.reporting.regressions import new_regressions
from src.reporting.verdict import judge
from tests.reporting.made_up import head, mistake, revision

TOP = ",".join(HEADER)


def test_rows() -> None:
    (first, second) = parse_mistakes([TOP, "3,1,ZH12,ZH17,0.75,20.5", "4,0,서울1,,0,9"])
    assert (first.image, first.plate, first.text, first.read) == (3, 1, "ZH12", "ZH17")
    assert (first.confidence, first.height) == (0.75, 20.5)
    assert (second.text, second.read) == ("서울1", "")
    assert parse_mistakes([TOP]) == ()


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["a,b"],
        [TOP, "x,0,A,B,0,0"],
        [TOP, "1,0,A,B"],
        [TOP, "1,0,A,B,nan,3"],
        [TOP, "1,0,A,B,1,inf"],
        [TOP, *["1,0,A,B,1,1"] * 4],
    ],
)
def test_what_is_no_list(lines: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("src.reporting.mistakes._MOST_ROWS", 3)
    with pytest.raises(ValueError, match=r"mistakes\.csv|invalid literal"):
        parse_mistakes(lines)


def test_worst_first() -> None:
    missed = [mistake(i, read="", confidence=0, height=h) for i, h in ((1, 10.0), (2, 30.0))]
    wrong = [mistake(3, confidence=0.5), mistake(4, confidence=0.9), mistake(5, plate=1)]
    changes = compare_mistakes([mistake(5), mistake(6)], [*missed, *wrong])
    assert [(m.image, m.plate) for m in changes.new] == [(4, 0), (3, 0), (5, 1), (2, 0), (1, 0)]
    assert [m.image for m in changes.mended] == [5, 6]
    assert changes.kept == 0


def section(before: tuple, after: tuple) -> str:
    base = revision(80 - len(before), mistakes=before)
    changed = head(80 - len(after), mistakes=after)
    return new_regressions(judge(base, changed), base, changed, None).texts[0]


def test_section() -> None:
    text = section((mistake(1), mistake(2)), (mistake(2), mistake(7, read="A|B", confidence=0.987)))
    assert (
        "1 plates are read by the base and not by the head, 1 the other way round, 1 by neither"
        in text
    )
    assert "| 7 | <code>ZH7</code> | <code>A&#124;B</code> | 99% | 20 |" in text
    assert "<code>ZH1</code>" in text


def test_section_without_new_ones() -> None:
    assert "| Scene |" not in section((mistake(1),), ())


def test_section_without_lists_says_whose_are_missing() -> None:
    base, after = revision(), head(mistakes=())
    text = new_regressions(judge(base, after), base, after, None).texts[0]
    assert "cannot be named" in text
    assert "main" in text
    assert "workspace" not in text


@pytest.fixture
def scenes(tmp_path: Path) -> Path:
    """Ten grey scenes with a plate each."""
    quad = np.array([[8, 8], [40, 8], [40, 20], [8, 20]], np.float32)
    write_prepared(
        tmp_path / "stack",
        "test",
        lambda i: Sample(
            np.full((48, 64), 120, np.uint8), (LabelledPlate(f"ZH{i}", "ZH", 1, quad),)
        ),
        10,
        0,
    )
    return tmp_path / "stack"


@pytest.mark.parametrize(
    ("worst", "drawn"),
    [(mistake(7), True), (mistake(7, text="GE1"), False), (mistake(7, plate=1), False), (mistake(70), False)],
)  # fmt: skip
def test_scenes_are_drawn_if_they_are_those_of_the_list(
    scenes: Path, tmp_path: Path, worst, drawn: bool
) -> None:
    base, after = revision(80, mistakes=()), head(79, mistakes=(worst,))
    written = write_assets(tmp_path / "assets", base, after, judge(base, after), scenes)
    assert ("new_mistakes" in written) == drawn
    if drawn:
        picture = cv2.imread(str(written["new_mistakes"]))
        assert picture is not None
        sheet = picture.astype(int)
        red = (sheet[..., 2] > sheet[..., 0] + 80) & (sheet[..., 2] > sheet[..., 1] + 80)
        assert red.any()


def test_every_picture_may_be_missing(tmp_path: Path) -> None:
    bare = head(charts=(), pictures={})
    written = write_assets(tmp_path / "assets", None, bare, judge(None, bare), tmp_path / "gone")
    assert written == {}
