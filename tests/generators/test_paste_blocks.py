"""A picture must come to lie where its corners say, however much it is shrunk on the way."""

import numpy as np
import pytest

from src.generators.paste import ALIASED, blend, edges_of, paste
from src.generators.pose import bounds, seen_quad


def smooth_rng() -> np.random.Generator:
    """A generator whose first draw asks for smooth sampling."""
    seed = next(s for s in range(99) if np.random.default_rng(s).random() >= ALIASED)
    return np.random.default_rng(seed)


@pytest.mark.parametrize("factor", [0.7, 1.0, 1.9, 2.0, 3.4, 7.3])
def test_a_spot_lands_where_the_corners_say(factor: float) -> None:
    height, width = 83, 301  # no multiple of any block
    y, x = np.mgrid[0:height, 0:width]
    picture = (255 * np.exp(-((x - 200.0) ** 2 + (y - 30.0) ** 2) / 72)).astype(np.uint8)
    scene = np.zeros((200, 500), np.uint8)
    target = np.array((40.25, 30.75), np.float32) + edges_of(picture) / np.float32(factor)
    paste(smooth_rng(), scene, picture, edges_of(picture), target.astype(np.float32))
    rows, columns = np.mgrid[0:200, 0:500]
    found = np.array(((scene * columns).sum(), (scene * rows).sum())) / scene.sum()
    wanted = np.array((40.25 + 200 / factor, 30.75 + 30 / factor))
    assert np.abs(found - wanted).max() < 0.12


def test_what_lies_outside_the_scene_is_left_out() -> None:
    scene = np.full((40, 40), 7, np.uint8)
    picture = np.full((30, 60), 200, np.uint8)
    paste(
        np.random.default_rng(0),
        scene,
        picture,
        edges_of(picture),
        edges_of(picture) + np.float32(500),
    )
    assert (scene == 7).all()


def test_blend_by_hand() -> None:
    region = np.array([[100, 100, 100]], np.uint8)
    blend(region, np.array([[0, 50, 200]], np.uint8), np.array([[255, 51, 0]], np.uint8))
    assert region.tolist() == [[100, 70, 200]]


def test_a_view_is_as_wide_as_asked_and_convex() -> None:
    rng = np.random.default_rng(1)
    for _ in range(300):
        quad = seen_quad(rng, 4.5, 90.0)
        sides = np.linalg.norm(quad - np.roll(quad, -1, 0), axis=1)
        assert max(sides[0], sides[2]) == pytest.approx(90, rel=1e-5)
        edges = np.roll(quad, -1, 0) - quad
        following = np.roll(edges, -1, 0)
        assert (edges[:, 0] * following[:, 1] - edges[:, 1] * following[:, 0]).min() > 0


def test_bounds_by_hand() -> None:
    assert bounds(np.array([(3, 4), (9, 2), (8, 7), (1, 5)], np.float32)) == (1, 2, 9, 7)


def test_a_white_picture_on_a_white_scene_stays_white() -> None:
    """Mixing saturates: neither the soft edge nor the middle wraps around to dark."""
    for seed in range(20):
        scene = np.full((60, 80), 255, np.uint8)
        picture = np.full((30, 60), 255, np.uint8)
        target = (edges_of(picture) * np.float32(0.7) + np.float32(9.3)).astype(np.float32)
        paste(np.random.default_rng(seed), scene, picture, edges_of(picture), target)
        assert scene.min() >= 252


@pytest.mark.parametrize(("rows", "columns"), [(40, 120), (41, 121), (43, 123)])
def test_a_shrunk_picture_keeps_its_area(rows: int, columns: int) -> None:
    """Also where its sides are no multiple of the blocks it is averaged in: the last ones are partly empty."""
    picture, scene = np.full((rows, columns), 255, np.uint8), np.zeros((60, 80), np.uint8)
    quarter = edges_of(picture) / np.float32(4) + np.float32(20.3)
    paste(smooth_rng(), scene, picture, edges_of(picture), quarter)
    assert scene.sum() / 255 == pytest.approx(rows * columns / 16, rel=0.004)
    white = np.full((60, 80), 255, np.uint8)
    paste(smooth_rng(), white, picture, edges_of(picture), quarter)
    assert white.min() >= 252
