"""Charts: small, repeatable, and drawn from sets of any size."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from src.metrics.calibration import reliability_table
from src.metrics.reading import GAP, Share, confusions
from src.pictures.charts import accuracy_chart, confusion_chart, reliability_chart

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


def colours(path: Path) -> tuple[int, int]:
    """Return how many pixels are clearly green and clearly red."""
    blue, green, red = (plane.astype(int) for plane in cv2.split(cv2.imread(str(path))))
    return int((green > red + 50).sum()), int((red > green + 50).sum())


def test_a_group_clearly_below_the_mean_is_red(tmp_path: Path) -> None:
    accuracy_chart(tmp_path / "a.png", SHARES, "canton")
    green, red = colours(tmp_path / "a.png")
    assert green > 2 * red > 500
    accuracy_chart(tmp_path / "b.png", {3: Share(1, 2), 8: Share(2, 2)}, "length")
    assert colours(tmp_path / "b.png")[1] == 0


def test_only_mistakes_are_coloured(tmp_path: Path) -> None:
    right = Counter({(c, c): 50 for c in ALPHABET})
    charts = {
        "none": right,
        "wrong": right + Counter({("0", "O"): 5}),
        "missed": right + Counter({("0", GAP): 5}),
        "invented": right + Counter({(GAP, "0"): 90}),
        "foreign": right + Counter({("京", "A"): 5}),
    }
    pixels = {}
    for name, counts in charts.items():
        confusion_chart(tmp_path / f"{name}.png", counts, ALPHABET)
        pixels[name] = cv2.imread(str(tmp_path / f"{name}.png"))
    inside = np.s_[40:780, 80:880]
    assert np.ptp(pixels["none"][inside]) == 0
    for name in ("wrong", "missed", "invented", "foreign"):
        assert np.ptp(pixels[name][inside]) > 100
