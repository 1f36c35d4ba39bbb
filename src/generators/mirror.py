"""Plates in a mirror, and pictures that somebody has flipped: their characters are no text that anybody may read."""

import numpy as np
from numpy.typing import NDArray

# Share of the scenes and views without a plate that show one in a mirror, where there is room for it …
MIRRORED = 0.1
# … at least so many pixels wide: on a smaller one nobody can tell.
MIRRORED_WIDTH = 56
# Characters that look the same in a mirror, or nearly so; Latin, then Greek and Cyrillic ones.
_SYMMETRIC = frozenset("AHIMOTUVWXY018ΑΔΗΘΙΛΜΞΟΠΤΥΦΧΨΩАДЖЛМНОПТФХШ")  # noqa: RUF001
_LEAST = 2


def differs_mirrored(text: str) -> bool:
    """Return whether a text cannot be taken for another one in a mirror: enough of its characters look wrong there."""
    return sum(char not in _SYMMETRIC for char in text) >= _LEAST


def mirrored(
    image: NDArray[np.uint8], quad: NDArray[np.float32]
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return a picture (H, W) flipped from left to right and a quad (4, 2) of it, from its upper left corner again."""
    flipped = quad[[1, 0, 3, 2]]
    flipped[:, 0] = image.shape[1] - 1 - flipped[:, 0]
    return np.ascontiguousarray(image[:, ::-1]), flipped
