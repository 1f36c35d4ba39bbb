"""A pasted plate lies where its corners say."""

import cv2
import numpy as np
import pytest

from src.common.geometry import quad_area
from src.generators.paste import edges_of, paste

TARGET = np.array([[60, 50], [190, 62], [185, 110], [55, 96]], np.float32)
SEEDS = range(12)  # some of them sample without smoothing


def test_edges_lie_half_a_pixel_outside() -> None:
    edges = edges_of(np.zeros((3, 5), np.uint8))
    assert edges.tolist() == [[-0.5, -0.5], [4.5, -0.5], [4.5, 2.5], [-0.5, 2.5]]


def centroid(quad: np.ndarray) -> np.ndarray:
    """Centre of gravity of a quad's area."""
    x, y = quad.T.astype(float)
    nx, ny = np.roll(x, -1), np.roll(y, -1)
    cross = x * ny - nx * y
    return np.array([((x + nx) * cross).sum(), ((y + ny) * cross).sum()]) / (3 * cross.sum())


@pytest.mark.parametrize("size", [(40, 120), (158, 478)], ids=["as-drawn", "shrunk"])
@pytest.mark.parametrize("seed", SEEDS)
def test_outline(seed: int, size: tuple[int, int]) -> None:
    plate, scene = np.full(size, 255, np.uint8), np.zeros((200, 300), np.uint8)
    paste(np.random.default_rng(seed), scene, plate, edges_of(plate), TARGET)
    y, x = np.mgrid[:200, :300]
    weight = scene / 255
    middle = np.array([(weight * x).sum(), (weight * y).sum()]) / weight.sum()
    assert middle == pytest.approx(centroid(TARGET), abs=0.4)
    # Edges are exact: what is drawn is as large as what is said.
    assert weight.sum() == pytest.approx(quad_area(TARGET), rel=0.01)
    lit = np.argwhere(scene)[:, ::-1].tolist()
    assert min(cv2.pointPolygonTest(TARGET, spot, measureDist=True) for spot in lit) > -1.6


@pytest.mark.parametrize("factor", [1, 3], ids=["as-drawn", "shrunk"])
@pytest.mark.parametrize("along", [0, 1], ids=["x", "y"])
def test_what_is_on_the_plate_lies_between_its_corners(along: int, factor: int) -> None:
    # A ramp over the plate says where on it each pixel of the scene lies, to a part of a pixel.
    height, width = 80 * factor, 240 * factor
    spots = np.stack(np.meshgrid(np.arange(width), np.arange(height)), -1)[..., along]
    length = (width, height)[along]
    plate = np.floor((spots + 0.5) * (240 / length)).astype(np.uint8)
    back = cv2.getPerspectiveTransform(TARGET, edges_of(plate))
    grid = np.stack(np.meshgrid(np.arange(300), np.arange(200)), -1).astype(np.float32)
    where = cv2.perspectiveTransform(grid.reshape(1, -1, 2), back).reshape(200, 300, 2)
    share = where / (width, height)
    inside = ((share > 0.1) & (share < 0.9)).all(-1)
    pixels_per_plate = 130 if along == 0 else 48
    for seed in SEEDS:
        scene = np.zeros((200, 300), np.uint8)
        paste(np.random.default_rng(seed), scene, plate, edges_of(plate), TARGET)
        # The floor takes half a grey value.
        expected = 240 * (where[..., along] + 0.5) / length - 0.5
        error = (scene[inside] - expected[inside]) * pixels_per_plate / 240
        assert abs(error.mean()) < 0.1, seed
        assert np.abs(error).max() < 1.3, seed


def test_frames_reach_over_the_corners() -> None:
    framed = np.full((60, 140), 90, np.uint8)
    framed[10:50, 10:130] = 250
    corners = np.array([[9.5, 9.5], [129.5, 9.5], [129.5, 49.5], [9.5, 49.5]], np.float32)
    scene = np.zeros((200, 300), np.uint8)
    paste(np.random.default_rng(1), scene, framed, corners, TARGET)
    x, y = (round(value) for value in TARGET[[0, 3]].mean(0).tolist())
    assert scene[y, x - 6] == pytest.approx(90, abs=8)
    assert scene[y, x + 6] == pytest.approx(250, abs=8)


@pytest.mark.parametrize("shift", [(-100, 0), (180, 0), (0, -80), (0, 130), (500, 500), (-900, 0)])
def test_plates_may_reach_out_of_the_scene(shift: tuple[int, int]) -> None:
    plate = np.full((40, 120), 255, np.uint8)
    wide, scene = np.zeros((600, 900), np.uint8), np.zeros((200, 300), np.uint8)
    target = TARGET + np.array(shift, np.float32)
    paste(np.random.default_rng(1), scene, plate, edges_of(plate), target)
    target = target + np.array((300, 200), np.float32)
    paste(np.random.default_rng(1), wide, plate, edges_of(plate), target)
    difference = np.abs(scene.astype(int) - wide[200:400, 300:600])
    assert (difference > 40).sum() <= 12  # edges may be smoothed a little differently


def test_white_on_white_does_not_wrap() -> None:
    # Mistake 10: 255 + 1 is 0 in uint8.
    plate, scene = np.full((40, 120), 255, np.uint8), np.full((200, 300), 255, np.uint8)
    for seed in SEEDS:
        paste(np.random.default_rng(seed), scene, plate, edges_of(plate), TARGET)
        assert scene.min() >= 253
