"""The lettering of Korean plates: digits of the regulation, and syllables that are narrower than in print.

Proportions are those of the regulation's drawings as photographs show them: on plates of one row a syllable is about as
wide as a digit, on those of two rows digits are far wider.
"""

from collections.abc import Iterable
from dataclasses import replace

from ...glyphs import Shape
from ...plate_faces import COMMON_COUNTS, PLATE_FACES, PlateFace
from ...shapes import find_shapes

_NARROWER = (0.80, 0.92)
"""Widths of a syllable over those of print, the usual one first."""
_HEAVIER = 1.08
"""Thickness of its strokes over those of print: they are nearly as thick as those of digits."""


def face(syllables: Iterable[str]) -> PlateFace:
    """Return the lettering with its own shapes of some syllables."""
    own = {char: tuple(_ways(char)) for char in syllables}
    counts = {char: len(ways) for char, ways in own.items()}
    return replace(PLATE_FACES["korean"], counts=COMMON_COUNTS | counts, own=own)


def _ways(syllable: str) -> Iterable[Shape]:
    for narrower in _NARROWER:
        for shape in find_shapes(syllable):
            yield Shape(narrower * shape.width, shape.strokes, _HEAVIER * shape.weight)
