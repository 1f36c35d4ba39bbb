"""Night, weather, recorders and watermarks: plates stay to be read."""

import numpy as np
import pytest

from src.generators.degrade_night import night
from src.generators.degrade_recorder import _interlace, _stamp, record, watermark
from src.generators.degrade_weather import weather

CHANGES = [night, weather, record, watermark]
NONE = np.zeros((0, 4, 2), np.float32)
QUAD = np.array([[(50, 50), (150, 50), (150, 72), (50, 72)]], np.float32)


def plate():
    """A plate with bars for letters, on a mid grey ground."""
    image = np.full((120, 200), 120, np.uint8)
    image[50:73, 50:151] = 200
    image[53:70, 55:146:8] = image[53:70, 56:146:8] = image[53:70, 57:146:8] = 40
    return image


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("shape", [(16, 16), (16, 500), (301, 33)])
@pytest.mark.parametrize("grey", [0, 255])
def test_any_size_any_grey_without_plates(change, shape, grey):
    image = np.full(shape, grey, np.uint8)
    for seed in range(12):
        first, again = (change(np.random.default_rng(seed), image, NONE, 1.0) for _ in range(2))
        assert first.shape == shape
        assert first.dtype == np.uint8
        assert (first == again).all()
    assert (image == grey).all()


@pytest.mark.parametrize("change", CHANGES)
def test_a_plate_keeps_its_letters(change):
    image = plate()
    before = image[54:69, 70:131].astype(float)
    alike = []
    for seed in range(60):
        after = change(np.random.default_rng(seed), image, QUAD, 1.0)[54:69, 70:131].astype(float)
        assert after.std() >= 9
        alike.append(np.corrcoef(before.ravel(), after.ravel())[0, 1])
    assert np.median(alike) > 0.8
    assert np.mean(np.array(alike) > 0.5) > 0.9


def test_at_night_plates_shine_and_the_rest_is_dark():
    image = plate()
    ratios = []
    for seed in range(40):
        dark = night(np.random.default_rng(seed), image, QUAD, 1.0).astype(float)
        assert dark[90:].mean() < image[90:].mean()
        ratios.append(np.median(dark[51:72, 52:149]) / max(np.median(dark), 1.0))
    assert np.median(ratios) > 3


def test_what_a_recorder_does_shows_in_its_blocks():
    rng = np.random.default_rng(0)
    image = rng.integers(60, 200, (128, 128), dtype=np.uint8)
    coarse = [record(np.random.default_rng(seed), image, NONE, 1.0) for seed in range(20)]
    # Noise does not survive strong compression.
    assert np.median([np.abs(np.diff(one.astype(int))).mean() for one in coarse]) < 30
    assert np.abs(np.diff(image.astype(int))).mean() > 40


def test_the_second_field_was_taken_later():
    image = np.tile(np.arange(40, dtype=np.uint8), (6, 1))
    for apart in (3, -3):
        combed = _interlace(image, apart)
        assert (combed[::2] == image[::2]).all()
        inner = slice(3, -3)
        assert (combed[1::2, inner].astype(int) == image[1::2, inner].astype(int) - apart).all()
    assert _interlace(image, 0) is image


def test_a_time_stamp_is_solid_beside_plates_and_pale_over_them():
    image = np.full((120, 200), 120, np.uint8)
    everywhere = np.array([[(0, 0), (199, 0), (199, 119), (0, 119)]], np.float32)
    change = {}
    for name, quads in (("beside", QUAD), ("over", everywhere)):
        stamped = [_stamp(np.random.default_rng(seed), image, quads, 1.0) for seed in range(30)]
        change[name] = max(int(np.abs(one.astype(int) - image).max()) for one in stamped)
        if name == "beside":
            assert all((one[50:73, 50:151] == 120).all() for one in stamped)
    assert change["over"] < 70 < 100 < change["beside"]
