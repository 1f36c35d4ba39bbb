"""Quads and boxes, and the one way a plate is cut out of a picture.

A quad is float32 (4, 2): x, y in pixels, clockwise from the plate's own top left corner as it is
read. The centre of the top left pixel is (0, 0), so a plate that fills a picture of width w spans
-0.5 … w - 0.5. A box is float32 (4,): x1, y1, x2, y2.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

MARGIN_X = 0.04
"""Share of the plate's width that `rectify` keeps beyond its left and right edge."""
MARGIN_Y = 0.10
"""Share of the plate's height that `rectify` keeps beyond its upper and lower edge."""
OVERLAP = 0.03
"""Share of the plate's height by which each half of a two-line plate reaches over the middle."""

_MAX_OVERSAMPLING = 4
_MIN_AREA_PX = 1.0
_MAX_SOURCE_PX = 32_000  # OpenCV 4 addresses a warp's source with 16-bit numbers
UNIT_SQUARE = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
"""Corners of a plate in its own coordinates."""


def quad_box(quad: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the upright box (4,) that just holds `quad` (4, 2)."""
    return np.concatenate([quad.min(axis=0), quad.max(axis=0)]).astype(np.float32)


def quad_area(quad: NDArray[np.float32]) -> float:
    """Return the area of `quad` (4, 2) in square pixels, whichever way round its corners run."""
    return abs(_signed_area(quad))


def is_readable_quad(quad: NDArray[np.float32]) -> bool:
    """Tell whether `quad` (4, 2) is finite, convex, clockwise and at least one square pixel."""
    convex = bool(np.isfinite(quad).all()) and _least_turn(quad) > 0
    return convex and quad_area(quad) >= _MIN_AREA_PX


def quad_iou(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Return the area shared by two quads over the area of their union, in [0, 1].

    Regions are compared, so neither the first corner nor the sense of rotation matters. A quad
    that is not finite, not convex or without area shares nothing: 0.
    """
    shared = _shared_area(a, b)
    if shared == 0:
        return 0.0
    return min(shared / (quad_area(a) + quad_area(b) - shared), 1.0)


def quad_cover(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Return the area shared by two quads over that of the smaller one, in [0, 1]; regions as in `quad_iou`."""
    shared = _shared_area(a, b)
    if shared == 0:
        return 0.0
    return min(shared / min(quad_area(a), quad_area(b)), 1.0)


def expand_quad(quad: NDArray[np.float32], fx: float, fy: float) -> NDArray[np.float32]:
    """Return `quad` (4, 2) grown by `fx` of the plate's width and `fy` of its height on each side.

    The growth is measured on the plate and seen in perspective: corners move along the quad's own
    edges, the further edge by less. Negative fractions shrink.

    Raises:
        ValueError: `quad` is not finite, convex, clockwise and of some area.
    """
    grown = [[-fx, -fy], [1 + fx, -fy], [1 + fx, 1 + fy], [-fx, 1 + fy]]
    return from_plate(np.array(grown, np.float32), quad)


def to_plate(points: NDArray[np.float32], quad: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return picture points (N, 2) in a plate's own coordinates: (0, 0) its top left, (1, 1) its bottom right.

    Raises:
        ValueError: `quad` is not finite, convex, clockwise and of some area.
    """
    _require_readable(quad)
    matrix = cv2.getPerspectiveTransform(np.asarray(quad, np.float32), UNIT_SQUARE)
    points = np.asarray(points, np.float32).reshape(-1, 1, 2)
    return np.asarray(cv2.perspectiveTransform(points, matrix), np.float32).reshape(-1, 2)


def from_plate(points: NDArray[np.float32], quad: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return points (N, 2) of a plate's own coordinates in the picture; the inverse of `to_plate`.

    Raises:
        ValueError: `quad` is not finite, convex, clockwise and of some area.
    """
    _require_readable(quad)
    matrix = cv2.getPerspectiveTransform(UNIT_SQUARE, np.asarray(quad, np.float32))
    points = np.asarray(points, np.float32).reshape(-1, 1, 2)
    return np.asarray(cv2.perspectiveTransform(points, matrix), np.float32).reshape(-1, 2)


def rectify(
    image: NDArray[np.uint8], quad: NDArray[np.float32], lines: int, height: int, width: int
) -> NDArray[np.uint8]:
    """Cut a plate out of a picture, straight and of one size: what the reader reads.

    Args:
        image: grey picture (H, W) at full resolution.
        quad: the plate's corners in `image`; they may lie outside it (the border is repeated).
        lines: 1 for the whole plate over the canvas; 2 for its upper half in the left half of the
            canvas and its lower half in the right half, so that one reader reads both kinds.
        height: canvas height in pixels.
        width: canvas width in pixels.

    Returns:
        uint8 (height, width), the plate with margins `MARGIN_X` and `MARGIN_Y`.

    Raises:
        ValueError: `lines` is neither 1 nor 2, or `quad` is not finite, convex, clockwise and at
            least one square pixel.
    """
    _require_readable(quad)
    if lines == 1:
        return _cut(image, quad, -MARGIN_Y, 1 + MARGIN_Y, height, width)
    if lines == 2:
        left = width // 2
        upper = _cut(image, quad, -MARGIN_Y, 0.5 + OVERLAP, height, left)
        lower = _cut(image, quad, 0.5 - OVERLAP, 1 + MARGIN_Y, height, width - left)
        return np.hstack([upper, lower])
    raise ValueError(f"a plate has 1 or 2 lines, not {lines}")


def _cut(
    image: NDArray[np.uint8],
    quad: NDArray[np.float32],
    top: float,
    bottom: float,
    height: int,
    width: int,
) -> NDArray[np.uint8]:
    """Warp the band from `top` to `bottom` (shares of the plate's height) to (height, width)."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = quad.tolist()
    plate_width = max(math.hypot(bx - ax, by - ay), math.hypot(cx - dx, cy - dy))
    plate_height = max(math.hypot(dx - ax, dy - ay), math.hypot(cx - bx, cy - by))
    step_x = plate_width * (1 + 2 * MARGIN_X) / width
    step_y = plate_height * (bottom - top) / height
    shrink = max(step_x, step_y) / _MAX_OVERSAMPLING
    if shrink > 1 or max(image.shape) > _MAX_SOURCE_PX:
        shrink = max(shrink, 1.0)
        image, quad = _region(image, quad, shrink)
        step_x, step_y = step_x / shrink, step_y / shrink

    # bilinear sampling skips pixels when it strides over more than about one: sample densely
    # and average. The canvas grows by whole numbers, so averaging does not shift anything.
    canvas_width = width * _oversampling(step_x)
    canvas_height = height * _oversampling(step_y)
    left = MARGIN_X / (1 + 2 * MARGIN_X) * canvas_width - 0.5
    right = (1 + MARGIN_X) / (1 + 2 * MARGIN_X) * canvas_width - 0.5
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
    image: NDArray[np.uint8], quad: NDArray[np.float32], shrink: float
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Cut the surroundings of `quad` out of `image` and average them down by about `shrink`."""
    rows, columns = image.shape
    reach = 0.25 * np.ptp(quad, axis=0) + 2 * shrink
    x1, y1 = np.floor(quad.min(axis=0) - reach).astype(int).tolist()
    x2, y2 = np.ceil(quad.max(axis=0) + reach).astype(int).tolist()
    x1, y1 = min(max(x1, 0), columns - 1), min(max(y1, 0), rows - 1)
    x2, y2 = min(max(x2, x1 + 1), columns), min(max(y2, y1 + 1), rows)
    size = max(round((x2 - x1) / shrink), 1), max(round((y2 - y1) / shrink), 1)
    small = cv2.resize(image[y1:y2, x1:x2], size, interpolation=cv2.INTER_AREA)
    scale = np.array([size[0] / (x2 - x1), size[1] / (y2 - y1)], np.float32)
    corner = np.array([x1, y1], np.float32)
    return np.asarray(small, np.uint8), (quad - corner + 0.5) * scale - 0.5


def _shared_area(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    first, second = _clockwise(a), _clockwise(b)
    if first is None or second is None:
        return 0.0
    # near the origin, so that float32 keeps its digits in large pictures
    origin = first.mean(axis=0)
    shared, _ = cv2.intersectConvexConvex(first - origin, second - origin)
    return max(float(shared), 0.0)


def _signed_area(quad: NDArray[np.float32]) -> float:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = quad.tolist()
    return 0.5 * float((cx - ax) * (dy - by) - (dx - bx) * (cy - ay))


def _least_turn(quad: NDArray[np.float32]) -> float:
    """Return the smallest cross product of two edges in a row; > 0: convex and clockwise."""
    corners = quad.tolist()
    turns = []
    for index in range(4):
        (ax, ay), (bx, by), (cx, cy) = corners[index - 2], corners[index - 1], corners[index]
        turns.append((bx - ax) * (cy - by) - (by - ay) * (cx - bx))
    return float(min(turns))


def _clockwise(quad: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """Return `quad` with its corners clockwise, or None when it is not a convex region."""
    quad = np.asarray(quad, np.float32)
    if not np.isfinite(quad).all():
        return None
    turned = quad if _signed_area(quad) > 0 else np.ascontiguousarray(quad[::-1])
    return turned if _least_turn(turned) > 0 else None


def _require_readable(quad: NDArray[np.float32]) -> None:
    if not is_readable_quad(quad):
        raise ValueError(f"not a convex clockwise quad of some area: {np.asarray(quad).tolist()}")
