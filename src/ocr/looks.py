"""The two looks at a plate: a wide one to find its corners, then a close one to read it."""

import math

import numpy as np
from numpy.typing import NDArray

from src.common.geometry import UNIT_SQUARE, expand_quad, from_plate, is_readable_quad, to_plate

# How much more than the supposed plate the wide look takes in on each side, as shares of its width and height.
WIDE_X, WIDE_Y = 0.06, 0.25


def widen(quad: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the quad (4, 2) that the wide look cuts out; raises ValueError for a quad that cannot be cut out."""
    return expand_quad(quad, WIDE_X, WIDE_Y)


def offsets(true: NDArray[np.float32], cut: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how far a plate's corners (4, 2) lie from those of a quad that was cut out, in its own coordinates."""
    return to_plate(true, cut) - UNIT_SQUARE


def corrected(cut: NDArray[np.float32], told: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """Return the plate's corners from a quad that was cut out and the offsets told by the reader.

    None when they make no plate: the offsets are then not to be believed.
    """
    quad = from_plate(UNIT_SQUARE + told, cut)
    return quad if is_readable_quad(quad) else None


def miss(rng: np.random.Generator, quad: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    """Move a plate's corners as a localizer misses them: shifted, turned, too large or small, and each by itself.

    share: deviation of these errors, in plate heights. A plate that would not stay convex is left where it is.
    """
    upper_left, upper_right, lower_right, lower_left = quad.tolist()
    width = (math.dist(upper_left, upper_right) + math.dist(lower_left, lower_right)) / 2
    height = (math.dist(upper_left, lower_left) + math.dist(upper_right, lower_right)) / 2
    if width < 1 or height < 1:
        return quad
    shift_x, shift_y, turn, grow_x, grow_y = (
        share * rng.normal(0, [0.7, 0.6, 0.8, 0.8, 0.5])
    ).tolist()
    own = share * rng.normal(0, 0.4, (4, 2))
    left_right, up_down = np.array([-1, 1, 1, -1]), np.array([-1, -1, 1, 1])
    x = shift_x + grow_x * left_right + own[:, 0]
    y = shift_y + turn * left_right + grow_y * up_down + own[:, 1]
    told = np.stack([x * height / width, y], 1).astype(np.float32)
    moved = corrected(quad, told)
    return quad if moved is None else moved
