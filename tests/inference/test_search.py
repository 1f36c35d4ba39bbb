"""Coordinates survive every pass, whatever the picture's size."""

from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.inference.detection import Detection
from src.inference.search import MAX_CANDIDATES, SPAN, find_plates, pad_to_multiple, plan_passes


def locate(image: np.ndarray) -> list[Detection]:
    """A localizer that finds the one white rectangle there is, to about half a pixel."""
    rows, columns = np.nonzero(image > 127)
    if not rows.size:
        return []
    x1, x2, y1, y2 = columns.min() - 0.5, columns.max() + 0.5, rows.min() - 0.5, rows.max() + 0.5
    return [Detection(np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2]], np.float32), 0.9, 1)]


@pytest.mark.parametrize("size", [(120, 200), (480, 640), (1000, 1500), (1999, 1001), (640, 64)])
def test_corners_come_back_in_the_picture_s_own_pixels(size: tuple[int, int]) -> None:
    # Mistake 8: boxes were scaled by 256 whatever the upload's size.
    height, width = size
    image = np.zeros(size, np.uint8)
    x1, y1, x2, y2 = width // 4, height // 3, width // 2, height // 2
    image[y1:y2, x1:x2] = 255
    true = np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2]], np.float32) - 0.5
    sides = [256, 640]
    found = find_plates(locate, image, sides)
    passes = plan_passes(*size, sides)
    assert len(found) == len(passes.whole) + len(passes.tiled)
    for detection in found:
        assert np.abs(detection.quad - true).max() <= max(1.0, max(size) / 256)


def test_scaling_is_exact() -> None:
    seen: list[tuple[int, int]] = []

    def corner(image: np.ndarray) -> list[Detection]:
        seen.append(image.shape)
        height, width = image.shape
        edges = [
            [-0.5, -0.5],
            [width - 0.5, -0.5],
            [width - 0.5, height - 0.5],
            [-0.5, height - 0.5],
        ]
        return [Detection(np.array(edges, np.float32), 0.5, 1)]

    for detection in find_plates(corner, np.zeros((333, 1000), np.uint8), [256, 640]):
        assert detection.quad[0] == pytest.approx([-0.5, -0.5], abs=1e-3)
        assert detection.quad[2] == pytest.approx([999.5, 332.5], abs=1e-3)
    assert seen == [(213, 640), (85, 256)]


@given(st.tuples(st.integers(1, 9000), st.integers(1, 9000)))
def test_no_plate_that_can_be_read_falls_between_two_passes(size: tuple[int, int]) -> None:
    passes = plan_passes(*size, [128, 256, 640])
    scales = [
        *passes.whole,
        *(max(level.width, level.height) / max(size) for level in passes.tiled),
    ]
    assert scales == sorted(scales)
    assert all(fine / coarse <= SPAN for coarse, fine in pairwise(scales))
    if size[0] * size[1] <= 30_000_000 and min(size) > 100:
        assert scales[-1] * 48 >= 24 * 0.9


def test_small_pictures_are_searched_once_and_as_they_are() -> None:
    seen: list[tuple[int, int]] = []

    def nothing(image: np.ndarray) -> list[Detection]:
        seen.append(image.shape)
        return []

    assert find_plates(nothing, np.zeros((50, 90), np.uint8), [256, 640]) == []
    assert seen == [(50, 90)]


def test_thin_pictures_keep_a_pixel() -> None:
    assert find_plates(locate, np.zeros((1, 3000), np.uint8), [256]) == []


def test_best_first_and_not_too_many() -> None:
    def many(_: np.ndarray) -> list[Detection]:
        quad = np.array([[0, 0], [9, 0], [9, 5], [0, 5]], np.float32)
        return [Detection(quad, score / 100, 1) for score in range(50)]

    scores = [d.score for d in find_plates(many, np.zeros((90, 90), np.uint8), [256])]
    assert len(scores) == MAX_CANDIDATES
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 0.49


def test_padding_adds_at_the_right_and_below() -> None:
    image = np.arange(30, dtype=np.uint8).reshape(5, 6)
    padded = pad_to_multiple(image, 4)
    assert padded.shape == (8, 8)
    assert np.array_equal(padded[:5, :6], image)
    assert (padded[5:, :6] == image[-1]).all()
    assert (padded[:5, 6:] == image[:, -1:]).all()
    assert pad_to_multiple(padded, 4) is padded
    assert cv2.countNonZero(padded) > 0
