"""The typefaces of plates and notices: which shapes, how heavy and how wide; Europe's stand in its format's folder.

None is a copy. Each stands for what tells one national lettering from another at the size at which
cameras see it: the width of letters and digits, the weight, and the shapes of a few characters.
"""

import string
from collections.abc import Mapping
from dataclasses import dataclass, field

from .font import Font
from .glyphs import GLYPHS, Shape
from .glyphs_european import EUROPEAN

WEIGHTS = (0.105, 0.12, 0.135, 0.145, 0.155, 0.168)
"""Stroke weights in cap heights; real Swiss plates are near 0.135."""
WIDTHS = (0.88, 1.0, 1.12, 1.24, 1.36)
"""Widths over those that the shapes state."""
_PLAIN_WIDTH = (1, 2)

_SWISS_COUNTS = {char: len(shapes) for char, shapes in GLYPHS.items()}
_ALL_COUNTS = {
    char: len(GLYPHS.get(char, ())) + len(EUROPEAN.get(char, ()))
    for char in string.digits + string.ascii_uppercase + "ÄÖÜ"
}
_SLIT_ZERO = 3
COMMON_COUNTS = _ALL_COUNTS | {"0": _SLIT_ZERO}
"""All shapes but the slit zero, which only Dutch plates have."""


@dataclass(frozen=True)
class PlateFace:
    """One lettering.

    `weights` are the shares of `WEIGHTS`; `letters` and `digits` the first index into `WIDTHS` that occurs and the one
    after the last. `usual` names the shape of a character where it is not the first, `counts` from how many a plate
    that differs may choose. `own` has shapes that only this lettering knows, by character; they come before those of
    `known_shapes`. What `font` has is drawn with it. Of one that is `waisted`, bars and apexes stand higher or lower
    from plate to plate (`typeface.WAISTS`): many makers have dies of one face.
    """

    weights: tuple[float, ...] = (0.10, 0.21, 0.28, 0.20, 0.13, 0.08)
    letters: tuple[int, int] = _PLAIN_WIDTH
    digits: tuple[int, int] = _PLAIN_WIDTH
    usual: Mapping[str, int] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=lambda: COMMON_COUNTS)
    font: Font | None = None
    own: Mapping[str, tuple[Shape, ...]] = field(default_factory=dict)
    waisted: bool = False


_LIGHT = (0.30, 0.36, 0.24, 0.10, 0.0, 0.0)
_MEDIUM = (0.12, 0.30, 0.34, 0.16, 0.08, 0.0)
_HEAVY = (0.0, 0.05, 0.20, 0.25, 0.25, 0.25)

PLATE_FACES: dict[str, PlateFace] = {
    # Digits of one width beside letters that are narrower or wider: three manufacturers, three widths.
    "swiss": PlateFace(letters=(0, 3), counts=_SWISS_COUNTS),
    # DIN 1451 and its kin, with letters wider than digits: Romania and many neighbours.
    "din": PlateFace(
        _LIGHT, (2, 5), (1, 3), {"1": 3, "2": 1, "6": 1, "9": 1, "O": 1, "M": 2, "W": 2, "B": 2}
    ),
    "swedish": PlateFace(
        _LIGHT, (1, 4), (1, 4), {"1": 3, "3": 2, "4": 1, "6": 2, "7": 1, "9": 2, "J": 2, "B": 2}
    ),
    "british": PlateFace(
        _HEAVY,
        (1, 3),
        (1, 3),
        {"0": 1, "1": 3, "2": 1, "3": 2, "4": 1, "5": 2, "6": 1, "7": 1, "9": 1, "B": 1, "C": 1}
        | {"D": 1, "G": 3, "J": 2, "O": 2, "P": 1, "Q": 2, "R": 2, "U": 1, "I": 1},
    ),
    "french": PlateFace(
        _MEDIUM, (1, 4), (1, 3), {"1": 3, "2": 1, "4": 1, "7": 1, "O": 1, "I": 1, "M": 1}
    ),
    "slab": PlateFace(_MEDIUM, (1, 4), (1, 4), {"4": 1, "7": 1, "I": 1, "J": 1}),
    "korean": PlateFace(_MEDIUM, (1, 4), (1, 4), {"1": 3, "2": 1, "4": 1, "6": 1, "7": 1, "9": 1}),
}
