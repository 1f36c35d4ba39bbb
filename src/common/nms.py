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
    kept: list[int] = []
    for index, quad in enumerate(quads):
        if all(overlap(quad, quads[other]) <= most for other in kept):
            kept.append(index)
    return kept
