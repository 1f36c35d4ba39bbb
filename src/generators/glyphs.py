"""The shapes of the plate typeface: what is drawn for each character, as strokes.

A shape is the outer width of the glyph in cap heights and its strokes, in a small notation:
strokes are separated by `;`, a stroke is a row of vertices `x,y` or `x,y,r`, and a trailing `z`
closes it. x runs over 0…1 from the leftmost to the rightmost centre line, y over 0…1 from the top
to the bottom one. `r` rounds the corner at the vertex: 1 means half the glyph's width, so two
corners with `1` make a full bow.

The first shape of a character is the one of Swiss plates; the others occur in other plate
typefaces and are drawn now and then, so that a reader does not depend on one alphabet. What only
other countries have stands in `glyphs_european.py` and `scripts/`.
The shapes were laid out for this project after looking at photographs of plates.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """One way to draw a character: outer width in cap heights, and its strokes.

    `weight` multiplies the thickness of the strokes, for shapes that hold many of them.
    """

    width: float
    strokes: str
    weight: float = 1.0


Cell = tuple[float, float, float, float]
"""(left, top, right, bottom) over 0…1 of a character."""


def moved(strokes: str, cell: Cell) -> str:
    """Strokes over 0…1 moved into a cell, their radii scaled with its width."""
    left, top, right, bottom = cell
    paths = []
    for stroke in strokes.split(";"):
        closed = " z" if stroke.endswith(" z") else ""
        vertices = []
        for vertex in stroke.removesuffix(" z").split():
            x, y, *radius = (float(part) for part in vertex.split(","))
            place = (left + x * (right - left), top + y * (bottom - top))
            numbers = (*place, *(r * (right - left) for r in radius))
            vertices.append(",".join(f"{number:.3f}" for number in numbers))
        paths.append(" ".join(vertices) + closed)
    return ";".join(paths)


_SIX = "0,.40,1 1,.40,1 1,1,1 0,1,1 z;.80,0 .04,.46,.5 0,.72"
_NINE = "0,0,1 1,0,1 1,.60,1 0,.60,1 z;.20,1 .96,.54,.5 1,.28"

GLYPHS: dict[str, tuple[Shape, ...]] = {
    "0": (Shape(0.50, "0,0,1 1,0,1 1,1,1 0,1,1 z"), Shape(0.50, "0,0,.6 1,0,.6 1,1,.6 0,1,.6 z")),
    "1": (
        Shape(0.42, "0,.22 .52,.02 .52,1;0,1 1,1"),
        Shape(0.32, "0,.24 1,0 1,1"),
        Shape(0.28, "0,.13 1,0 1,1"),
    ),
    "2": (
        Shape(0.50, "0,.28 0,0,1 1,0,1 1,.36,.7 0,1 1,1"),
        Shape(0.50, "0,.26 0,0,1 1,0,1 1,.48,.8 0,.62,.8 0,1 1,1"),
    ),
    "3": (
        Shape(0.50, "0,.25 0,0,1 .96,0,1 .96,.46,.9 .32,.46;.32,.46 1,.46,1 1,1,1 0,1,1 0,.75"),
        Shape(0.50, "0,0 .95,0 .45,.4 1,.4,1 1,1,1 0,1,1 0,.76"),
    ),
    "4": (
        Shape(0.54, ".58,0 0,.77 1,.77;.76,.46 .76,1"),
        Shape(0.54, ".76,1 .76,0 0,.72 1,.72"),
    ),
    "5": (
        Shape(0.50, ".92,0 .1,0 .04,.47 .2,.36,.4 1,.36,1 1,1,1 0,1,1 0,.76"),
        Shape(0.50, ".95,0 .04,0 .04,.44 1,.44,1 1,1,1 0,1,1 0,.77"),
    ),
    "6": (
        Shape(0.50, _SIX),
        Shape(0.50, "0,.42,1 1,.42,1 1,1,1 0,1,1 z;.98,.24 .98,0,1 0,0,1 0,.7"),
    ),
    "7": (
        Shape(0.50, "0,0 1,0 1,.06 .62,.5,.6 .34,1"),
        Shape(0.50, "0,0 1,0 .28,1"),
        Shape(0.50, "0,.14 0,0 1,0 .30,1"),
    ),
    "8": (
        Shape(0.50, ".05,0,1 .95,0,1 .95,.46,1 .05,.46,1 z;0,.46,1 1,.46,1 1,1,1 0,1,1 z"),
        Shape(0.50, "0,0,.7 1,0,.7 1,.48,.7 0,.48,.7 z;0,.48,.7 1,.48,.7 1,1,.7 0,1,.7 z"),
    ),
    "9": (
        Shape(0.50, _NINE),
        Shape(0.50, "0,0,1 1,0,1 1,.58,1 0,.58,1 z;.02,.76 .02,1,1 1,1,1 1,.3"),
    ),
    "A": (
        Shape(0.56, "0,1 .5,0 1,1;.17,.70 .83,.70"),
        Shape(0.54, "0,1 .38,0 .62,0 1,1;.15,.70 .85,.70"),
    ),
    "B": (
        Shape(
            0.52,
            "0,0 .94,0,1 .94,.47,1 0,.47;0,.47 1,.47,1 1,1,1 0,1;0,0 0,1",
        ),
    ),
    "C": (Shape(0.50, "1,.31 1,0,1 0,0,1 0,1,1 1,1,1 1,.69"),),
    "D": (Shape(0.52, "0,0 1,0,1 1,1,1 0,1 z"), Shape(0.52, "0,0 1,0,.6 1,1,.6 0,1 z")),
    "E": (Shape(0.46, "1,0 0,0 0,1 1,1;0,.48 .86,.48"),),
    "F": (Shape(0.46, "1,0 0,0 0,1;0,.50 .86,.50"),),
    "G": (
        Shape(0.52, "1,.29 1,0,1 0,0,1 0,1,1 1,1,1 1,.56 .54,.56"),
        Shape(0.52, "1,.29 1,0,1 0,0,1 0,1,1 1,1,1 1,.56 .54,.56;1,.6 1,1"),
        Shape(0.54, "1,.29 1,0,1 0,0,1 0,1,1 .94,1,.8 .94,.58;.52,.58 1,.58"),
    ),
    "H": (Shape(0.52, "0,0 0,1;1,0 1,1;0,.48 1,.48"),),
    "I": (Shape(0.0, "0,0 0,1"), Shape(0.36, ".5,0 .5,1;0,0 1,0;0,1 1,1")),
    "J": (
        Shape(0.46, "1,0 1,1,1 0,1,1 0,.71"),
        Shape(0.46, ".3,0 1,0 1,1,1 0,1,1 0,.73"),
        Shape(0.34, "1,0 1,1,1 0,1"),
    ),
    "K": (
        Shape(0.54, "0,0 0,1;1,0 0,.64;.34,.42 1,1"),
        Shape(0.54, "0,0 0,1;1,0 .22,.5 1,1;0,.5 .22,.5"),
    ),
    "L": (Shape(0.45, "0,0 0,1 1,1"),),
    "M": (Shape(0.64, "0,1 0,0 .5,.62 1,0 1,1"), Shape(0.66, "0,1 0,0 .5,1 1,0 1,1")),
    "N": (Shape(0.54, "0,1 0,0 1,1 1,0"),),
    "O": (Shape(0.53, "0,0,1 1,0,1 1,1,1 0,1,1 z"), Shape(0.60, "0,0,1 1,0,1 1,1,1 0,1,1 z")),
    "P": (Shape(0.50, "0,1 0,0 1,0,1 1,.55,1 0,.55"),),
    "Q": (
        Shape(0.54, "0,0,1 1,0,1 1,1,1 0,1,1 z;.56,.74 1,1"),
        Shape(0.54, "0,0,1 1,0,1 1,1,1 0,1,1 z;.5,.8 .8,1.05"),
    ),
    "R": (
        Shape(0.52, "0,1 0,0 .96,0,1 .96,.54,1 0,.54;.50,.56 1,1"),
        Shape(0.52, "0,1 0,0 .96,0,1 .96,.5,1 0,.5;.5,.5 1,.52,.8 1,1"),
    ),
    "S": (
        Shape(0.50, "1,.27 1,0,1 0,0,1 0,.42,.9 1,.56,.9 1,1,1 0,1,1 0,.73"),
        Shape(0.52, ".98,.2 .9,0,.8 0,0,1 0,.46,1 1,.5,1 1,1,1 .08,1,.8 0,.8"),
    ),
    "T": (Shape(0.50, "0,0 1,0;.5,0 .5,1"),),
    "U": (Shape(0.52, "0,0 0,1,1 1,1,1 1,0"),),
    "V": (Shape(0.56, "0,0 .5,1 1,0"),),
    "W": (Shape(0.76, "0,0 .26,1 .5,.1 .74,1 1,0"), Shape(0.70, "0,0 .2,1 .5,.45 .8,1 1,0")),
    "X": (Shape(0.54, "0,0 1,1;1,0 0,1"),),
    "Y": (Shape(0.54, "0,0 .5,.52 1,0;.5,.52 .5,1"), Shape(0.54, "0,0 .5,.44 1,0;.5,.44 .5,1")),
    "Z": (Shape(0.50, "0,0 1,0 0,1 1,1"),),
}
