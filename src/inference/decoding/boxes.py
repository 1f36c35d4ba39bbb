"""From the baseline localizer's numbers to plates."""

import numpy as np
from numpy.typing import NDArray

from ..detection import Detection
from ..sigmoid import sigmoid


def decode_boxes(
    raw: NDArray[np.float32], height: int, width: int, min_score: float
) -> list[list[Detection]]:
    """Return one upright quad per picture, of score 1 whatever min_score says.

    raw: (B, 4) logits of centre x, centre y, width and height as shares of (height, width) pictures.
    """
    share = sigmoid(raw.astype(np.float64))
    size = np.array([width, height], np.float64)
    centre, half = share[:, :2] * size, share[:, 2:] * size / 2
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    quads = (centre[:, None] + signs * half[:, None]).astype(np.float32)
    return [
        [Detection(q, 1.0, 1 if h[0] > 2.6 * h[1] else 2)] for q, h in zip(quads, half, strict=True)
    ]
