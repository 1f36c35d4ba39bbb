"""Where a text stands on European plates: one line, two lines, motorcycles, plates of American size.

Sizes are those of the countries' plates in millimetres; positions are measured by eye on photographs
and vary per plate.
"""

import numpy as np

from ...draws import pick, uniform
from ..base import TextRow, seal_of
from .grammar import SEPARATORS
from .model import Shares

Size = tuple[float, float]
"""Width and height in millimetres."""

SHAPES = {"long": 0.71, "square": 0.18, "motorcycle": 0.08, "short": 0.03}
"""One line; two lines at the rear of cars; two lines on motorcycles; one line on a plate of American size."""
SIZES: dict[str, tuple[Size, ...]] = {
    "long": ((520, 110), (520, 110), (520, 110), (520, 112), (480, 110), (460, 110), (442, 118), (430, 115)),
    "square": ((340, 200), (340, 220), (280, 200), (300, 200), (275, 200), (250, 200), (330, 160)),
    "short": ((340, 110), (300, 110), (280, 110), (305, 152), (330, 160)),
    "motorcycle": ((180, 200), (220, 200), (210, 130), (240, 130), (195, 165)),
}  # fmt: skip
_STRETCH = (0.95, 1.22)
"""How much wider the characters of one line are than the lettering's: stems then are thicker than bars, as heavy faces
have them.
"""
_FIRST_SPLIT = 0.3
"""Share of two-line plates that break after the first group even where another place is nearer the middle."""


def two_line_share(shapes: Shares) -> float:
    """Return the share of plates with two rows, of those that can break."""
    return shapes.get("square", 0.0) + shapes.get("motorcycle", 0.0)


def pick_shape(rng: np.random.Generator, shown: str, shapes: Shares | None) -> str:
    """Draw a key of `SIZES`, with the shares of `SHAPES` or others; a text in one piece stays on one line."""
    return pick(rng, shapes or SHAPES) if _breaks(shown) else "long"


def long_row(
    rng: np.random.Generator,
    shown: str,
    size: Size,
    ends: tuple[float, float],
    imprinted: bool = False,
) -> tuple[TextRow, ...]:
    """The only row of a plate, between `ends`, the insides of its blocks in mm; higher up over small print."""
    # On a plate of American size letters as high as that would be too narrow.
    cap = min(uniform(rng, 0.60, 0.76) * size[1], uniform(rng, 0.24, 0.30) * size[0])
    top = (size[1] - cap) / 2 + uniform(rng, -0.03, 0.03) * size[1]
    if imprinted:
        cap = min(cap, 0.7 * size[1])
        top = uniform(rng, 0.08, 0.14) * size[1]
    box = (ends[0] + uniform(rng, 5, 20), top, ends[1] - uniform(rng, 6, 22), top + cap)
    stretch = uniform(rng, *_STRETCH)
    return (TextRow(shown, box, stretch, gap=uniform(rng, -0.03, 0.10)),)


def two_rows(
    rng: np.random.Generator,
    shown: tuple[str, str],
    size: Size,
    upper_ends: tuple[float, float],
    lower_ends: tuple[float, float],
) -> tuple[TextRow, ...]:
    """Two rows of about equal height, each between the insides of its blocks in mm."""
    width, height = size
    upper, lower = shown
    caps = uniform(rng, 0.33, 0.40) * height, uniform(rng, 0.35, 0.41) * height
    top, bottom = uniform(rng, 0.06, 0.09) * height, uniform(rng, 0.91, 0.94) * height
    side, gap = uniform(rng, 0.03, 0.07) * width, uniform(rng, -0.03, 0.08)
    return (
        TextRow(upper, (upper_ends[0] + side, top, upper_ends[1] - side, top + caps[0]), gap=gap),
        TextRow(
            lower, (lower_ends[0] + side, bottom - caps[1], lower_ends[1] - side, bottom), gap=gap
        ),
    )


def _breaks(shown: str) -> list[int]:
    """Places in a row where a plate of two lines may break it: its separators and seals."""
    return [
        i for i, char in enumerate(shown) if i and (char in SEPARATORS or seal_of(char) is not None)
    ]


def split(rng: np.random.Generator, shown: str) -> tuple[str, str]:
    """Both rows of a text; a seal stays at the end of the upper one."""
    places = _breaks(shown)
    place = min(places, key=lambda i: abs(2 * i + 1 - len(shown)))
    if rng.random() < _FIRST_SPLIT:
        place = places[0]
    upper, lower = shown[:place], shown[place + 1 :]
    kept = shown[place] if seal_of(shown[place]) is not None else ""
    separators = "".join(SEPARATORS)
    return upper.rstrip(separators) + kept, lower.strip(separators)
