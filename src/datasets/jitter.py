"""Corner jitter: corners moved as a localizer misplaces them, for what comes after it to learn with."""

import numpy as np
from numpy.typing import NDArray

from ..common.geometry import UNIT_SQUARE, from_plate, is_readable_quad, quad_size


def jitter_corners(
    rng: np.random.Generator, quad: NDArray[np.float32], share: float
) -> NDArray[np.float32]:
    """Move a plate's corners (4, 2): shifted, turned, slanted and resized together, and each corner independently.

    share: deviation of these errors, in plate heights. A plate that would not stay convex is left where it is.
    """
    width, height = quad_size(quad)
    if width < 1 or height < 1:
        return quad
    deviations = share * np.array([0.7, 0.6, 0.8, 0.8, 0.5, 1.0])
    shift_x, shift_y, turn, grow_x, grow_y, slant = rng.normal(0, deviations).tolist()
    own = share * rng.normal(0, 0.4, (4, 2))
    left_right, up_down = np.array([-1, 1, 1, -1]), np.array([-1, -1, 1, 1])
    x = shift_x + grow_x * left_right + slant * up_down + own[:, 0]
    y = shift_y + turn * left_right + grow_y * up_down + own[:, 1]
    offsets = np.stack([x * height / width, y], 1).astype(np.float32)
    moved = from_plate(UNIT_SQUARE + offsets, quad)
    return moved if is_readable_quad(moved) else quad
