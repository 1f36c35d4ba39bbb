"""The lettering of Korean plates: digits of the regulation, and syllables that are narrower than in print.

Proportions are those of the regulation's drawings as photographs show them: on plates of one row a syllable is about a
fifth wider than a digit and a little less high, on those of two rows digits are far wider.
"""

from collections.abc import Iterable
from dataclasses import replace

from ...glyphs import Shape, moved
from ...plate_faces import COMMON_COUNTS, PLATE_FACES, PlateFace
from ...shapes import find_shapes

_NARROWER = (0.84, 0.96)
"""Widths of a syllable over those of print, the usual one first."""
_ROOMS = ((0.09, 0.96), (0.02, 1.0))
"""Where a syllable begins and ends between the top and the bottom of the digits beside it, by width."""
_HEAVIER = 1.16
"""Thickness of its strokes over those of print: they are nearly as thick as those of digits."""


def face(syllables: Iterable[str]) -> PlateFace:
    """Return the lettering with its own shapes of some syllables."""
    own = {char: tuple(_ways(char)) for char in syllables}
    counts = {char: len(ways) for char, ways in own.items()}
    return replace(PLATE_FACES["korean"], counts=COMMON_COUNTS | counts, own=own)


def _ways(syllable: str) -> Iterable[Shape]:
    for narrower, (top, bottom) in zip(_NARROWER, _ROOMS, strict=True):
        for shape in find_shapes(syllable):
            strokes = moved(shape.strokes, (0.0, top, 1.0, bottom))
            yield Shape(narrower * shape.width, strokes, _HEAVIER * shape.weight)
