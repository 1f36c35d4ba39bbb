"""From the corner detector's cells to plates."""

import numpy as np
from numpy.typing import NDArray

from ..detection import Detection
from ..runtime import Raws, only
from ..sigmoid import sigmoid

# Pictures must be multiples of MULTIPLE pixels in both directions; a cell of the output is STRIDE wide and high.
MULTIPLE, STRIDE = 32, 8
# At most so many cells are looked at in a picture, and so many plates found in it.
MAX_CELLS, MAX_PLATES = 400, 32
# Cells whose plates' centres lie this near to that of the best cell, as a share of half its width and height, speak of
# the same plate and are blended; up to REACH they are taken for poorer guesses at it and dropped.
SAME, REACH = 0.5, 1.1


def decode_cells(raw: Raws, height: int, width: int, min_score: float) -> list[list[Detection]]:
    """See Localizer.decode; the output's own grid gives the scale, height and width are not needed."""
    return [decode_corners(one, STRIDE, min_score) for one in only(raw)]


def decode_corners(raw: NDArray[np.float32], stride: int, min_score: float) -> list[Detection]:
    """Return the plates of one picture, best first, from its raw output (10, h, w).

    The cells that speak of one plate are blended, weighted by their scores, rather than all but the best thrown
    away: their errors partly cancel.
    """
    logit = np.log(min_score / (1.0 - min_score)) if 0.0 < min_score < 1.0 else -np.inf
    rows, columns = np.nonzero(raw[0] >= logit)
    order = np.argsort(-raw[0, rows, columns], kind="stable")[:MAX_CELLS]
    rows, columns = rows[order], columns[order]
    score = sigmoid(raw[0, rows, columns].astype(np.float64))
    cells = (np.stack([columns, rows], 1) + 0.5) * stride - 0.5
    offsets = raw[1:9, rows, columns].T.reshape(-1, 4, 2) * (4.0 * stride)
    quads = cells[:, None] + offsets
    centres, two = quads.mean(1), sigmoid(raw[9, rows, columns].astype(np.float64))

    found: list[Detection] = []
    left = np.arange(len(score))
    while left.size and len(found) < MAX_PLATES:
        best = left[0]
        distance = _distance(quads[best], centres[left] - centres[best])
        group = left[distance <= SAME]
        weight = score[group] / score[group].sum()
        quad = (quads[group] * weight[:, None, None]).sum(0).astype(np.float32)
        lines = 2 if float((two[group] * weight).sum()) > 0.5 else 1
        found.append(Detection(quad, float(score[best]), lines))
        left = left[distance > REACH]
    return found


def _distance(quad: NDArray[np.float64], away: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far points (N, 2) lie from a quad's centre along its own axes: 1 at its edges, 0 in the middle."""
    along = (quad[1] + quad[2] - quad[0] - quad[3]) / 4
    across = (quad[3] + quad[2] - quad[0] - quad[1]) / 4
    u = np.abs(away @ along) / max(float(along @ along), 1e-6)
    v = np.abs(away @ across) / max(float(across @ across), 1e-6)
    farther: NDArray[np.float64] = np.maximum(u, v)
    farther[np.hypot(away[:, 0], away[:, 1]) == 0] = 0.0
    return farther
