"""The letterings of American plates: embossed dies of several makers, narrow and wide, and flat printed ones.

None is a copy. Sources, as descriptions only: the License Plate Standard of the American Association of Motor
Vehicle Administrators (characters of 2½ inches at least, strokes of 0.2 to 0.45 inches), and what the states' dies are
known for: letters of straight sides with small rounded corners, an O like a zero, an I that is a bar or has feet.
"""

from collections.abc import Mapping

from ...glyphs import Shape
from ...plate_faces import COMMON_COUNTS, PlateFace
from .smallprint import UNREAD_SHAPES

_LIGHT = (0.25, 0.35, 0.25, 0.10, 0.05, 0.0)
_MEDIUM = (0.10, 0.28, 0.34, 0.18, 0.10, 0.0)
_STRONG = (0.0, 0.15, 0.30, 0.30, 0.15, 0.10)
_HEAVY = (0.0, 0.0, 0.15, 0.25, 0.30, 0.30)

_BOX = "0,0,{r} 1,0,{r} 1,1,{r} 0,1,{r} z"
_SQUARE, _SOFT, _FULL = (_BOX.format(r=r) for r in ("0.45", "0.7", "1"))
_C = "1,.26 1,0,{r} 0,0,{r} 0,1,{r} 1,1,{r} 1,.74"
_SIX = "1,.2 1,0,{r} 0,0,{r} 0,1,{r} 1,1,{r} 1,.44,{r} 0,.44"
_NINE = "0,.8 0,1,{r} 1,1,{r} 1,0,{r} 0,0,{r} 0,.56,{r} 1,.56"

