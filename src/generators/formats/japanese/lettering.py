"""The lettering of Japanese plates: round digits, characters as wide as high, and the small one before the number.

The small character is half as high as the digits beside it, so a face has it as its own shape. Source, as a
description: forms 1 and after of the ordinance for enforcement of the Road Transport Vehicle Act.
"""

from collections.abc import Mapping
from functools import lru_cache

from ...glyphs import Shape
from ...plate_faces import COMMON_COUNTS, PlateFace
from ...shapes import find_shapes
from .places import PLACES

_SMALL: tuple[tuple[float, float], ...] = ((0.32, 0.84), (0.26, 0.76), (0.42, 0.92))
"""Upper and lower end of the small character over the height of the digits, the usual one first."""
_WIDTH = 0.62
"""Width of it over that of a character as high as the digits."""
_WRITTEN = tuple(dict.fromkeys(char for place in PLACES for char in place))
_SQUARE, _HEAVIER = 0.94, 1.2
"""Least width of a Chinese character, and how much thicker the strokes become of one that is narrower in China."""


def _squared(shape: Shape) -> Shape:
    if shape.width >= _SQUARE:
        return shape
    return Shape(_SQUARE, shape.strokes, _HEAVIER * shape.weight)


_OWN: Mapping[str, tuple[Shape, ...]] = {
    char: tuple(map(_squared, find_shapes(char))) for char in _WRITTEN if char >= "一"
}
_COUNTS = COMMON_COUNTS | {char: len(find_shapes(char)) for char in _WRITTEN if char not in _OWN}


def squeezed(strokes: str, top: float, bottom: float) -> str:
    """Return strokes between two heights of the digits, 0 above to 1 below."""
    moved = []
    for stroke in strokes.split(";"):
        closed = " z" if stroke.endswith(" z") else ""
        vertices = (vertex.split(",") for vertex in stroke.removesuffix(" z").split())
        path = (
            ",".join((x, f"{top + float(y) * (bottom - top):.3f}", *r)) for x, y, *r in vertices
        )
        moved.append(" ".join(path) + closed)
    return ";".join(moved)


@lru_cache(maxsize=128)
def face(small: str) -> PlateFace:
    """Return the lettering of plates whose lower row begins with a character."""
    full = find_shapes(small)[0]
    ways = tuple(
        Shape(_WIDTH * full.width, squeezed(full.strokes, top, bottom), full.weight)
        for top, bottom in _SMALL
    )
    own = {**_OWN, small: ways}
    return PlateFace(
        (0.05, 0.25, 0.35, 0.20, 0.10, 0.05),
        letters=(1, 3),
        digits=(1, 4),
        usual={"1": 3, "2": 1, "4": 1, "6": 1, "7": 1, "9": 1},
        counts=_COUNTS | {char: len(shapes) for char, shapes in own.items()},
        own=own,
    )
