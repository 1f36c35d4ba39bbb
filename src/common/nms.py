"""Non-maximum suppression: of boxes on one and the same plate, one is kept."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from .geometry import quad_iou

Quad = NDArray[np.float32]


def non_maximum_suppression(
    quads: Sequence[Quad], most: float, overlap: Callable[[Quad, Quad], float] = quad_iou
) -> list[int]:
    """Return which of N quads are kept, as ascending indices: those that overlap no kept one before them too much.

    quads: each (4, 2), the best first. most: the overlap, in [0, 1], up to which two quads are two plates. overlap: how
    much two quads overlap, in [0, 1].
    """
    if len(quads) < 2:
        return list(range(len(quads)))
    # Most pairs lie apart, which their upright boxes tell in a fraction of the time; NaN is nowhere apart.
    corners = np.asarray(quads, np.float32)
    low, high = corners.min(1), corners.max(1)
    apart = ((low[:, None] > high[None]) | (high[:, None] < low[None])).any(2).tolist()
    kept: list[int] = []
    for index, quad in enumerate(quads):
        if all(apart[index][k] or overlap(quad, quads[k]) <= most for k in kept):
            kept.append(index)
    return kept


def suppress_boxes(boxes: NDArray[np.float64], most: float) -> NDArray[np.int64]:
    """Return which of N upright boxes are kept, as ascending indices, as `non_maximum_suppression` of quads.

    boxes: (N, 4), left, top, right and bottom, the best first. most: the intersection over union, in [0, 1], up to
    which two are two plates. All boxes are held against a kept one at once: detectors propose hundreds.
    """
    low, high = boxes[:, :2], boxes[:, 2:]
    area = np.prod(np.maximum(high - low, 0), axis=1)
    kept, left = [], np.arange(len(boxes))
    while left.size:
        first, left = left[0], left[1:]
        kept.append(first)
        sides = np.minimum(high[first], high[left]) - np.maximum(low[first], low[left])
        shared = np.prod(np.maximum(sides, 0), axis=1)
        union = area[first] + area[left] - shared
        left = left[shared <= most * union]
    return np.array(kept, np.int64)
