"""Rectified plates by number."""

import numpy as np
import pytest

from src.common.geometry import is_readable_quad
from src.generators.formats import get_format
from src.generators.scene import World
from src.generators.splits import text_split
from src.ocr.recipe import PlateOptions, PlateRecipe, jitter

WORLD = World(get_format("swiss"))
OPTIONS = PlateOptions(32, 128, 0.05, 0.2, 40, 160)
QUAD = np.array([[0, 0], [100, 0], [100, 20], [0, 20]], np.float32)


def test_plates_are_canvases_with_a_text_of_the_split() -> None:
    recipe = PlateRecipe(WORLD, OPTIONS, 1, "val")
    empty = 0
    for index in range(60):
        sample = recipe(index)
        (plate,) = sample.plates
        assert sample.image.shape == (32, 128)
        assert sample.image.dtype == np.uint8
        empty += not plate.text
        assert not plate.text or text_split(plate.text) == "val"
    assert 3 <= empty <= 25


def test_same_number_same_bytes_and_splits_apart() -> None:
    first, second = (PlateRecipe(WORLD, OPTIONS, 1, "train") for _ in range(2))
    for index in (0, 5, 10_000):
        assert np.array_equal(first(index).image, second(index).image)
        assert first(index).plates[0].text == second(index).plates[0].text
    others = [PlateRecipe(WORLD, OPTIONS, 2, "train"), PlateRecipe(WORLD, OPTIONS, 1, "val")]
    assert not any(np.array_equal(first(3).image, other(3).image) for other in others)
    assert not np.array_equal(first(3).image, first(4).image)


def test_jitter_has_the_deviation_asked_for() -> None:
    rng = np.random.default_rng(1)
    moved = np.array([jitter(rng, QUAD, 0.05) - QUAD for _ in range(3000)])
    # A twentieth of a height of 20 px is one pixel; half of its variance is common to the four corners.
    assert moved.std(0) == pytest.approx(np.ones((4, 2)), abs=0.08)
    assert moved.mean(1).var(0) == pytest.approx([0.5 + 0.5 / 4] * 2, abs=0.06)


def test_jitter_of_nothing_moves_nothing() -> None:
    assert np.array_equal(jitter(np.random.default_rng(1), QUAD, 0.0), QUAD)


def test_plates_stay_plates() -> None:
    rng = np.random.default_rng(2)
    for _ in range(300):
        assert is_readable_quad(jitter(rng, QUAD, 1.0))
