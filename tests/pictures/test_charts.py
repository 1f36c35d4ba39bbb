"""Charts: small, repeatable, and drawn from sets of any size."""

import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from src.metrics.calibration import reliability_table
from src.metrics.reading import GAP, Share, confusions
from src.pictures.charts import (
    accuracy_chart,
    confusion_chart,
    confusion_table,
    reliability_chart,
)

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
MISREAD = confusions(["ZH0123", "BE88", "AG1"], ["ZHO123", "BE8", "AG17"])
SHARES = {"ZH": Share(90, 100), "BE": Share(20, 100), "AG": Share(0, 0)}


def draw_confusion(path: Path) -> None:
    confusion_chart(path, MISREAD, ALPHABET)


def draw_reliability(path: Path) -> None:
    reliability_chart(path, reliability_table([0.1, 0.9, 0.95, 1.0], [False, True, False, True]))


def draw_accuracy(path: Path) -> None:
    accuracy_chart(path, SHARES, "canton")


CHARTS = [draw_confusion, draw_reliability, draw_accuracy]


@pytest.mark.parametrize("draw", CHARTS)
def test_small_repeatable_and_without_program_name(
    tmp_path: Path, draw: Callable[[Path], None]
) -> None:
    draw(tmp_path / "a.png")
    draw(tmp_path / "b.png")
    content = (tmp_path / "a.png").read_bytes()
    assert content == (tmp_path / "b.png").read_bytes()
    assert 2_000 < len(content) < 150_000
    assert b"tEXt" not in content
    assert b"tIME" not in content
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["a.png", "b.png"]


def test_empty_sets_draw_empty_charts(tmp_path: Path) -> None:
    confusion_chart(tmp_path / "a.png", Counter(), ALPHABET)
    reliability_chart(tmp_path / "b.png", reliability_table([], []))
    accuracy_chart(tmp_path / "c.png", {}, "canton")
    assert len(list(tmp_path.iterdir())) == 3


def pixels_of(path: Path) -> np.ndarray:
    return np.asarray(cv2.imread(str(path)), np.uint8)


def colours(path: Path) -> tuple[int, int]:
    """Return how many pixels are clearly green and clearly red."""
    _, green, red = (plane.astype(int) for plane in cv2.split(pixels_of(path)))
    return int((green > red + 50).sum()), int((red > green + 50).sum())


def test_a_group_clearly_below_the_mean_is_red(tmp_path: Path) -> None:
    accuracy_chart(tmp_path / "a.png", SHARES, "canton")
    green, red = colours(tmp_path / "a.png")
    assert green > 2 * red > 500
    accuracy_chart(tmp_path / "b.png", {3: Share(1, 2), 8: Share(2, 2)}, "length")
    assert colours(tmp_path / "b.png")[1] == 0


def test_confusion_table_by_hand() -> None:
    """Of two zeros one is read as O and one missed; a 1 is invented beside six true characters."""
    counts = confusions(["Z0", "Z0", "1", "B"], ["ZO", "Z", "11", "B"])
    table = confusion_table(counts, "BOZ01")
    assert table.names == ("B", "O", "Z", "0", "1", GAP)
    assert table.counts.sum() == 7
    assert table.counts[2, 2] == 2
    expected = np.zeros((6, 6))
    expected[3, 1] = expected[3, 5] = 1 / 2
    expected[5, 4] = 1 / 6
    assert table.mistakes == pytest.approx(expected)


def test_confusion_table_gathers_foreign_characters() -> None:
    table = confusion_table(Counter({("京", "A"): 3, ("B", "é"): 1, ("A", "A"): 2}), "AB")
    assert table.names == ("A", "B", "?", GAP)
    assert table.counts[2, 0] == 3
    assert table.counts[1, 2] == 1
    assert table.mistakes[2, 0] == 1


def test_confusion_table_of_nothing() -> None:
    assert not confusion_table(Counter(), "AB").mistakes.any()


def test_confusion_chart_colours_mistakes_only(tmp_path: Path) -> None:
    right = Counter({(c, c): 50 for c in ALPHABET})
    confusion_chart(tmp_path / "right.png", right, ALPHABET)
    confusion_chart(tmp_path / "wrong.png", right + Counter({("0", "O"): 50}), ALPHABET)
    inside = np.s_[60:700, 120:800]
    assert np.ptp(pixels_of(tmp_path / "right.png")[inside]) == 0
    assert np.ptp(pixels_of(tmp_path / "wrong.png")[inside]) > 100


def test_characters_that_the_font_lacks_are_named(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of each glyph that it draws as a box
        confusion_chart(tmp_path / "c.png", Counter({("가", "나"): 3, ("Ä", "A"): 1}), "AÄ가나")
        accuracy_chart(tmp_path / "a.png", {"서울": Share(1, 2)}, "region")
