"""Rectified plates by number."""

from dataclasses import replace

import numpy as np
import pytest

from src.common.geometry import UNIT_SQUARE, is_readable_quad
from src.datasets.prepared import Sample
from src.generators.formats import get_format
from src.generators.scene import World
from src.generators.splits import text_split
from src.ocr.batches import collate
from src.ocr.looks import offsets, widen
from src.ocr.recipe import Look, PlateOptions, PlateRecipe

WORLD = World(get_format("swiss"))
OPTIONS = PlateOptions(
    height=32,
    width=128,
    close_error=0.05,
    wide_error=0.3,
    empty_share=0.2,
    min_plate_width=40,
    max_plate_width=160,
)
# Where the corners of a plate lie in the wide look when it was supposed right.
WIDENED = offsets(UNIT_SQUARE * 100, widen(UNIT_SQUARE * 100))


def corners_told(sample: Sample) -> np.ndarray:
    """Return a sample's corner offsets (4, 2) as they are learned."""
    return collate([sample])["offsets"][0].numpy()


@pytest.mark.parametrize("look", ["close", "wide", "both"])
def test_plates_are_canvases_with_a_text_of_the_split(look: Look) -> None:
    recipe = PlateRecipe(WORLD, OPTIONS, 1, "val", look)
    empty = 0
    for index in range(60):
        sample = recipe(index)
        (plate,) = sample.plates
        assert sample.image.shape == (32, 128)
        assert sample.image.dtype == np.uint8
        assert is_readable_quad(plate.quad)
        empty += not plate.text
        assert not plate.text or text_split(plate.text) == "val"
    assert 3 <= empty <= 25


def test_same_number_same_bytes_and_splits_apart() -> None:
    first, second = (PlateRecipe(WORLD, OPTIONS, 1, "train", "both") for _ in range(2))
    for index in (0, 5, 10_000):
        assert np.array_equal(first(index).image, second(index).image)
        assert np.array_equal(first(index).plates[0].quad, second(index).plates[0].quad)
        assert first(index).plates[0].text == second(index).plates[0].text
    others = [
        PlateRecipe(WORLD, OPTIONS, 2, "train", "both"),
        PlateRecipe(WORLD, OPTIONS, 1, "val", "both"),
        PlateRecipe(WORLD, replace(OPTIONS, width=120), 1, "train", "both"),
    ]
    assert not any(np.array_equal(first(3).image, other(3).image) for other in others)
    assert not np.array_equal(first(3).image, first(4).image)


@pytest.mark.parametrize(("look", "expected"), [("close", np.zeros((4, 2))), ("wide", WIDENED)])
def test_corners_without_errors_lie_where_the_look_puts_them(
    look: Look, expected: np.ndarray
) -> None:
    recipe = PlateRecipe(WORLD, replace(OPTIONS, close_error=0, wide_error=0), 1, "val", look)
    for index in range(12):
        assert corners_told(recipe(index)) == pytest.approx(expected, abs=2e-3)


def test_both_looks_are_taken_about_as_often() -> None:
    recipe = PlateRecipe(WORLD, replace(OPTIONS, close_error=0, wide_error=0), 1, "val", "both")
    wide = [bool(np.abs(corners_told(recipe(i))).max() > 0.01) for i in range(100)]
    assert 35 <= sum(wide) <= 65


def test_errors_of_the_looks_are_those_asked_for() -> None:
    worst: dict[Look, float] = {"close": 0.0, "wide": 0.0}
    for look in worst:
        at = np.zeros((4, 2)) if look == "close" else WIDENED
        recipe = PlateRecipe(WORLD, OPTIONS, 3, "val", look)
        # In plate heights: the wide look's own height is 1.5 of them.
        errors = [(corners_told(recipe(i)) - at)[:, 1].std() for i in range(80)]
        worst[look] = float(np.mean(errors)) * (1.0 if look == "close" else 1.5)
    assert 0.03 < worst["close"] < 0.07
    assert 2 < worst["wide"] / worst["close"] < 5
