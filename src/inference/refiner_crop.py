"""The corner refiner's input, a crop of a plate, and the decoding of its output."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..common.geometry import UNIT_SQUARE
from .sigmoid import sigmoid

# Size of a crop in pixels. Fixed, for the net's last layers see all of it at once.
CROP_HEIGHT, CROP_WIDTH = 64, 128
# Context that a crop shows beyond the corners found so far, as shares of the plate's width and height: enough for
# corners that are off by a third of the plate's height.
CONTEXT_X, CONTEXT_Y = 0.15, 0.35
CROP_FRAME = (-CONTEXT_X, -CONTEXT_Y, 1 + CONTEXT_X, 1 + CONTEXT_Y)
# Outputs of the net: eight corner offsets, logits of "two lines", of "a plate", and of "characters that cannot be seen
# before the first one that can", "after the last one" and "between them".
OUTPUTS = 13
# Offsets in the plate's coordinates come out of the net divided by this, so that common ones are about 1.
UNIT = 0.3


@dataclass(frozen=True)
class Refinement:
    """The refiner's answer to a crop.

    corners: float32 (4, 2), in the coordinates in which the corners that the crop was cut out by span 0 to 1. lines:
    rows of text, 1 or 2. plate: how probable it is that there is a plate, in [0, 1]. unseen: how probable it is, in
    [0, 1], that its text has characters that cannot be seen before the first one that can, after the last one, and
    between them.
    """

    corners: NDArray[np.float32]
    lines: int
    plate: float
    unseen: tuple[float, float, float]


def decode_refinements(raw: NDArray[np.float32]) -> list[Refinement]:
    """Return the refinement of each of N crops from the net's raw output (N, 13) float32."""
    corners = UNIT_SQUARE + raw[:, :8].reshape(-1, 4, 2) * np.float32(UNIT)
    plate, before, after, between = sigmoid(raw[:, 9:].T)
    return [
        Refinement(
            quad, 2 if two > 0 else 1, float(sure), (float(first), float(last), float(inner))
        )
        for quad, two, sure, first, last, inner in zip(
            corners, raw[:, 8], plate, before, after, between, strict=True
        )
    ]