_STROKES: Mapping[str, Mapping[str, Shape]] = {
    "0": {
        "square": Shape(0.46, _SQUARE),
        "soft": Shape(0.48, _SOFT),
        "oval": Shape(0.46, _FULL),
        "slashed": Shape(0.48, _SOFT + ";.82,.16 .18,.84", 0.88),
    },
    "1": {
        "flag": Shape(0.26, "0,.16 1,0 1,1"),
        "foot": Shape(0.40, "0,.20 .5,0 .5,1;0,1 1,1"),
        "bar": Shape(0.0, "0,0 0,1"),
        "serif": Shape(0.34, "0,0 .5,0 .5,1;0,1 1,1"),
    },
    "2": {
        "square": Shape(0.46, "0,.24 0,0,.45 1,0,.45 1,.46,.4 0,.56,.4 0,1 1,1"),
        "slope": Shape(0.48, "0,.24 0,0,.8 1,0,.8 1,.38,.6 0,1 1,1"),
    },
    "3": {
        "square": Shape(0.46, "0,.22 0,0,.45 .96,0,.45 .96,.47,.4 .3,.47;.3,.47 1,.47,.4 1,1,.45 0,1,.45 0,.78"),
        "flat": Shape(0.48, "0,0 .96,0 .45,.38 1,.40,.9 1,1,.9 0,1,.9 0,.78"),
    },
    "4": {"open": Shape(0.50, ".72,1 .72,0;0,0 0,.62 1,.62"), "closed": Shape(0.50, ".74,1 .74,0 0,.70 1,.70")},
    "5": {"square": Shape(0.46, "1,0 0,0 0,.42 1,.42,.5 1,1,.45 0,1,.45 0,.78")},
    "6": {
        "square": Shape(0.46, _SIX.format(r="0.45")),
        "round": Shape(0.48, _SIX.format(r="0.9")),
        "hooked": Shape(0.48, ".9,0 0,0,.9 0,1,.9 1,1,.9 1,.42,.9 0,.42"),
    },
    "7": {"straight": Shape(0.46, "0,0 1,0 .32,1"), "curved": Shape(0.46, "0,0 1,0 1,.14 .40,.56,.5 .36,1")},
    "8": {
        "square": Shape(0.46, ".04,0,.45 .96,0,.45 .96,.47,.3 .04,.47,.3 z;0,.47,.3 1,.47,.3 1,1,.45 0,1,.45 z"),
        "round": Shape(0.48, ".05,0,1 .95,0,1 .95,.46,1 .05,.46,1 z;0,.46,1 1,.46,1 1,1,1 0,1,1 z"),
    },
    "9": {
        "square": Shape(0.46, _NINE.format(r="0.45")),
        "round": Shape(0.48, _NINE.format(r="0.9")),
        "hooked": Shape(0.48, ".1,1 1,1,.9 1,0,.9 0,0,.9 0,.58,.9 1,.58"),
    },
    "A": {
        "flat": Shape(0.50, "0,1 .36,0 .64,0 1,1;.14,.70 .86,.70"),
        "pointed": Shape(0.52, "0,1 .5,0 1,1;.17,.70 .83,.70"),
        "boxed": Shape(0.46, "0,1 0,.22 .3,0,.3 .7,0,.3 1,.22 1,1;0,.58 1,.58"),
    },
    "B": {"square": Shape(0.48, "0,0 .92,0,.45 .92,.47,.4 0,.47;0,.47 1,.47,.4 1,1,.45 0,1;0,0 0,1")},
    "C": {"square": Shape(0.46, _C.format(r="0.45")), "round": Shape(0.50, _C.format(r="0.9"))},
    "D": {
        "square": Shape(0.48, "0,0 1,0,.5 1,1,.5 0,1 z"),
        "round": Shape(0.50, "0,0 1,0,.9 1,1,.9 0,1 z"),
    },
    "G": {
        "square": Shape(0.48, "1,.24 1,0,.45 0,0,.45 0,1,.45 1,1,.45 1,.54 .5,.54"),
        "round": Shape(0.52, "1,.26 1,0,.9 0,0,.9 0,1,.9 1,1,.9 1,.54 .52,.54"),
    },
    "I": {"feet": Shape(0.34, ".5,0 .5,1;0,0 1,0;0,1 1,1"), "bar": Shape(0.0, "0,0 0,1")},
    "J": {
        "square": Shape(0.44, "1,0 1,1,.5 0,1,.5 0,.72"),
        "capped": Shape(0.46, ".35,0 1,0 1,1,.7 0,1,.7 0,.74"),
    },
    "K": {
        "leg": Shape(0.50, "0,0 0,1;1,0 0,.60;.3,.44 1,1"),
        "arrow": Shape(0.50, "0,0 0,1;1,0 .12,.5 1,1;0,.5 .12,.5"),
    },
    "M": {
        "middle": Shape(0.58, "0,1 0,0 .5,.52 1,0 1,1", 0.9),
        "full": Shape(0.62, "0,1 0,0 .5,.96 1,0 1,1", 0.88),
        "high": Shape(0.56, "0,1 0,0 .5,.36 1,0 1,1", 0.9),
    },
    "N": {"plain": Shape(0.50, "0,1 0,0 1,1 1,0")},
    "O": {"square": Shape(0.46, _SQUARE), "soft": Shape(0.50, _SOFT), "round": Shape(0.54, _FULL)},
    "P": {"square": Shape(0.46, "0,1 0,0 1,0,.5 1,.54,.5 0,.54")},
    "Q": {
        "square": Shape(0.48, _SQUARE + ";.5,.70 1,1"),
        "short": Shape(0.50, _SOFT + ";.54,.72 1,1"),
        "crossed": Shape(0.52, _FULL + ";.44,.62 1,1"),
        "hanging": Shape(0.50, "0,0,.8 1,0,.8 1,.88,.8 0,.88,.8 z;.46,.64 .9,1"),
    },
    "R": {
        "square": Shape(0.48, "0,1 0,0 1,0,.5 1,.52,.5 0,.52;.42,.52 1,1"),
        "upright": Shape(0.48, "0,1 0,0 .96,0,.5 .96,.50,.4 0,.50;.5,.50 1,.54,.5 1,1"),
    },
    "S": {
        "square": Shape(0.46, "1,.24 1,0,.45 0,0,.45 0,.47,.4 1,.47,.4 1,1,.45 0,1,.45 0,.76"),
        "round": Shape(0.48, "1,.25 1,0,.9 0,0,.9 0,.46,.9 1,.52,.9 1,1,.9 0,1,.9 0,.75"),
    },
    "U": {"square": Shape(0.48, "0,0 0,1,.5 1,1,.5 1,0"), "round": Shape(0.50, "0,0 0,1,1 1,1,1 1,0")},
    "V": {"plain": Shape(0.52, "0,0 .5,1 1,0")},
    "W": {
        "high": Shape(0.62, "0,0 .20,1 .5,.24 .80,1 1,0", 0.88),
        "middle": Shape(0.60, "0,0 .06,1 .5,.50 .94,1 1,0", 0.88),
        "upright": Shape(0.60, "0,0 0,1 .5,.46 1,1 1,0", 0.88),
        "full": Shape(0.68, "0,0 .24,1 .5,.02 .76,1 1,0", 0.86),
    },
    "Y": {"middle": Shape(0.50, "0,0 .5,.50 1,0;.5,.50 .5,1"), "high": Shape(0.50, "0,0 .5,.40 1,0;.5,.40 .5,1")},
    "Z": {"plain": Shape(0.48, "0,0 1,0 0,1 1,1")},
}  # fmt: skip


