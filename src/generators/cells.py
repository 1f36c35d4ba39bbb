"""Characters in cells of one width, as on plates that are read by counting places."""

import numpy as np
from numpy.typing import NDArray

_NARROW = 0.40
"""What is not as wide as this, in cap heights, stays so in a wide cell: 1, I."""


def width_in_cell(natural: float, cell: float) -> float:
    """Return how wide a character is drawn whose own width is `natural` in a cell, both in cap heights."""
    return min(natural, cell) if natural < _NARROW else cell


def in_cell(mask: NDArray[np.uint8], width: int) -> NDArray[np.uint8]:
    """Return the coverage of a character, (h, w) uint8, in the middle of a cell of `width` pixels or more."""
    room = max(0, width - mask.shape[1])
    return np.pad(mask, ((0, 0), (room // 2, room - room // 2)))
