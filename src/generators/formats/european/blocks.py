"""What stands beside the text of European plates in blocks of its own: the band in front, the strip behind, the edges.

All of it is to be read as nothing, so its letters and digits are drawn at random more often than they are met.
"""

import math

import numpy as np

from ...draws import integer, uniform
from ...shields import STAR
from ..base import RGB, BoxMM, Emblem, Mark, Polygon
from .grammar import DIGITS
from .model import BLACK, GREEN, LETTERS, RED, YELLOW

_EU_BLUE: RGB = (20, 60, 160)
_BLUES: tuple[RGB, ...] = (_EU_BLUE, _EU_BLUE, (12, 32, 95), (65, 105, 190), (110, 140, 190))
"""New, dark, and bleached by the sun."""
_PALE: RGB = (240, 240, 236)
_GOLD: RGB = (245, 205, 60)
_FLAG: tuple[RGB, ...] = (_PALE, _EU_BLUE, RED, _GOLD, GREEN, BLACK, (120, 170, 220))
_ANY_LETTERS = 0.07
"""Share of bands and strips that show other letters than the country's."""
_WRITTEN = 0.8
"""Share of the years and provinces that are not left blank."""
_RING = tuple(
    (0.41 + 0.41 * math.sin(turn), 0.41 - 0.41 * math.cos(turn))
    for turn in np.arange(12) * np.pi / 6
)
"""Upper left corners of the twelve stars, over 0…1."""
STARS = Emblem(
    name="EU",
    first=(30, 90, 180),
    field=(),
    second=_PALE,
    charge=tuple((STAR, (x, y, 0.18, 0.18)) for x, y in _RING),
    ink=(245, 200, 50),
    framed=False,
)
_WHOLE = (0.0, 0.0, 1.0, 1.0)
_BARS: tuple[Polygon, ...] = (
    ((0, 0), (0.34, 0), (0.34, 1), (0, 1)),
    ((0.66, 0), (1, 0), (1, 1), (0.66, 1)),
)
_CROSS: Polygon = (
    (0.4, 0.1), (0.6, 0.1), (0.6, 0.4), (0.9, 0.4), (0.9, 0.6), (0.6, 0.6), (0.6, 0.9), (0.4, 0.9),
    (0.4, 0.6), (0.1, 0.6), (0.1, 0.4), (0.4, 0.4),
)  # fmt: skip
_WAVE: Polygon = ((0, 0.3), (0.5, 0), (1, 0.3), (0.7, 0.6), (1, 1), (0.3, 0.8), (0.2, 0.5))
_REGIONS = (
    Emblem("", _EU_BLUE, _BARS, RED, ((STAR, (0.25, 0.3, 0.5, 0.4)),), _PALE),
    Emblem("", _PALE, (), RED, ((_CROSS, _WHOLE),), RED),
    Emblem("", RED, _BARS[:1], _GOLD, ((_CROSS, _WHOLE),), _PALE),
    Emblem("", _GOLD, _BARS, BLACK, (), RED),
    Emblem("", _PALE, (), RED, ((_WAVE, _WHOLE),), _PALE, framed=False),
    Emblem("", _PALE, (), RED, ((STAR, (0.1, 0.1, 0.5, 0.5)), (_WAVE, (0.3, 0.4, 0.6, 0.6))), _GOLD, framed=False),
)  # fmt: skip
"""Arms and signs of regions; none is that of a real one."""


def band(rng: np.random.Generator, kind: str, code: str, box: BoxMM) -> tuple[Mark, ...]:
    """A block in front of a text, of a kind of `BAND_KINDS` that has one: with stars or a flag above, letters below."""
    left, top, right, bottom = box
    wide, high = right - left, bottom - top
    blue = GREEN if kind == "green" else _BLUES[integer(rng, 0, len(_BLUES))]
    ground = Mark(box, colour=blue)
    if kind in ("bare", "green"):
        return (ground,)
    if rng.random() < _ANY_LETTERS:
        code = _random(rng, LETTERS, integer(rng, 1, 4))
    low = uniform(rng, 0.40 if kind == "code" else 0.52, 0.68)
    inset = uniform(rng, 0.05, 0.2) * wide
    letters = (
        left + inset,
        top + low * high,
        right - inset,
        bottom - uniform(rng, 0.02, 0.08) * high,
    )
    written = Mark(letters, colour=blue, label=code, ink=_PALE)
    if kind == "code":
        return (ground, written)
    if kind == "flag":
        height = uniform(rng, 0.18, 0.3) * high
        y = top + uniform(rng, 0.08, 0.2) * high
        return (
            ground,
            *_flag(rng, (left + 0.12 * wide, y, right - 0.12 * wide, y + height)),
            written,
        )
    ring = min(0.8 * wide, 0.48 * high)
    middle, centre = (left + right) / 2, top + uniform(rng, 0.26, 0.33) * high
    around = (middle - ring / 2, centre - ring / 2, middle + ring / 2, centre + ring / 2)
    return (ground, Mark(around, emblem=STARS), written)


