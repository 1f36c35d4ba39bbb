"""Finds the shapes of a character, whatever alphabet it belongs to."""

from functools import lru_cache

from ..common.errors import UserError
from .glyphs import GLYPHS, Shape
from .glyphs_european import EUROPEAN
from .hangul import hangul_shapes

HOW_TO_ADD_STROKES = (
    "add its strokes, in a file beside src/generators/glyphs.py that src/generators/shapes.py looks into, or take it "
    "out of the format's alphabet and texts"
)


@lru_cache(maxsize=1024)
def find_shapes(char: str) -> tuple[Shape, ...]:
    """All ways to draw `char`, those of Swiss plates first; none for a character without strokes."""
    shapes = GLYPHS.get(char, ()) + EUROPEAN.get(char, ())
    if shapes:
        return shapes
    try:
        return hangul_shapes(char)
    except KeyError:
        return ()


def known_shapes(char: str) -> tuple[Shape, ...]:
    """All ways to draw `char`, those of Swiss plates first. Raises UserError when there are none."""
    if shapes := find_shapes(char):
        return shapes
    raise UserError(f"no strokes are known for {named(char)}: {HOW_TO_ADD_STROKES}")


def named(char: str) -> str:
    """Return a character with its code point: ``Ñ (U+00D1)``."""
    return f"{char} (U+{ord(char):04X})"
