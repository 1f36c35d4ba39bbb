"""From the answers of anchors at several levels to plates."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ...common.geometry import is_readable_quad
from ...common.nms import non_maximum_suppression
from ..detection import Detection
from ..runtime import Raw, Raws
from ..sigmoid import sigmoid

# A level has cells of so many pixels; pictures must be multiples of the largest. ANCHORS share each cell's centre.
STRIDES, ANCHORS = (8, 16, 32), 2
MULTIPLE = STRIDES[-1]
# Of each anchor: score logit; distances from its centre to the box's left, top, right and lower edge, and to the
# corners (x, y of each in turn), in cells of its level; logit of "two lines".
SCORE, BOX, CORNERS, LINES, OUTPUTS = 0, slice(1, 5), slice(5, 13), 13, 14
# At most so many anchors are looked at in a picture, and so many plates found in it. Plates whose IoU is above NMS_IOU
# are one and the same.
MAX_ANCHORS, MAX_PLATES, NMS_IOU = 400, 32, 0.45


def decode_anchors(raw: Raws, height: int, width: int, min_score: float) -> list[list[Detection]]:
    """See Localizer.decode; the maps' own grids give the scale, height and width are not needed.

    raw: of each of STRIDES a map (B, ANCHORS · OUTPUTS, h, w).
    """
    assert isinstance(raw, tuple), "a map for each level"
    centres, strides = anchor_grid(tuple(level.shape[2:] for level in raw))
    answers = np.concatenate([_by_anchor(level) for level in raw], 1)
    return [_plates(one, centres, strides, min_score) for one in answers]


@lru_cache(maxsize=64)
def anchor_grid(
    sizes: tuple[tuple[int, ...], ...],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the centres (N, 2) of anchors in pixels, x and y, and the size (N,) of their level's cells.

    sizes: rows and columns of each level's cells. Level by level, row by row, the anchors of a cell in turn.
    """
    centres, strides = [], []
    for (rows, columns), stride in zip(sizes, STRIDES, strict=True):
        y, x = np.mgrid[:rows, :columns]
        cells = (np.stack([x, y], -1).reshape(-1, 2) + 0.5) * stride - 0.5
        centres.append(np.repeat(cells, ANCHORS, axis=0))
        strides.append(np.full(len(centres[-1]), float(stride)))
    return np.concatenate(centres), np.concatenate(strides)


def _by_anchor(level: Raw) -> Raw:
    """Return the answers (B, anchors, OUTPUTS) of a level's map (B, ANCHORS · OUTPUTS, h, w)."""
    return level.reshape(*level.shape[:2], -1).swapaxes(1, 2).reshape(len(level), -1, OUTPUTS)


def _plates(
    raw: Raw, centres: NDArray[np.float64], strides: NDArray[np.float64], min_score: float
) -> list[Detection]:
    """Return the plates of one picture from its anchors' answers (N, OUTPUTS); corners that make no plate are none."""
    scores = sigmoid(raw[:, SCORE].astype(np.float64))
    likely = np.flatnonzero(scores >= min_score)
    likely = likely[np.argsort(-scores[likely], kind="stable")][:MAX_ANCHORS]
    offsets = raw[likely, CORNERS].reshape(-1, 4, 2) * strides[likely, None, None]
    quads = (centres[likely, None] + offsets).astype(np.float32)
    readable = [number for number, quad in enumerate(quads) if is_readable_quad(quad)]
    likely, quads = likely[readable], quads[readable]
    kept = non_maximum_suppression(list(quads), NMS_IOU)[:MAX_PLATES]
    return [
        Detection(quads[i], float(scores[likely[i]]), 2 if raw[likely[i], LINES] > 0 else 1)
        for i in kept
    ]
