"""Windows: a part of a picture, as large as it takes to see plates in what surrounds them, as pixels of one size.

A window may reach beyond the picture, whose edge is then repeated, as where plates are straightened.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..common.geometry import quad_box, rescale

Size = tuple[int, int]
"""Height and width in pixels."""


@dataclass(frozen=True)
class Window:
    """Left, top, width and height in whole pixels of the picture."""

    left: int
    top: int
    width: int
    height: int

    def moved(self, quad: NDArray[np.float32], size: Size) -> NDArray[np.float32]:
        """Return points (N, 2) of the picture where they lie in the window, scaled to ``size``."""
        corner = np.array([self.left, self.top], np.float32)
        return rescale(np.asarray(quad, np.float32) - corner, (self.height, self.width), size)

    def pixels(self, picture: NDArray[np.uint8], size: Size) -> NDArray[np.uint8]:
        """Return the window's pixels of a grey picture, scaled to ``size``."""
        rows, columns = picture.shape
        x1, y1 = self.left, self.top
        x2, y2 = x1 + self.width, y1 + self.height
        # Of a window that lies beside the picture, the pixel at the edge is seen.
        inner = picture[
            min(max(y1, 0), rows - 1) : max(min(y2, rows), 1),
            min(max(x1, 0), columns - 1) : max(min(x2, columns), 1),
        ]
        before = max(-y1, 0), max(-x1, 0)
        after = max(y2 - rows, 0), max(x2 - columns, 0)
        if any((*before, *after)):
            inner = np.asarray(
                cv2.copyMakeBorder(
                    inner, before[0], after[0], before[1], after[1], cv2.BORDER_REPLICATE
                ),
                np.uint8,
            )
        inner = inner[: self.height, : self.width]
        shrinks = self.height > size[0] or self.width > size[1]
        way = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(inner, size[::-1], interpolation=way), np.uint8)


def window_about(centre: Sequence[float], width: float, shape: Size, picture: Size) -> Window:
    """Return the window of a shape's proportions about a point (x, y), moved into the picture where that is larger.

    width: at least, in pixels. shape: height and width that the window will be scaled to. picture: its size.
    """
    wide = max(int(np.ceil(width)), 1)
    high = max(round(wide * shape[0] / shape[1]), 1)
    return Window(
        _start(centre[0], wide, picture[1]), _start(centre[1], high, picture[0]), wide, high
    )


def width_to_hold(box: NDArray[np.float32], shape: Size) -> float:
    """Return the width of the smallest window of a shape's proportions that holds a box x1, y1, x2, y2."""
    x1, y1, x2, y2 = box.tolist()
    return float(max(x2 - x1, (y2 - y1) * shape[1] / shape[0]))


def seen_share(quad: NDArray[np.float32], size: Size) -> float:
    """Return how much of the upright box round a quad (4, 2) lies in a picture of ``size``: 0 to 1."""
    x1, y1, x2, y2 = quad_box(quad).tolist()
    edges = -0.5, -0.5, size[1] - 0.5, size[0] - 0.5
    across = max(0.0, min(x2, edges[2]) - max(x1, edges[0]))
    down = max(0.0, min(y2, edges[3]) - max(y1, edges[1]))
    area = (x2 - x1) * (y2 - y1)
    return across * down / area if area > 0 else 0.0


def _start(centre: float, length: int, whole: int) -> int:
    """Return where a window begins: within the picture if it fits there, else about its own centre."""
    start = round(centre - (length - 1) / 2)
    return min(max(start, 0), whole - length) if length <= whole else start
