"""Partly visible plates: the rest is beyond the picture's edge, or behind something."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..common.geometry import quad_size
from ..common.texts import UNSEEN
from ..inference.cropped import reaches_edge
from ..inference.reader import PARTIAL_CONFIDENCE, Reading


def cut_by_edge(reading: Reading, height: int, width: int) -> Reading:
    """Return a reading of a picture of a size in pixels, partial if its plate reaches the picture's edge."""
    reaches = reaches_edge(reading.quad, (height, width))
    return replace(reading, partial=True) if reaches else reading


def doubted(reading: Reading) -> Reading:
    """Return a reading whose confidence is capped at that of a partial one."""
    if not reading.partial:
        return reading
    return replace(reading, confidence=min(reading.confidence, PARTIAL_CONFIDENCE))


def foreign_to(whole: str, part: str) -> int:
    """Return how many characters of ``part`` are not in ``whole`` in the same order; those not seen may be any.

    0 for what is left of a text when any of its characters are hidden.
    """
    shared = [0] * (len(whole) + 1)
    for char in part:
        before = shared
        shared = [0]
        for place, other in enumerate(whole):
            same = before[place] + (char in (other, UNSEEN))
            shared.append(max(before[place + 1], shared[place], same))
    return len(part) - shared[-1]


def shape(quad: NDArray[np.float32]) -> float:
    """Return the aspect ratio (width over height) of a plate as it is seen."""
    width, height = quad_size(quad)
    return width / max(height, 1e-6)


def is_rest(text: str, seen: float, whole: str, whole_seen: float) -> bool:
    """Return whether a text is what is left of a longer one when the plate is cut.

    seen, whole_seen: the shapes of both plates. A cut plate is narrower, by half of the width of what it lacks or more;
    one that is as wide as the other was misread, or the other was.
    """
    lacks = len(whole) - len(text)
    narrower = seen < whole_seen * (1 - lacks / (2 * max(len(whole), 1)))
    return lacks > 0 and narrower and foreign_to(whole, text) == 0


def is_rest_of(reading: Reading, whole: Reading) -> bool:
    """Return whether a reading may be of a cut plate that another reading shows whole, or less cut."""
    return is_rest(reading.text, shape(reading.quad), whole.text, shape(whole.quad))
