"""From upright boxes to plates: of the baseline localizer, and of any that finds boxes."""

import numpy as np
from numpy.typing import NDArray

from ..detection import Detection
from ..runtime import Raws, only
from ..sigmoid import sigmoid

# Plates that are longer than this, as a multiple of their height, have one row of text.
LONG = 2.6


def decode_boxes(raw: Raws, height: int, width: int, min_score: float) -> list[list[Detection]]:
    """Return one upright quad per picture, of score 1 whatever min_score says.

    raw: (B, 4) logits of centre x, centre y, width and height as shares of (height, width) pictures.
    """
    share = sigmoid(only(raw).astype(np.float64))
    size = np.array([width, height], np.float64)
    centre, half = share[:, :2] * size, share[:, 2:] * size / 2
    boxes = np.concatenate([centre - half, centre + half], 1)
    return [[found] for found in upright_detections(boxes, np.ones(len(boxes)))]


def upright_detections(boxes: NDArray[np.float64], scores: NDArray[np.float64]) -> list[Detection]:
    """Return boxes (N, 4), left, top, right and bottom in pixels, as detections of these scores (N,).

    One that is wider than LONG times its height is of one row of text.
    """
    quads = boxes[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 4, 2).astype(np.float32)
    size = boxes[:, 2:] - boxes[:, :2]
    return [
        Detection(quad, float(score), 1 if wide > LONG * high else 2)
        for quad, score, (wide, high) in zip(quads, scores, size, strict=True)
    ]
