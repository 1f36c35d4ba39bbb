"""From the corner detector's cells to plates."""

import numpy as np
from numpy.typing import NDArray

from src.common.geometry import quad_iou
from src.models.base import Detection

# At most so many cells are looked at in a picture; a plate of a third of a 256-pixel scene heats about 20.
MAX_CELLS = 400
# Cells whose quads overlap this much speak of the same plate.
SAME_PLATE = 0.5


def decode_corners(
    raw: NDArray[np.float32], stride: int, min_score: float
) -> list[Detection]:
    """Return the plates of one picture, best first, from its raw output (10, h, w).

    The cells that speak of one plate are blended, weighted by their scores, rather than all but the best thrown
    away: their errors partly cancel.
    """
    scores = 1.0 / (1.0 + np.exp(-raw[0].astype(np.float64)))
    rows, columns = np.nonzero(scores >= min_score)
    order = np.argsort(-scores[rows, columns], kind="stable")[:MAX_CELLS]
    rows, columns = rows[order], columns[order]
    score = scores[rows, columns]
    cells = (np.stack([columns, rows], 1) + 0.5) * stride - 0.5
    offsets = raw[1:9, rows, columns].T.reshape(-1, 4, 2) * (4.0 * stride)
    quads = (cells[:, None] + offsets).astype(np.float32)
    two = 1.0 / (1.0 + np.exp(-raw[9, rows, columns]))

    found: list[Detection] = []
    left = np.arange(len(score))
    while left.size:
        best = left[0]
        same = np.array([i == best or _same(quads[best], quads[i]) for i in left])
        group = left[same]
        weight = score[group] / score[group].sum()
        quad = (quads[group] * weight[:, None, None]).sum(0).astype(np.float32)
        lines = 2 if float((two[group] * weight).sum()) > 0.5 else 1
        found.append(Detection(quad, float(score[best]), lines))
        left = left[~same]
    return found


def _same(a: NDArray[np.float32], b: NDArray[np.float32]) -> bool:
    """Say whether two quads are of one plate; cheap test first: most pairs lie far apart."""
    reach = np.abs(a[2] - a[0]).max() + np.abs(a[1] - a[3]).max()
    if np.abs(a.mean(0) - b.mean(0)).max() > reach:
        return False
    return quad_iou(a, b) >= SAME_PLATE
