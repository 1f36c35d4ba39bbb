"""Rectified plates by number."""

import numpy as np

from src.generators.formats import get_format
from src.generators.scene import World
from src.generators.splits import text_split
from src.ocr.recipe import PlateOptions, PlateRecipe

WORLD = World(get_format("swiss"))
OPTIONS = PlateOptions(
    height=32,
    width=128,
    corner_error=0.05,
    empty_share=0.2,
    foreign_share=0.1,
    occluded_share=0.0,
    min_plate_width=40,
    max_plate_width=160,
)


def test_plates_are_canvases_with_a_text_of_the_split() -> None:
    recipe = PlateRecipe(WORLD, OPTIONS, 1, "val")
    empty = 0
    for index in range(60):
        sample = recipe(index)
        (plate,) = sample.plates
        assert sample.image.shape == (32, 128)
        assert sample.image.dtype == np.uint8
        empty += not plate.text
        assert not plate.text or text_split(plate.known_text) == "val"
    assert 3 <= empty <= 25


def test_same_number_same_bytes_and_splits_apart() -> None:
    first, second = (PlateRecipe(WORLD, OPTIONS, 1, "train") for _ in range(2))
    for index in (0, 5, 10_000):
        assert np.array_equal(first(index).image, second(index).image)
        assert first(index).plates[0].text == second(index).plates[0].text
    others = [PlateRecipe(WORLD, OPTIONS, 2, "train"), PlateRecipe(WORLD, OPTIONS, 1, "val")]
    assert not any(np.array_equal(first(3).image, other(3).image) for other in others)
    assert not np.array_equal(first(3).image, first(4).image)
