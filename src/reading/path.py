"""The way that a plate took through the pictures, as few places as show it."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..common.geometry import quad_size

MOST_PLACES = 128
"""Of a longer way every second place is forgotten, again and again."""
# A place is kept from which the plate was this share of its width away, or of another size by this factor.
_STEP, _GROWTH = 0.5, 1.15


class Place(NamedTuple):
    """Where a plate was at a time in seconds: its middle and its width, in pixels."""

    seconds: float
    x: float
    y: float
    width: float


class Path:
    """The places of one plate from where it was seen first to where it was seen last."""

    def __init__(self, seconds: float, quad: NDArray[np.float32]) -> None:
        self._kept = [_place(seconds, quad)]
        self._last = self._kept[0]

    def add(self, seconds: float, quad: NDArray[np.float32]) -> None:
        """Go on to where the corners (4, 2) are at a later time."""
        self._last, before = _place(seconds, quad), self._kept[-1]
        if _differs(before, self._last):
            self._kept.append(self._last)
            if len(self._kept) > MOST_PLACES:
                del self._kept[1::2]

    def merge(self, other: "Path") -> None:
        """Take in the way of the same plate before this one or after it."""
        first, second = sorted((self, other), key=lambda path: path._kept[0].seconds)
        places = [*first.places(), *second.places()]
        while len(places) > MOST_PLACES:
            del places[1:-1:2]
        self._kept, self._last = places, places[-1]

    def places(self) -> tuple[Place, ...]:
        """Return them, in the order of their times; the first and the last are exact."""
        last = () if self._last is self._kept[-1] else (self._last,)
        return (*self._kept, *last)


def _place(seconds: float, quad: NDArray[np.float32]) -> Place:
    x, y = quad.mean(axis=0).tolist()
    return Place(seconds, x, y, quad_size(quad)[0])


def _differs(a: Place, b: Place) -> bool:
    moved = math.dist((a.x, a.y), (b.x, b.y)) > _STEP * max(a.width, b.width)
    small, large = sorted((a.width, b.width))
    return moved or large > _GROWTH * small
