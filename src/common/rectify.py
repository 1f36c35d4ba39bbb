"""The one way a plate is cut out of a picture: in perspective, from the full resolution, to a canvas of one size."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from .geometry import require_readable, rescale
from .shrink import shrunk

MARGIN_X = 0.04
"""Share of the plate's width that `rectify` keeps beyond its left and right edge."""
MARGIN_Y = 0.10
"""Share of the plate's height that `rectify` keeps beyond its upper and lower edge."""
OVERLAP = 0.03
"""Share of the plate's height by which each half of a two-line plate reaches over the middle."""

Frame = tuple[float, float, float, float]
"""Left, top, right and bottom in a plate's own coordinates, in which the plate spans 0 to 1."""

# Of denser pictures the part that is needed is halved first, at a tenth of what a warp of so many pixels costs.
_MAX_OVERSAMPLING = 4
_MAX_SOURCE_PX = 32_000  # OpenCV 4 addresses a warp's source with 16-bit numbers


def rectify(
    image: NDArray[np.uint8], quad: NDArray[np.float32], lines: int, height: int, width: int
) -> NDArray[np.uint8]:
    """Cut a plate out of a picture, straight and of one size: what the reader reads.

    image: grey picture (H, W) at full resolution.
    quad: the plate's corners in `image`; they may lie outside it (the border is repeated).
    lines: 1 for the whole plate over the canvas; 2 for its upper half in the left half of the canvas and its lower
        half in the right half, so that one reader reads both kinds.
    height: canvas height in pixels.
    width: canvas width in pixels.

    Returns uint8 (height, width), the plate with margins `MARGIN_X` and `MARGIN_Y`.
    Raises ValueError when `lines` is neither 1 nor 2, or `quad` is not finite, convex, clockwise and at least one
    square pixel.
    """
    first, last = -MARGIN_X, 1 + MARGIN_X
    if lines == 1:
        return cut(image, quad, (first, -MARGIN_Y, last, 1 + MARGIN_Y), height, width)
    if lines == 2:
        left = width // 2
        upper = cut(image, quad, (first, -MARGIN_Y, last, 0.5 + OVERLAP), height, left)
        lower = cut(image, quad, (first, 0.5 - OVERLAP, last, 1 + MARGIN_Y), height, width - left)
        return np.hstack([upper, lower])
    raise ValueError(f"a plate has 1 or 2 lines, not {lines}")


def cut(
    image: NDArray[np.uint8], quad: NDArray[np.float32], frame: Frame, height: int, width: int
) -> NDArray[np.uint8]:
    """Warp what lies in `frame` around a plate's corners `quad` (4, 2) to uint8 (height, width).

    Raises ValueError when `quad` is not finite, convex, clockwise and at least one square pixel.
    """
    require_readable(quad)
    first, top, last, bottom = frame
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = quad.tolist()
    plate_width = max(math.hypot(bx - ax, by - ay), math.hypot(cx - dx, cy - dy))
    plate_height = max(math.hypot(dx - ax, dy - ay), math.hypot(cx - bx, cy - by))
    step_x = plate_width * (last - first) / width
    step_y = plate_height * (bottom - top) / height
    shrink = 1
    while max(step_x, step_y) > _MAX_OVERSAMPLING * shrink:
        shrink *= 2
    if shrink > 1 or max(image.shape) > _MAX_SOURCE_PX:
        image, quad = _region(image, quad, shrink)
        step_x, step_y = step_x / shrink, step_y / shrink

    # bilinear sampling skips pixels when it strides over more than about one: sample densely
    # and average. The canvas grows by whole numbers, so averaging does not shift anything.
    canvas_width = width * _oversampling(step_x)
    canvas_height = height * _oversampling(step_y)
    left = -first / (last - first) * canvas_width - 0.5
    right = (1 - first) / (last - first) * canvas_width - 0.5
    upper = -top / (bottom - top) * canvas_height - 0.5
    lower = (1 - top) / (bottom - top) * canvas_height - 0.5
    target = np.array([[left, upper], [right, upper], [right, lower], [left, lower]], np.float32)
    matrix = cv2.getPerspectiveTransform(np.asarray(quad, np.float32), target)
    canvas = cv2.warpPerspective(
        image,
        matrix,
        (canvas_width, canvas_height),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    if (canvas_height, canvas_width) != (height, width):
        canvas = cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(canvas, np.uint8)


def _oversampling(step: float) -> int:
    return min(max(math.ceil(step - 0.25), 1), _MAX_OVERSAMPLING)


def _region(
    image: NDArray[np.uint8], quad: NDArray[np.float32], shrink: int
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Cut the surroundings of `quad` out of `image` and average them down by `shrink`, a power of two."""
    reach = 0.4 * np.ptp(quad, axis=0) + 2 * shrink
    least, most = np.floor(quad.min(axis=0) - reach), np.ceil(quad.max(axis=0) + reach)
    x1, x2 = _span(least[0], most[0], image.shape[1], shrink)
    y1, y2 = _span(least[1], most[1], image.shape[0], shrink)
    small = shrunk(image[y1:y2, x1:x2], (-(-(y2 - y1) // shrink), -(-(x2 - x1) // shrink)))
    corner = np.array([x1, y1], np.float32)
    return small, rescale(quad - corner, (y2 - y1, x2 - x1), small.shape)


def _span(least: float, most: float, length: int, shrink: int) -> tuple[int, int]:
    """Return the part of a side from `least` to `most` that is in the picture, a multiple of `shrink` if it can be."""
    first = min(max(int(least), 0), length - 1)
    last = min(max(int(most), first + 1), length)
    whole = (last - first) // shrink * shrink
    return first, first + whole if whole else last
