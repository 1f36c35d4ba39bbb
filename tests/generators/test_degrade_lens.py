"""Wide angle and rolling shutter: which way they bend; test_degrade_geometry.py has that corners follow the picture."""

import numpy as np
import pytest

from src.generators import degrade_lens as lens


def grid(rows, columns):
    """Four points a quad, over a picture of 200 x 240."""
    y, x = np.mgrid[20 : 180 : rows * 1j, 20 : 220 : columns * 1j]
    points = np.stack([x.ravel(), y.ravel()], 1).astype(np.float32)
    return points.reshape(-1, 4, 2)


@pytest.mark.parametrize("seed", range(8))
def test_a_wide_angle_lens_shrinks_what_is_far_from_its_axis(seed):
    image = np.zeros((200, 240), np.uint8)
    points = grid(4, 8)
    _, moved = lens.barrel(np.random.default_rng(seed), image, points, 1.0)
    steps = np.linalg.norm(np.diff(moved.reshape(4, 8, 2), axis=1), axis=2)
    assert not np.array_equal(moved, points)
    # Along a row the scale is largest near the axis and falls off to both sides.
    for row in steps:
        top = int(row.argmax())
        assert (np.diff(row[: top + 1]) > -1e-3).all()
        assert (np.diff(row[top:]) < 1e-3).all()
    assert steps.max() > 1.05 * steps.min()


def test_a_rolling_shutter_moves_whole_rows_or_whole_columns():
    image = np.zeros((200, 240), np.uint8)
    points = grid(4, 8)
    kinds = set()
    for seed in range(30):
        _, moved = lens.roll_shutter(np.random.default_rng(seed), image, points, 0.6)
        shift = (moved - points).reshape(4, 8, 2)
        sideways, upright = np.abs(shift[..., 0]).max() > 0.1, np.abs(shift[..., 1]).max() > 0.1
        assert not (sideways and upright)
        if sideways:
            assert np.ptp(shift[..., 0], axis=1).max() < 1e-3
        elif upright:
            assert np.ptp(shift[..., 1], axis=0).max() < 1e-3
        kinds.add((sideways, upright))
    assert {(True, False), (False, True)} <= kinds
