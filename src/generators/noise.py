"""Cheap noise: cached tiles of random numbers, read from random offsets on instead of drawn afresh.

A fresh Gaussian field for 256x256 pixels costs about a millisecond of one core; a piece of a field
made once costs a few microseconds, and neither a network nor a person can tell them apart.
"""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from .draws import integer

TILE_SIDE = 1024
TILE_SIGMA = 32.0  # standard deviation of the tile in grey levels: wide, yet ±3.9 sigma fit uint8
TILE_MEAN = 128


@lru_cache(maxsize=1)
def _gaussian_tile() -> NDArray[np.uint8]:
    """Noise of mean 128 and deviation 32; always the same, so that seeds stay meaningful."""
    values = np.random.default_rng(20_240_229).normal(TILE_MEAN, TILE_SIGMA, (TILE_SIDE, TILE_SIDE))
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def noise_window(
    rng: np.random.Generator, height: int, width: int, grain: float = 1.0
) -> NDArray[np.uint8]:
    """A ``(height, width)`` piece of Gaussian noise: mean 128, deviation about 32 grey levels.

    ``grain`` above 1 enlarges the noise, so that its specks are about that many pixels across (the
    look of a high-gain sensor after compression). The result may be a view of the shared tile:
    read it, never write to it.
    """
    if grain > 1.0:
        small = noise_window(rng, max(1, round(height / grain)), max(1, round(width / grain)))
        return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR).astype(
            np.uint8, copy=False
        )
    # Each value is independent of all others, so that any stretch of them, cut into rows, is a field of noise; one that
    # lies together in memory is added at half the cost of a window of a picture.
    stretch, count = _gaussian_tile().reshape(-1), height * width
    if count > stretch.size:
        stretch = np.tile(stretch, -(-count // stretch.size) + 1)
    start = integer(rng, 0, stretch.size - count + 1)
    return stretch[start : start + count].reshape(height, width)


def add_gaussian(
    rng: np.random.Generator, image: NDArray[np.uint8], sigma: float, grain: float = 1.0
) -> NDArray[np.uint8]:
    """``image`` plus noise of deviation ``sigma`` grey levels, saturating at 0 and 255."""
    window = noise_window(rng, image.shape[0], image.shape[1], grain)
    # Half of the time the noise is subtracted: twice as many windows for nothing.
    share = sigma / TILE_SIGMA * (1.0 if rng.random() < 0.5 else -1.0)
    noisy = cv2.addWeighted(image, 1.0, window, share, -share * TILE_MEAN)
    return noisy.astype(np.uint8, copy=False)


def add_salt_and_pepper(
    rng: np.random.Generator, image: NDArray[np.uint8], share: float
) -> NDArray[np.uint8]:
    """A copy of ``image`` with about ``share`` (0 to 1) of its pixels set to 0 or to 255."""
    spoilt = image.copy()
    places = rng.integers(0, image.size, size=round(share * image.size))
    flat = spoilt.reshape(-1)
    flat[places[::2]] = 255
    flat[places[1::2]] = 0
    return spoilt


def smooth_field(
    rng: np.random.Generator, height: int, width: int, rows: int, columns: int
) -> NDArray[np.uint8]:
    """Clouds ``(height, width)``: ``rows`` x ``columns`` random greys, interpolated between."""
    seeds = rng.integers(0, 256, size=(rows, columns), dtype=np.uint8)
    field = cv2.resize(seeds, (width, height), interpolation=cv2.INTER_CUBIC)
    return field.astype(np.uint8, copy=False)