def strip(rng: np.random.Generator, kind: str, box: BoxMM) -> tuple[Mark, ...]:
    """A block behind a text, of a kind of `STRIP_KINDS` that has one."""
    left, top, right, bottom = box
    high = bottom - top
    if kind == "month":
        return (Mark(box, colour=YELLOW), *_stacked(rng, box, YELLOW, BLACK, (DIGITS, DIGITS)))
    blue = _BLUES[integer(rng, 0, len(_BLUES))]
    ground = Mark(box, colour=blue)
    if kind == "bare":
        return (ground,)
    if kind == "province":
        ink = _GOLD if rng.random() < 0.7 else _PALE
        below = LETTERS if rng.random() < 0.9 else DIGITS
        return (ground, *_stacked(rng, box, blue, ink, (DIGITS, below)))
    low = uniform(rng, 0.5, 0.62)
    place = (left + 1, top + low * high, right - 1, top + (low + uniform(rng, 0.26, 0.36)) * high)
    label = _random(rng, DIGITS, 1) + _random(rng, DIGITS if rng.random() < 0.94 else "AB", 1)
    if rng.random() < 0.04:
        label = "97" + _random(rng, DIGITS[1:7], 1)
    digits = Mark(place, colour=blue, label=label, ink=_PALE)
    wide = right - left
    size = uniform(rng, 0.5, 0.85) * wide
    y = top + uniform(rng, 0.08, 0.2) * high
    arms = (left + (wide - size) / 2, y, left + (wide + size) / 2, min(y + 1.2 * size, place[1]))
    return (ground, Mark(arms, emblem=_REGIONS[integer(rng, 0, len(_REGIONS))]), digits)


def imprint(rng: np.random.Generator, ends: tuple[float, float], row: BoxMM, height: float) -> Mark:
    """Small print of a maker or dealer below a row of text, between `ends` in mm; not read.

    height: of the plate in mm.
    """
    free = height - row[3]
    high = uniform(rng, 0.35, 0.7) * free
    top = row[3] + uniform(rng, 0.1, 0.3) * free
    wide = uniform(rng, 0.3, 0.95) * (ends[1] - ends[0])
    left = ends[0] + rng.random() * (ends[1] - ends[0] - wide)
    box = (left, top, left + wide, top + high)
    chars = LETTERS + LETTERS + DIGITS + " " * 10
    label = _random(rng, chars, max(3, integer(rng, 1, 2 + int(wide / high))))
    return Mark(box, label=f"W{label.strip()}", printed=True, unread=True)


def edges(size: tuple[float, float]) -> tuple[Mark, ...]:
    """Red lines along the upper and the lower edge of a plate of a width and height in mm."""
    width, height = size
    thick = 0.035 * height
    return tuple(
        Mark((0.02 * width, y, 0.98 * width, y + thick), colour=RED)
        for y in (0.03 * height, 0.97 * height - thick)
    )


def _stacked(
    rng: np.random.Generator, box: BoxMM, ground: RGB, ink: RGB, chars: tuple[str, str]
) -> tuple[Mark, ...]:
    """Two characters above and two below, either of which may be missing."""
    left, top, right, bottom = box
    high = bottom - top
    inset = uniform(rng, 0.02, 0.15) * (right - left)
    rows = ((uniform(rng, 0.06, 0.14), 0.44), (0.56, uniform(rng, 0.86, 0.94)))
    marks = []
    for (upper, lower), row in zip(rows, chars, strict=True):
        place = (left + inset, top + upper * high, right - inset, top + lower * high)
        if rng.random() < _WRITTEN:
            marks.append(Mark(place, colour=ground, label=_random(rng, row, 2), ink=ink))
    return tuple(marks)


def _flag(rng: np.random.Generator, box: BoxMM) -> tuple[Mark, ...]:
    """Stripes, level or upright, or a cross."""
    left, top, right, bottom = box
    first, second, third = (_FLAG[integer(rng, 0, len(_FLAG))] for _ in range(3))
    kind = integer(rng, 0, 3)
    if kind == 0:
        xs = np.linspace(left, right, 4).tolist()
        return tuple(
            Mark((a, top, b, bottom), colour=c)
            for a, b, c in zip(xs[:-1], xs[1:], (first, second, third), strict=True)
        )
    if kind == 1:
        parts = integer(rng, 2, 4)
        ys = np.linspace(top, bottom, parts + 1).tolist()
        return tuple(
            Mark((left, a, right, b), colour=c)
            for a, b, c in zip(ys[:-1], ys[1:], (first, second, third)[:parts], strict=True)
        )
    x, y = left + 0.36 * (right - left), top + 0.40 * (bottom - top)
    return (
        Mark(box, colour=first),
        Mark((x, top, x + 0.16 * (right - left), bottom), colour=second),
        Mark((left, y, right, y + 0.2 * (bottom - top)), colour=second),
    )


def _random(rng: np.random.Generator, chars: str, count: int) -> str:
    """So many of some characters."""
    return "".join(chars[integer(rng, 0, len(chars))] for _ in range(count))
