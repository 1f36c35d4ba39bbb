"""What is on Korean plates beside the text and is not read: the band of the reflecting ones, the sign of electric cars,
bolts.
"""

import math

import numpy as np

from ...draws import integer, uniform
from ...shields import WHOLE
from ..base import RGB, Emblem, Mark, Polygon

BLUE: RGB = (20, 60, 160)
WHITE: RGB = (240, 240, 238)
NAVY: RGB = (20, 40, 100)
_RED: RGB = (200, 40, 50)
_TURNS = np.linspace(0, math.tau, 25)[:-1].tolist()
_DISC: Polygon = tuple((0.5 + 0.5 * math.cos(turn), 0.5 + 0.5 * math.sin(turn)) for turn in _TURNS)


def _half(first: float) -> Polygon:
    """Half of a disc, from a turn on clockwise, with the middle line bent as in the taegeuk."""
    turns = np.linspace(first, first + math.pi, 13)
    outer = [(0.5 + 0.5 * math.cos(t), 0.5 + 0.5 * math.sin(t)) for t in turns]
    across = np.linspace(-1, 1, 13)[1:-1]
    bend = 0.22 * np.sin(math.pi * across)
    along, aside = (math.cos(first), math.sin(first)), (-math.sin(first), math.cos(first))
    inner = [
        (0.5 + 0.5 * a * along[0] + b * aside[0], 0.5 + 0.5 * a * along[1] + b * aside[1])
        for a, b in zip(across.tolist(), bend.tolist(), strict=True)
    ]
    return tuple(outer + inner)


def _sign(outline: Polygon, ink: RGB) -> Emblem:
    return Emblem("", ink, (), ink, ((outline, WHOLE),), ink, framed=False)


_PALE, _LOWER, _UPPER = (
    _sign(_DISC, WHITE),
    _sign(_half(0.4), NAVY),
    _sign(_half(0.4 + math.pi), _RED),
)
_PLUG = _sign(
    ((0.3, 0), (0.4, 0), (0.4, 0.25), (0.6, 0.25), (0.6, 0), (0.7, 0), (0.7, 0.25), (0.85, 0.25), (0.85, 0.6),
     (0.55, 0.75), (0.55, 1), (0.45, 1), (0.45, 0.75), (0.15, 0.6), (0.15, 0.25), (0.3, 0.25)),
    NAVY,
)  # fmt: skip
_BOLTS = tuple(_sign(_DISC, (level, level, level)) for level in (30, 70, 130, 190, 235))


def band(rng: np.random.Generator) -> tuple[Mark, ...]:
    """The blue block at the left of the reflecting plates since 2020: taegeuk above, KOR below."""
    right = uniform(rng, 38, 46)
    size = uniform(rng, 0.5, 0.7) * right
    left, top = (right - size) / 2, uniform(rng, 14, 28)
    disc = (left, top, left + size, top + size)
    return (
        Mark((0, 0, right, 110), colour=BLUE),
        *(Mark(disc, emblem=emblem) for emblem in (_PALE, _LOWER, _UPPER)),
        Mark((2, 72, right - 2, 96), colour=BLUE, label="KOR", ink=WHITE),
    )


def electric(rng: np.random.Generator, paper: RGB) -> tuple[Mark, ...]:
    """A plug and EV at the right of the plates of electric cars."""
    left = uniform(rng, 482, 490)
    return (
        Mark((left, 26, left + 22, 54), emblem=_PLUG),
        Mark((left - 1, 60, left + 24, 78), colour=paper, label="EV", ink=NAVY),
    )


def bolts(
    rng: np.random.Generator, size: tuple[float, float], across: float, down: float
) -> tuple[Mark, ...]:
    """Two bolts, so many mm from the middle and from the upper edge, or none."""
    if rng.random() < 0.35:
        return ()
    bolt = _BOLTS[integer(rng, 0, len(_BOLTS))]
    radius, x = uniform(rng, 4, 7), across + uniform(rng, -3, 3)
    y = down + uniform(rng, -4, 4)
    middle = size[0] / 2
    return tuple(
        Mark(
            (middle + side * x - radius, y - radius, middle + side * x + radius, y + radius),
            emblem=bolt,
        )
        for side in (-1, 1)
    )
