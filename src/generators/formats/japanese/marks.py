"""What is on Japanese plates beside the text: two bolts, the seal over the left one, a picture behind."""

import math

import numpy as np

from ...draws import integer, uniform
from ...shields import WHOLE
from ..base import RGB, Emblem, Field, Mark

_TURNS = [math.tau * step / 16 for step in range(16)]
_DISC = tuple((0.5 + 0.5 * math.cos(turn), 0.5 + 0.5 * math.sin(turn)) for turn in _TURNS)
_SEALED = 0.5
"""Share of plates of cars, the rear ones, with a seal over the left bolt."""
_COLUMNS = 24


def _disc(ink: RGB) -> Emblem:
    return Emblem("", ink, (), ink, ((_DISC, WHOLE),), ink, framed=False)


_HEADS = tuple(_disc((level, level, level)) for level in (40, 80, 130, 180, 225))
_PAPERS: tuple[RGB, ...] = (
    (190, 220, 240),
    (250, 214, 200),
    (214, 236, 200),
    (250, 236, 190),
    (222, 222, 226),
)


def bolts(rng: np.random.Generator, size: tuple[float, float]) -> tuple[Mark, ...]:
    """Bolts beside the upper row, the left one under a seal of silver on many plates."""
    width, height = size
    head = _HEADS[integer(rng, 0, len(_HEADS))]
    x, y = uniform(rng, 0.155, 0.18) * width, uniform(rng, 0.14, 0.2) * height
    radius = uniform(rng, 0.025, 0.04) * height
    seal = uniform(rng, 0.07, 0.10) * height if rng.random() < _SEALED else radius
    left, right = (
        Mark((at - reach, y - reach, at + reach, y + reach), emblem=head)
        for at, reach in ((x, seal), (width - x, radius))
    )
    if seal == radius:
        return (left, right)
    core = 0.6 * seal
    inner = Mark(
        (x - core, y - core, x + core, y + core), emblem=_HEADS[integer(rng, 0, len(_HEADS))]
    )
    return (left, inner, right)


def picture(rng: np.random.Generator, paper: RGB, size: tuple[float, float]) -> tuple[Field, ...]:
    """A pale picture: a ground that fades, and hills, waves or a mountain at its foot."""
    width, height = size
    upper, lower = (_PAPERS[integer(rng, 0, len(_PAPERS))] for _ in range(2))
    ground = Field((0, 0, width, height), upper if rng.random() < 0.5 else paper, paper)
    across = np.linspace(0, 1, _COLUMNS)
    top, reach = uniform(rng, 0.45, 0.9), uniform(rng, 0.05, 0.3)
    if rng.random() < 0.4:
        outline = np.abs(across - uniform(rng, 0.2, 0.8)) / 0.5
    else:
        outline = 0.5 + 0.5 * np.sin(math.tau * (uniform(rng, 0.5, 4) * across + rng.random()))
    edges = np.minimum((top + reach * (outline - 0.5)) * height, height - 1).tolist()
    lefts = np.linspace(0, width, _COLUMNS + 1).tolist()
    hills = (
        Field((left, edge, right, height), lower, lower)
        for left, right, edge in zip(lefts[:-1], lefts[1:], edges, strict=True)
    )
    return (ground, *hills)
