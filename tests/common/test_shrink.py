"""Pictures averaged down: the same grey levels as the slow way, and no part of the picture missed."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from src.common.shrink import shrunk


def photograph(height: int, width: int) -> NDArray[np.uint8]:
    """Return smooth noise: structure of all sizes above a few pixels."""
    rough = np.random.default_rng(0).integers(0, 256, (height // 6, width // 6), np.uint8)
    return np.asarray(cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


@pytest.mark.parametrize(
    ("size", "target"),
    [
        ((480, 640), (336, 448)),
        ((480, 640), (240, 320)),
        ((1080, 1920), (144, 256)),
        ((481, 641), (96, 128)),
        ((64, 64), (64, 64)),
        ((64, 64), (1, 1)),
    ],
)
def test_it_is_close_to_an_average_of_the_area(
    size: tuple[int, int], target: tuple[int, int]
) -> None:
    image = photograph(*size)
    expected = cv2.resize(image, target[::-1], interpolation=cv2.INTER_AREA).astype(int)
    got = shrunk(image, target)
    assert got.shape == target
    assert got.dtype == np.uint8
    assert got.size == 1 or np.corrcoef(got.ravel(), expected.ravel())[0, 1] > 0.98
    assert abs(float(got.mean() - expected.mean())) < 2


def test_a_picture_of_that_size_is_itself() -> None:
    image = photograph(48, 64)
    assert shrunk(image, (48, 64)) is image


@pytest.mark.parametrize("size", [(96, 128), (95, 127), (90, 126)])
def test_a_bright_line_is_seen_wherever_it_is(size: tuple[int, int]) -> None:
    """A column of one pixel: what samples too few pixels misses it in most places."""
    for column in range(size[1]):
        image = np.zeros(size, np.uint8)
        image[:, column] = 255
        assert shrunk(image, (size[0] // 5, size[1] // 5)).max() >= 20
