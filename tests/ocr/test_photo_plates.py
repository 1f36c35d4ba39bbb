"""Photographed plates for the reader: what is frozen of them, and what training makes of that."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from src.common.geometry import box_quad
from src.datasets.decode import read_picture
from src.datasets.prepared import Sample
from src.datasets.teaching import NO_START, LeftOut, placed_photos, teaching_photos
from src.datasets.transforms import Transforms
from src.ocr.photo_plates import HIGH, WIDE, FrozenPlates, PhotoPlate, plates_to_read
from src.ocr.photo_reading import PhotoReading
from tests.photographs import SIZE, TILTED, row, write_photos

CANVAS = (32, 128)
ROWS = [
    row("a.png", "ZH1", TILTED),
    row("b.png", "ZH?2", TILTED),
    row("c.png", "", TILTED),
    row("d.png", "ÄÖ3", TILTED),
    row("e.png", "BE5", box_quad(TILTED)),
]


@pytest.fixture
def plate(tmp_path: Path) -> PhotoPlate:
    photos = teaching_photos([write_photos(tmp_path / "one", ROWS[:1])])
    (one,) = plates_to_read(next(placed_photos(photos, None)), "ZHBE0123456789")
    assert isinstance(one, PhotoPlate)
    return one


def test_what_the_reader_cannot_learn_is_left_out_with_the_reason(tmp_path: Path) -> None:
    photos = teaching_photos([write_photos(tmp_path / "set", ROWS)])
    chosen = [
        one
        for photo in placed_photos(photos, None)
        for one in plates_to_read(photo, "ZHBE0123456789")
    ]
    assert isinstance(chosen[0], PhotoPlate)
    assert [one.reason for one in chosen[1:] if isinstance(one, LeftOut)] == [
        "nobody can read all of its characters",
        "nobody can read it",
        "the plate format does not have ÄÖ",
        NO_START,
    ]


def test_a_plate_is_frozen_with_its_surroundings_and_never_enlarged(plate: PhotoPlate) -> None:
    sample = FrozenPlates([plate], CANVAS)(0)
    assert sample.image.shape == (CANVAS[0] * HIGH, CANVAS[1] * WIDE)
    moved = sample.plates[0].known_quad
    assert moved - moved[0] == pytest.approx(TILTED - TILTED[0], abs=1e-3)
    left, top = (TILTED[0] - moved[0]).round().astype(int).tolist()
    picture = read_picture(plate.path)
    assert np.array_equal(sample.image, picture[top : top + 128, left : left + 256])


def test_a_large_plate_is_shrunk_so_that_all_of_it_is_there(plate: PhotoPlate) -> None:
    whole = np.array([[1, 2], [318, 8], [316, 230], [3, 236]], np.float32)
    large = replace(plate, plate=replace(plate.plate, quad=whole))
    sample = FrozenPlates([large], CANVAS)(0)
    quad = sample.plates[0].known_quad
    assert quad.min() > 5
    assert np.ptp(quad[:, 1]) < 128 / 1.5
    assert large.size == SIZE


def test_training_transforms_and_misplaces_and_validation_only_misplaces(plate: PhotoPlate) -> None:
    frozen = FrozenPlates([plate], CANVAS)(0)

    def seen(number: int, transforms: Transforms | None, error: float) -> Sample:
        return PhotoReading(lambda _: frozen, 1, transforms, error, CANVAS)(number)

    still = seen(0, None, 0.0)
    assert still.image.shape == CANVAS
    assert still.plates[0].text == "ZH1"
    # The plate's edge is where the reader's canvas has it: nothing but the plate and its margins.
    assert np.median(still.image) > 200
    assert np.array_equal(seen(1, None, 0.0).image, still.image)
    assert not np.array_equal(seen(1, None, 0.05).image, still.image)
    assert np.array_equal(seen(1, None, 0.05).image, seen(1, None, 0.05).image)
    loud = Transforms({"noi": 1.0}, 9.0)
    assert not np.array_equal(seen(1, loud, 0.0).image, still.image)
    turned = seen(2, Transforms({"rot": 1.0}, 9.0), 0.0)
    # Corners go along, so that the plate is straight again.
    assert np.abs(turned.image.astype(int) - still.image).mean() < 12
