"""What the corner refiner sees of a plate, and what its answer means."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..common.geometry import UNIT_SQUARE
from .sigmoid import sigmoid

# Canvas of a look in pixels. Fixed, for the net's last layers see all of it at once.
LOOK_HEIGHT, LOOK_WIDTH = 64, 128
# What a look shows beyond the corners found so far, as shares of the plate's width and height: enough for corners
# that are off by a third of the plate's height.
LOOK_X, LOOK_Y = 0.15, 0.35
LOOK_FRAME = (-LOOK_X, -LOOK_Y, 1 + LOOK_X, 1 + LOOK_Y)
# Outputs of the net: eight corner offsets, logits of "two lines", of "a plate", and of "characters that cannot be seen
# before the first one that can", "after the last one" and "between them".
OUTPUTS = 13
# Offsets in the plate's coordinates come out of the net divided by this, so that common ones are about 1.
UNIT = 0.3


@dataclass(frozen=True)
class Seen:
    """What a look has seen: corners (4, 2) float32 in the coordinates in which those of the look span 0 to 1, rows of
    text (1 or 2), and how probable it is that there is a plate, in [0, 1]. unseen: how probable it is, in [0, 1], that
    its text has characters that cannot be seen before the first one that can, after the last one, and between them.
    """

    corners: NDArray[np.float32]
    lines: int
    plate: float
    unseen: tuple[float, float, float]


def decode_looks(raw: NDArray[np.float32]) -> list[Seen]:
    """Return what each of N looks has seen by the net's answer (N, 13)."""
    corners = UNIT_SQUARE + raw[:, :8].reshape(-1, 4, 2) * np.float32(UNIT)
    plate, before, after, between = sigmoid(raw[:, 9:].T)
    return [
        Seen(quad, 2 if two > 0 else 1, float(sure), (float(first), float(last), float(inner)))
        for quad, two, sure, first, last, inner in zip(
            corners, raw[:, 8], plate, before, after, between, strict=True
        )
    ]
