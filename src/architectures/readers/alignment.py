"""Alignment warm-up: a rough idea of where characters stand, for a CTC reader that has learnt nothing yet.

CTC is given the text but not where its characters are; at first it learns to output blanks alone, and does so for tens
of thousands of plates. Given rough positions from left to right for the first steps, it reads sooner.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from ...inference.decoding.ctc_codec import BLANK, Codec

# Steps over which the warm-up fades to nothing. Where characters stand is then up to CTC.
WARM_UP_STEPS = 1200
# Left and right end of the text as shares of the canvas: of a single row, and of an upper and a lower one, which
# stand side by side.
ONE_ROW = ((0.10, 0.90),)
TWO_ROWS = ((0.12, 0.38), (0.54, 0.96))
# Class that cross entropy ignores.
UNKNOWN = -100


def rough_alignment(codec: Codec, plates: Sequence[tuple[str, ...]], columns: int) -> Tensor:
    """Return the class (B, columns) int64 that each column shows, were all characters of a row equally wide.

    plates: rows of text, as in TextTargets. Each character has the column in its middle; the others are blank. UNKNOWN
    everywhere for a plate without rows.
    """
    classes = np.full((len(plates), columns), BLANK, np.int64)
    for line, rows in zip(classes, plates, strict=True):
        if not rows:
            line[:] = UNKNOWN
            continue
        for text, (left, right) in zip(rows, ONE_ROW if len(rows) == 1 else TWO_ROWS, strict=True):
            for place, number in enumerate(codec.encode(text)):
                middle = left + (right - left) * (place + 0.5) / len(text)
                line[min(int(middle * columns), columns - 1)] = number
    return torch.from_numpy(classes)


def warm_up_weight(step: int) -> float:
    """Return the weight of the warm-up's loss after so many steps: from 1 down to 0."""
    return max(0.0, 1.0 - step / WARM_UP_STEPS)
