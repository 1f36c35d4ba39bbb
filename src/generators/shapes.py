"""Finds the shapes of a character, whatever script it belongs to."""

import unicodedata
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec

from ..common.errors import UserError
from .glyphs import GLYPHS, Shape
from .glyphs_european import EUROPEAN

HOW_TO_ADD_STROKES = (
    "add its strokes, in a file of src/generators/scripts that is called as its script, or take it out of the format's "
    "alphabet and texts"
)


@lru_cache(maxsize=1024)
def find_shapes(char: str) -> tuple[Shape, ...]:
    """All ways to draw `char`, those of Swiss plates first; none for a character without strokes."""
    if shapes := GLYPHS.get(char, ()) + EUROPEAN.get(char, ()):
        return shapes
    script = script_of(char)
    if script is None:
        return ()
    shapes_of: Callable[[str], tuple[Shape, ...]] = import_module(
        f".scripts.{script}", __package__
    ).shapes
    try:
        return shapes_of(char)
    except KeyError:
        return ()


def script_of(char: str) -> str | None:
    """Return the module of `scripts` that is to have the strokes of `char`; None where there is none, or no need."""
    if char in GLYPHS or char in EUROPEAN:
        return None
    script = unicodedata.name(char, "").partition(" ")[0].lower()
    found = script and find_spec(f".scripts.{script}", __package__) is not None
    return script if found else None


def known_shapes(char: str) -> tuple[Shape, ...]:
    """All ways to draw `char`, those of Swiss plates first. Raises UserError when there are none."""
    if shapes := find_shapes(char):
        return shapes
    raise UserError(f"no strokes are known for {named(char)}: {HOW_TO_ADD_STROKES}")


def named(char: str) -> str:
    """Return a character with its code point: ``Ñ (U+00D1)``."""
    return f"{char} (U+{ord(char):04X})"
