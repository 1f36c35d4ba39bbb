"""Clutter that leaves plates readable."""

import numpy as np
import pytest

from src.generators.clutter import draw_clutter


def plates() -> np.ndarray:
    """One level and one slanted plate."""
    return np.array(
        [
            [(20, 30), (120, 30), (120, 52), (20, 52)],
            [(100, 100), (220, 150), (212, 176), (92, 126)],
        ],
        np.float32,
    )


def inside(quad: np.ndarray) -> np.ndarray:
    """Which pixels of a 256 x 256 picture have their centre in a quad."""
    x, y = np.meshgrid(np.arange(256), np.arange(256))
    following = np.roll(quad, -1, axis=0)
    turns = [
        (bx - ax) * (y - ay) - (by - ay) * (x - ax)
        for (ax, ay), (bx, by) in zip(quad, following, strict=True)
    ]
    return np.min(turns, axis=0) >= 0


@pytest.mark.parametrize("ground", [0, 255])
def test_clutter_hides_little_of_a_plate_and_hardly_any_text(ground):
    whole = [inside(quad) for quad in plates()]
    middle = [inside(0.7 * quad + 0.3 * quad.mean(axis=0)) for quad in plates()]
    changed, touched = 0, 0
    for seed in range(400):
        image = np.full((256, 256), ground, np.uint8)
        draw_clutter(np.random.default_rng(seed), image, plates())
        hidden = image != ground
        changed += bool(hidden.any())
        touched += any(hidden[plate].any() for plate in whole)
        assert max(hidden[plate].mean() for plate in whole) <= 0.08  # 5%, and soft rims count whole
        assert max(hidden[text].mean() for text in middle) <= 0.03
    assert 150 < changed < 300
    assert touched > 20


def test_clutter_without_plates_and_on_a_tiny_picture():
    for seed in range(50):
        image = np.full((16, 16), 128, np.uint8)
        draw_clutter(np.random.default_rng(seed), image, np.zeros((0, 4, 2), np.float32))
        assert image.shape == (16, 16)
