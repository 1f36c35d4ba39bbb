"""Where things stand on European plates: one line, two lines, motorcycles; blue blocks and edges.

Sizes are those of the countries' plates in millimetres; positions are measured by eye on photographs
and vary per plate.
"""

import math

import numpy as np

from ...draws import integer, pick, uniform
from ...shields import STAR
from ..base import RGB, BoxMM, Emblem, Mark, TextRow, seal_of
from .grammar import SEPARATORS

Size = tuple[float, float]
"""Width and height in millimetres."""

_EU_BLUE: RGB = (20, 60, 160)
_BLUES: tuple[RGB, ...] = (_EU_BLUE, _EU_BLUE, (12, 32, 95), (65, 105, 190), (110, 140, 190))
"""New, dark, and bleached by the sun."""
_RED: RGB = (200, 30, 40)
_PALE: RGB = (240, 240, 236)
_GOLD: RGB = (245, 205, 60)
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

SHAPES = {"long": 0.74, "square": 0.18, "motorcycle": 0.08}
"""One line; two lines at the rear of cars; two lines on motorcycles."""
SIZES: dict[str, tuple[Size, ...]] = {
    "long": ((520, 110), (520, 110), (520, 110), (520, 112), (480, 110), (460, 110), (442, 118), (430, 115)),
    "square": ((340, 200), (340, 220), (280, 200), (300, 200), (275, 200), (250, 200), (330, 160)),
    "motorcycle": ((180, 200), (220, 200), (210, 130), (240, 130), (195, 165)),
}  # fmt: skip
_FIRST_SPLIT = 0.3
"""Share of two-line plates that break after the first group even where another place is nearer the middle."""


def pick_shape(rng: np.random.Generator, shown: str) -> str:
    """Draw a key of `SIZES`; a text in one piece stays on one line."""
    return pick(rng, SHAPES) if _breaks(shown) else "long"


def long_row(
    rng: np.random.Generator, shown: str, size: Size, ends: tuple[float, float]
) -> tuple[TextRow, ...]:
    """The only row of a plate, between `ends`, the insides of its blocks in mm."""
    cap = uniform(rng, 0.60, 0.76) * size[1]
    top = (size[1] - cap) / 2 + uniform(rng, -0.03, 0.03) * size[1]
    box = (ends[0] + uniform(rng, 5, 20), top, ends[1] - uniform(rng, 6, 22), top + cap)
    return (TextRow(shown, box, gap=uniform(rng, -0.03, 0.10)),)


def two_rows(rng: np.random.Generator, shown: str, size: Size, left: float) -> tuple[TextRow, ...]:
    """Two rows of about equal height; the upper one begins right of `left`, where a block ends."""
    width, height = size
    upper, lower = _split(rng, shown)
    caps = uniform(rng, 0.33, 0.40) * height, uniform(rng, 0.35, 0.41) * height
    top, bottom = uniform(rng, 0.06, 0.09) * height, uniform(rng, 0.91, 0.94) * height
    side, gap = uniform(rng, 0.03, 0.07) * width, uniform(rng, -0.03, 0.08)
    return (
        TextRow(upper, (left + side, top, width - side, top + caps[0]), gap=gap),
        TextRow(lower, (side, bottom - caps[1], width - side, bottom), gap=gap),
    )


def band(rng: np.random.Generator, code: str, box: BoxMM) -> tuple[Mark, ...]:
    """A blue block with stars above and a country's letters below; bare where there is no code."""
    left, top, right, bottom = box
    wide, high = right - left, bottom - top
    blue = _BLUES[integer(rng, 0, len(_BLUES))]
    if not code:
        return (Mark(box, colour=blue),)
    ring = min(0.8 * wide, 0.48 * high)
    middle, centre = (left + right) / 2, top + 0.30 * high
    around = (middle - ring / 2, centre - ring / 2, middle + ring / 2, centre + ring / 2)
    letters = (left + 0.06 * wide, top + 0.60 * high, right - 0.06 * wide, bottom - 0.05 * high)
    return (
        Mark(box, colour=blue),
        Mark(around, emblem=STARS),
        Mark(letters, colour=blue, label=code, ink=_PALE),
    )


def second_band(rng: np.random.Generator, box: BoxMM) -> tuple[Mark, ...]:
    """A blue block at the right with two digits, a year or a department, which are not part of the text."""
    left, top, right, bottom = box
    low = uniform(rng, 0.5, 0.62) if rng.random() < 0.8 else 0.08
    place = (left + 1, top + low * (bottom - top), right - 1, top + (low + 0.36) * (bottom - top))
    ink = _PALE if rng.random() < 0.6 else _GOLD
    label = f"{integer(rng, 0, 100):02d}"
    blue = _BLUES[integer(rng, 0, len(_BLUES))]
    return (Mark(box, colour=blue), Mark(place, colour=blue, label=label, ink=ink))


def edges(size: Size) -> tuple[Mark, ...]:
    """Red lines along the upper and the lower edge."""
    width, height = size
    thick = 0.035 * height
    return tuple(
        Mark((0.02 * width, y, 0.98 * width, y + thick), colour=_RED)
        for y in (0.03 * height, 0.97 * height - thick)
    )


def _breaks(shown: str) -> list[int]:
    """Places in a row where a plate of two lines may break it: its separators and seals."""
    return [
        i for i, char in enumerate(shown) if i and (char in SEPARATORS or seal_of(char) is not None)
    ]


def _split(rng: np.random.Generator, shown: str) -> tuple[str, str]:
    """Both rows of a text; a seal stays at the end of the upper one."""
    places = _breaks(shown)
    place = min(places, key=lambda i: abs(2 * i + 1 - len(shown)))
    if rng.random() < _FIRST_SPLIT:
        place = places[0]
    upper, lower = shown[:place], shown[place + 1 :]
    kept = shown[place] if seal_of(shown[place]) is not None else ""
    separators = "".join(SEPARATORS)
    return upper.rstrip(separators) + kept, lower.strip(separators)
