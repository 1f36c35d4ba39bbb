"""Finds the shapes of a character, whatever alphabet it belongs to."""

from functools import lru_cache

from .glyphs import GLYPHS, Shape
from .glyphs_european import EUROPEAN
from .hangul import hangul_shapes


@lru_cache(maxsize=1024)
def known_shapes(char: str) -> tuple[Shape, ...]:
    """All ways to draw `char`, those of Swiss plates first. Raises KeyError when there are none."""
    shapes = GLYPHS.get(char, ()) + EUROPEAN.get(char, ())
    return shapes or hangul_shapes(char)
