"""What is printed on American plates and is not read: the state's name, slogans, counties, small letters, pictures.

Each has a character of Unicode's private ones, so that it stands in a row or in a printed mark like any other and is no
character of the text. They are shapes of the plate's own lettering (`PlateFace.own`).
"""

import string
from itertools import product

from ...glyphs import GLYPHS, Shape

_SMALL, _PICTURES, _STACKS = 0xF000, 0xF200, 0xF300
"""First code points: of small letters, of pictures and of letters one above the other."""

_LOWER = {
    "a": Shape(0.42, ".05,.38 .2,.32,.5 1,.32,.9 1,1;1,.60 0,.60,.8 0,1,.8 1,.96"),
    "b": Shape(0.42, "0,0 0,1 1,1,1 1,.32,1 0,.32"),
    "c": Shape(0.38, "1,.42 .9,.32,.6 0,.32,1 0,1,1 1,1,.6 1,.90"),
    "d": Shape(0.42, "1,0 1,1 0,1,1 0,.32,1 1,.32"),
    "e": Shape(0.42, "0,.64 1,.64 1,.32,.9 0,.32,1 0,1,1 1,1,.5 1,.92"),
    "f": Shape(0.30, "1,0 .45,0,.6 .45,1;0,.34 .95,.34"),
    "g": Shape(0.42, "1,.82 0,.82,1 0,.32,1 1,.32 1,1,.8 .05,1"),
    "h": Shape(0.40, "0,0 0,1;0,.38 1,.32,.9 1,1"),
    "i": Shape(0.0, "0,.34 0,1;0,0 0,.08"),
    "j": Shape(0.20, "1,.34 1,1,.8 0,1;1,0 1,.08"),
    "k": Shape(0.40, "0,0 0,1;1,.34 .05,.72;.3,.6 1,1"),
    "l": Shape(0.0, "0,0 0,1"),
    "m": Shape(0.62, "0,.34 0,1;0,.36 .5,.32,.7 .5,1;.5,.36 1,.32,.7 1,1"),
    "n": Shape(0.40, "0,.34 0,1;0,.38 1,.32,.9 1,1"),
    "o": Shape(0.42, "0,.32,1 1,.32,1 1,1,1 0,1,1 z"),
    "p": Shape(0.42, "0,1 0,.32 1,.32,1 1,.84,1 0,.84"),
    "q": Shape(0.42, "1,1 1,.32 0,.32,1 0,.84,1 1,.84"),
    "r": Shape(0.28, "0,.34 0,1;0,.44 .3,.32,.8 1,.34"),
    "s": Shape(0.36, "1,.40 .9,.32,.6 0,.32,.8 0,.64,.8 1,.66,.8 1,1,.8 0,1,.6 0,.92"),
    "t": Shape(0.28, ".4,.06 .4,1,.7 1,1;0,.34 1,.34"),
    "u": Shape(0.40, "0,.34 0,1,.9 1,.96;1,.34 1,1"),
    "v": Shape(0.40, "0,.34 .5,1 1,.34"),
    "w": Shape(0.60, "0,.34 .25,1 .5,.40 .75,1 1,.34"),
    "x": Shape(0.40, "0,.34 1,1;1,.34 0,1"),
    "y": Shape(0.40, "0,.34 .5,.82;1,.34 .3,1"),
    "z": Shape(0.38, "0,.34 1,.34 0,1 1,1"),
}
_STAR = ".5,0 .62,.36 1,.38 .7,.6 .82,1 .5,.76 .18,1 .3,.6 0,.38 .38,.36 z"
_DRAWN: tuple[tuple[float, str, float, float], ...] = (
    # Width, strokes, top and bottom: stars, a sun with rays, fruit, trees, outlines of states, a hill, a bird, a rider.
    (0.40, _STAR, 0.30, 0.72),
    (0.56, _STAR, 0.18, 0.84),
    (0.56, ".32,.32,.3 .68,.32,.3 .68,.68,.3 .32,.68,.3 z;.5,0 .5,.2;.5,.8 .5,1;0,.5 .2,.5;.8,.5 1,.5", 0.15, 0.85),
    (0.50, "0,.2,1 1,.2,1 1,1,1 0,1,1 z;.5,.2 .7,0 1,.04", 0.15, 0.85),
    (0.50, ".5,1 .5,.35;0,.45 .5,.2 1,.45;.1,.15 .5,.2 .9,.15;.2,.7 .5,.3 .8,.7", 0.10, 0.95),
    (0.46, ".5,1 .5,.75;.5,0 0,.75 1,.75 z;.5,.3 .2,.75 .8,.75 z", 0.05, 0.95),
    (0.62, "0,.1 .55,0 .6,.3 1,.35 .9,.7 .6,1 .45,.7 .2,.75 z", 0.20, 0.80),
    (0.50, "0,0 1,.05 .95,.9 .6,1 .55,.8 .05,.75 z", 0.20, 0.85),
    (0.56, "0,.3 .3,.1 .6,.2 1,0 .9,.6 .5,.7 .4,1 .1,.8 z;.45,.4 .5,.5", 0.20, 0.80),
    (0.62, "0,1 .3,.3 .5,.7 .7,0 1,1 z", 0.30, 0.85),
    (0.60, "0,.2 .3,.4 .5,.3 .8,0 1,.1 .7,.5 .75,1 .45,.7 .1,.8 .3,.5 z", 0.20, 0.80),
    (0.50, ".1,1 .3,.6 .1,.4 .4,.3 .5,0 .7,.1 .65,.35 1,.5 .8,.7 .9,1;.3,.6 .7,.65", 0.10, 0.95),
)  # fmt: skip
_STACKED = "ACDEHLNPRTVX"


def small(text: str) -> str:
    """Return a text in small letters that are not read; blanks, dots and dashes stay what they are."""
    return "".join(chr(_SMALL + ord(char)) if char.isalnum() else char for char in text)


def squeezed(strokes: str, top: float, bottom: float) -> str:
    """Return strokes between two heights of the capitals, 0 above to 1 below."""
    vertex_of = (vertex.split(",") for vertex in strokes.replace(";", " ; ").split())
    moved = (
        ",".join((v[0], f"{top + float(v[1]) * (bottom - top):.3f}", *v[2:]))
        if len(v) > 1
        else v[0]
        for v in vertex_of
    )
    return " ".join(moved).replace(" ; ", ";")


def _stack(upper: str, lower: str) -> Shape:
    one, other = (GLYPHS[char][0] for char in (upper, lower))
    strokes = f"{squeezed(one.strokes, 0, 0.42)};{squeezed(other.strokes, 0.58, 1)}"
    return Shape(0.26, strokes, 0.55)


_LETTERS = _LOWER | {char: GLYPHS[char][0] for char in string.digits + string.ascii_uppercase}
PICTURES = tuple(chr(_PICTURES + number) for number in range(len(_DRAWN)))
STACKS = tuple(chr(_STACKS + number) for number in range(len(_STACKED) ** 2))
UNREAD_SHAPES: dict[str, tuple[Shape, ...]] = {
    **{small(char): (shape,) for char, shape in _LETTERS.items()},
    **{
        char: (Shape(width, squeezed(strokes, top, bottom), 0.8),)
        for char, (width, strokes, top, bottom) in zip(PICTURES, _DRAWN, strict=True)
    },
    **{
        char: (_stack(upper, lower),)
        for char, (upper, lower) in zip(STACKS, product(_STACKED, _STACKED), strict=True)
    },
}
"""The shapes of all that is not read, by the character that stands for it."""
