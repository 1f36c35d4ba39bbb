"""Cached noise: its statistics, and that it saturates."""

import numpy as np
import pytest

from src.generators.noise import (
    TILE_SIDE,
    add_gaussian,
    add_salt_and_pepper,
    noise_window,
    smooth_field,
)


def test_window_has_the_mean_and_deviation_it_promises():
    window = noise_window(np.random.default_rng(0), 512, 512)
    assert window.mean() == pytest.approx(128, abs=0.5)
    assert window.std() == pytest.approx(32, abs=0.5)


@pytest.mark.parametrize(
    ("height", "width"),
    [(1, 1), (16, 16), (TILE_SIDE, TILE_SIDE), (TILE_SIDE + 1, 3), (5, 2 * TILE_SIDE + 7)],
)
def test_window_of_any_size(height, width):
    assert noise_window(np.random.default_rng(1), height, width).shape == (height, width)
    assert noise_window(np.random.default_rng(1), height, width, grain=3.0).shape == (height, width)


def test_coarse_noise_has_equal_neighbours():
    def step(grain):
        window = noise_window(np.random.default_rng(2), 200, 200, grain).astype(float)
        return np.abs(np.diff(window, axis=1)).mean()

    assert step(4.0) < 0.5 * step(1.0)


def test_added_noise_has_the_wanted_deviation_and_no_bias():
    image = np.full((400, 400), 120, np.uint8)
    noisy = add_gaussian(np.random.default_rng(3), image, 10.0)
    assert noisy.mean() == pytest.approx(120, abs=0.5)
    assert noisy.std() == pytest.approx(10, abs=0.5)
    assert (image == 120).all()


@pytest.mark.parametrize("grey", [0, 255])
def test_added_noise_saturates_instead_of_wrapping(grey):
    noisy = add_gaussian(np.random.default_rng(4), np.full((99, 99), grey, np.uint8), 30.0)
    # 30 x 4 sigma = 120 grey levels at most: a value on the other side would have wrapped.
    assert np.abs(noisy.astype(int) - grey).max() <= 130
    assert (noisy == grey).mean() > 0.4


def test_salt_and_pepper_change_the_wanted_share():
    image = np.full((100, 100), 128, np.uint8)
    spoilt = add_salt_and_pepper(np.random.default_rng(5), image, 0.04)
    assert set(np.unique(spoilt)) == {0, 128, 255}
    assert 0.03 < (spoilt != 128).mean() <= 0.04
    assert (image == 128).all()


def test_smooth_field_is_smooth():
    field = smooth_field(np.random.default_rng(6), 256, 256, 4, 4)
    assert field.std() > 10
    assert np.abs(np.diff(field.astype(int), axis=0)).max() <= 12
