"""Quads and boxes.

A quad is float32 (4, 2): x, y in pixels, clockwise from the plate's own top left corner as it is
read. The centre of the top left pixel is (0, 0), so a plate that fills a picture of width w spans
-0.5 … w - 0.5. A box is float32 (4,): x1, y1, x2, y2.
"""

import math
from collections.abc import Iterable, Sequence

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

_MIN_AREA_PX = 1.0
_BOX_TOLERANCE_PX = 0.01
UNIT_SQUARE = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
"""Corners of a plate in its own coordinates."""


def stack_quads(quads: Iterable[ArrayLike]) -> NDArray[np.float32]:
    """Return N quads, each (4, 2), as one array float32 (N, 4, 2); N may be 0."""
    return np.array(list(quads), np.float32).reshape(-1, 4, 2)


def quad_box(quad: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the upright box (4,) that just holds `quad` (4, 2)."""
    return np.concatenate([quad.min(axis=0), quad.max(axis=0)]).astype(np.float32)


def box_quad(quad: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the corners (4, 2) of the upright box that just holds `quad` (4, 2), clockwise from its top left."""
    x1, y1, x2, y2 = quad_box(quad).tolist()
    return np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2]], np.float32)


def is_upright_box(quad: NDArray[np.float32]) -> bool:
    """Tell whether corners (4, 2) are those of an upright box, to a hundredth of a pixel.

    Whoever labels boxes writes such; four corners that somebody has set one by one hardly ever are.
    """
    return bool(np.abs(quad - box_quad(quad)).max() <= _BOX_TOLERANCE_PX)


def quad_area(quad: NDArray[np.float32]) -> float:
    """Return the area of `quad` (4, 2) in square pixels, whichever way round its corners run."""
    return abs(_signed_area(quad))


def quad_size(quad: NDArray[np.float32]) -> tuple[float, float]:
    """Return width and height of a plate in pixels: the means of its quad's opposite edges."""
    upper_left, upper_right, lower_right, lower_left = quad.tolist()
    width = (math.dist(upper_left, upper_right) + math.dist(lower_left, lower_right)) / 2
    height = (math.dist(upper_left, lower_left) + math.dist(upper_right, lower_right)) / 2
    return width, height


def is_readable_quad(quad: NDArray[np.float32]) -> bool:
    """Tell whether `quad` (4, 2) is finite, convex, clockwise and at least one square pixel."""
    # A NaN or an infinity makes turns that are NaN, which is above nothing, or an area that is not finite.
    return _least_turn(quad) > 0 and _MIN_AREA_PX <= quad_area(quad) < math.inf


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


def rescale(
    points: NDArray[np.float32], before: Sequence[int], after: Sequence[int]
) -> NDArray[np.float32]:
    """Return points (…, 2), in pixels of a picture, where they lie in the same picture of another size.

    Edges stay edges: pixels are squares round their centres, so -0.5, and not 0, stays where it is.

    points: x and y.
    before: shape of the picture that they are of: height, width and maybe more.
    after: shape of the resized picture.
    """
    scale = np.array([after[1] / before[1], after[0] / before[0]], np.float32)
    return (points + np.float32(0.5)) * scale - np.float32(0.5)


def to_plate(points: NDArray[np.float32], quad: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return picture points (N, 2) in a plate's own coordinates: (0, 0) its top left, (1, 1) its bottom right.

    Raises ValueError when `quad` is not finite, convex, clockwise and of some area.
    """
    require_readable(quad)
    matrix = cv2.getPerspectiveTransform(np.asarray(quad, np.float32), UNIT_SQUARE)
    points = np.asarray(points, np.float32).reshape(-1, 1, 2)
    return np.asarray(cv2.perspectiveTransform(points, matrix), np.float32).reshape(-1, 2)


def from_plate(points: NDArray[np.float32], quad: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return points (N, 2) of a plate's own coordinates in the picture; the inverse of `to_plate`.

    Raises ValueError when `quad` is not finite, convex, clockwise and of some area.
    """
    require_readable(quad)
    matrix = cv2.getPerspectiveTransform(UNIT_SQUARE, np.asarray(quad, np.float32))
    points = np.asarray(points, np.float32).reshape(-1, 1, 2)
    return np.asarray(cv2.perspectiveTransform(points, matrix), np.float32).reshape(-1, 2)


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
    """Return the smallest cross product of two edges in a row; > 0: convex and clockwise; NaN where one is NaN."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = quad.tolist()
    first = (bx - ax) * (cy - by) - (by - ay) * (cx - bx)
    second = (cx - bx) * (dy - cy) - (cy - by) * (dx - cx)
    third = (dx - cx) * (ay - dy) - (dy - cy) * (ax - dx)
    fourth = (ax - dx) * (by - ay) - (ay - dy) * (bx - ax)
    turns = (first, second, third, fourth)
    return min(turns) if all(map(math.isfinite, turns)) else math.nan


def _clockwise(quad: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """Return `quad` with its corners clockwise, or None when it is not a convex region."""
    quad = np.asarray(quad, np.float32)
    if not np.isfinite(quad).all():
        return None
    turned = quad if _signed_area(quad) > 0 else np.ascontiguousarray(quad[::-1])
    return turned if _least_turn(turned) > 0 else None


def require_readable(quad: NDArray[np.float32]) -> None:
    """Raise ValueError unless `quad` (4, 2) is finite, convex, clockwise and at least one square pixel."""
    if not is_readable_quad(quad):
        raise ValueError(f"not a convex clockwise quad of some area: {np.asarray(quad).tolist()}")
