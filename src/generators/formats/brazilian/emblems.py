"""What is printed on Mercosur plates beside the text: the flag, the stars of the union, a code of squares."""

import math

import numpy as np

from ...shields import STAR, WHOLE
from ..base import RGB, BoxMM, Emblem, Mark, Placed

BLUE: RGB = (30, 56, 150)
PALE: RGB = (240, 240, 238)
_GREEN: RGB = (0, 150, 70)
_YELLOW: RGB = (250, 220, 40)
_DARK: RGB = (40, 40, 44)

_TURNS = [math.tau * step / 14 for step in range(14)]
_DISC = tuple((0.5 + 0.5 * math.cos(turn), 0.5 + 0.5 * math.sin(turn)) for turn in _TURNS)
_DIAMOND = ((0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5))
_UNIT = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
_CELLS = 9
"""Of a code along each side: coarser than the true one, whose squares no camera tells apart."""


def _sign(charge: tuple[Placed, ...], ink: RGB) -> Emblem:
    return Emblem("", ink, (), ink, charge, ink, framed=False)


_RHOMBUS, _GLOBE = _sign(((_DIAMOND, WHOLE),), _YELLOW), _sign(((_DISC, WHOLE),), BLUE)
_CROSS = _sign(
    tuple((STAR, (x, y, 0.22, 0.24)) for x, y in ((0.4, 0.0), (0.05, 0.3), (0.75, 0.35), (0.4, 0.75))), PALE
)  # fmt: skip


def _code(seed: int) -> Emblem:
    """A code: three marked corners and squares at random."""
    cells = np.random.default_rng((20_180_901, seed)).random((_CELLS, _CELLS)) < 0.5
    for row, column in ((0, 0), (0, _CELLS - 3), (_CELLS - 3, 0)):
        cells[row : row + 3, column : column + 3] = True
        cells[row + 1, column + 1] = False
    side = 1 / _CELLS
    return _sign(
        tuple(
            (_UNIT, (column * side, row * side, side, side))
            for row, column in np.argwhere(cells).tolist()
        ),
        _DARK,
    )


CODES = tuple(_code(seed) for seed in range(6))


def band(box: BoxMM) -> tuple[Mark, ...]:
    """The blue band with the union's stars at the left, BRASIL, and the flag at the right."""
    left, top, right, bottom = box
    high = bottom - top
    flag = (right - 1.65 * high, top + 0.14 * high, right - 0.55 * high, bottom - 0.14 * high)
    wide, tall = flag[2] - flag[0], flag[3] - flag[1]
    middle, centre, ball = (flag[0] + flag[2]) / 2, (flag[1] + flag[3]) / 2, 0.27 * tall
    width = min(0.5 * (right - left), 4.2 * high)
    start, inset = (left + right - width) / 2, 0.04 * high
    word = (start, top + inset, start + width, bottom - inset)
    stars = (left + 0.55 * high, top + 0.18 * high, left + 1.4 * high, bottom - 0.18 * high)
    rhombus = (
        flag[0] + 0.08 * wide,
        flag[1] + 0.1 * tall,
        flag[2] - 0.08 * wide,
        flag[3] - 0.1 * tall,
    )
    return (
        Mark(box, colour=BLUE),
        Mark(word, colour=BLUE, label="BRASIL", ink=PALE),
        Mark(stars, emblem=_CROSS),
        Mark(flag, colour=_GREEN),
        Mark(rhombus, emblem=_RHOMBUS),
        Mark((middle - ball, centre - ball, middle + ball, centre + ball), emblem=_GLOBE),
    )
