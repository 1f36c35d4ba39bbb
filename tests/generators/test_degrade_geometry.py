"""Corners must move exactly as the pixels do."""

import numpy as np
import pytest

from src.generators import degrade_geometry as geometry
from src.generators import degrade_lens as lens

MOVES = [
    geometry.rotate,
    geometry.change_perspective,
    geometry.cut_side,
    geometry.cut_top_and_bottom,
    geometry.pad_side,
    lens.barrel,
    lens.roll_shutter,
]
QUAD = np.array([[(70, 80), (150, 80), (150, 110), (70, 110)]], np.float32)


def spot_picture(points):
    """A dark picture with a soft bright spot at each point."""
    y, x = np.mgrid[0:200, 0:240].astype(np.float32)
    image = sum(np.exp(-((x - px) ** 2 + (y - py) ** 2) / 8) for px, py in points)
    return np.clip(250 * image, 0, 255).astype(np.uint8)


def spot_near(image, point):
    """Centre of gravity of the light within 8 px of a point."""
    y, x = np.mgrid[0 : image.shape[0], 0 : image.shape[1]]
    light = image * ((x - point[0]) ** 2 + (y - point[1]) ** 2 < 64).astype(float)
    return np.array(((light * x).sum(), (light * y).sum())) / light.sum()


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("seed", range(6))
def test_corners_follow_the_picture_to_a_fraction_of_a_pixel(move, seed):
    image = spot_picture(QUAD[0])
    moved_image, moved = move(np.random.default_rng(seed), image, QUAD, 0.9)
    assert moved_image.shape == image.shape
    assert moved.dtype == np.float32
    assert np.abs(moved - QUAD).max() > 0.5, "nothing moved: the test would prove nothing"
    for corner in moved[0]:
        assert np.linalg.norm(spot_near(moved_image, corner) - corner) < 0.25


@pytest.mark.parametrize("move", MOVES)
def test_no_plate_is_pushed_out(move):
    quads = np.array(
        [
            [(1, 1), (60, 1), (60, 15), (1, 15)],
            [(179, 184), (238, 184), (238, 198), (179, 198)],
        ],
        np.float32,
    )
    image = np.full((200, 240), 99, np.uint8)
    for seed in range(60):
        _, moved = move(np.random.default_rng(seed), image, quads, 1.0)
        assert moved.min() >= -0.51
        assert moved[..., 0].max() <= 239.51
        assert moved[..., 1].max() <= 199.51


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("shape", [(16, 16), (16, 2000), (333, 21)])
def test_any_size_without_plates(move, shape):
    none = np.zeros((0, 4, 2), np.float32)
    image, quads = move(np.random.default_rng(0), np.full(shape, 255, np.uint8), none, 1.0)
    assert image.shape == shape
    assert quads.shape == (0, 4, 2)


def test_a_cut_by_hand():
    # 30% off the left of 240 px: 72 px go, the other 168 are stretched by 240 / 168 = 10 / 7.
    seed = next(s for s in range(99) if np.random.default_rng(s).integers(4) == 0)
    quad = np.array([[(140, 80), (220, 80), (220, 110), (140, 110)]], np.float32)
    image = np.zeros((200, 240), np.uint8)
    _, moved = geometry.cut_side(np.random.default_rng(seed), image, quad, 1.0)
    left, right = ((x + 0.5 - 72) * 10 / 7 - 0.5 for x in (140, 220))
    assert moved[0, :, 0] == pytest.approx([left, right, right, left], abs=1e-3)
    assert moved[0, :, 1] == pytest.approx(quad[0, :, 1], abs=1e-3)


@pytest.mark.parametrize("move", MOVES)
def test_arguments_stay_as_they_are(move):
    image, quads = spot_picture(QUAD[0]), QUAD.copy()
    before = image.copy()
    move(np.random.default_rng(1), image, quads, 1.0)
    assert (image == before).all()
    assert (quads == QUAD).all()