def _face(
    shapes: str, weights: tuple[float, ...], letters: tuple[int, int], digits: tuple[int, int]
) -> PlateFace:
    """Build a face.

    shapes: what differs from the first of `_STROKES`, as "0:soft 1:foot,flag"; several names of a character are several
    shapes of it, the first the usual one.
    """
    chosen = {char: tuple(named)[:1] for char, named in _STROKES.items()}
    for entry in shapes.split():
        char, _, names = entry.partition(":")
        chosen[char] = tuple(names.split(","))
    own = {char: tuple(_STROKES[char][name] for name in names) for char, names in chosen.items()}
    counts = {char: count + len(own.get(char, ())) for char, count in COMMON_COUNTS.items()}
    return PlateFace(weights, letters, digits, counts=counts, own=own | UNREAD_SHAPES)


FACES: Mapping[str, PlateFace] = {
    # Dies for seven characters: narrow, straight sides, corners of a small radius.
    "narrow": _face(
        "0:square,oval 1:flag,foot 6:square,hooked 9:square,hooked M:middle,full W:high,upright",
        _MEDIUM, (0, 2), (0, 2),
    ),
    # The same for six characters, as wide as half their height.
    "wide": _face(
        "0:square,soft 1:foot,flag 3:square,flat A:pointed,boxed D:square,round I:feet,bar J:capped,square O:square"
        ",round W:upright,middle Y:high,middle",
        _STRONG, (1, 4), (1, 4),
    ),
    # Rounder dies: an oval zero beside a wider O.
    "round": _face(
        "0:oval,soft 1:flag,bar 2:slope 4:closed,open 6:round,hooked 9:round,hooked 7:curved,straight 8:round A:pointed"
        " C:round D:round G:round I:bar,feet O:round,soft Q:crossed,short R:square,upright S:round U:round W:full,high",
        _MEDIUM, (0, 3), (0, 3),
    ),
    # Printed on flat plates by a computer: heavier, of one width.
    "flat": _face(
        "0:soft,oval 1:serif,foot,flag 2:slope 3:square,flat 4:closed 6:hooked,round 9:hooked,round 7:straight 8:round"
        " C:round D:round G:round I:feet J:capped K:arrow,leg M:full,middle O:soft Q:hanging,crossed S:round U:round"
        " V:plain W:full,high",
        _HEAVY, (0, 3), (0, 3),
    ),
    # Printed with a zero that is crossed.
    "slashed": _face(
        "0:slashed 1:serif,flag 2:slope 4:closed 6:round 9:round 8:round C:round D:round G:round O:soft S:round"
        " U:round",
        _STRONG, (0, 3), (0, 3),
    ),
    # Thin dies of the years before 2000.
    "thin": _face(
        "0:soft,square 1:flag,foot 3:flat 4:closed,open M:full J:capped W:middle,full", _LIGHT, (1, 4), (1, 3)
    ),
}  # fmt: skip
