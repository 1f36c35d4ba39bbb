"""The letterings of Europe's plates by family, each with strokes of its own.

None is a copy. Sources, as descriptions only: DIN 1451 (Mittelschrift and Engschrift), the FE-Schrift of annex 4 of
the German Fahrzeug-Zulassungsverordnung, BS AU 145e (Charles Wright), the Dutch Regeling kentekens en kentekenplaten,
and the annexes on plates of the other countries' rules of registration.
"""

from collections.abc import Mapping

from ...glyphs import Shape
from ...plate_faces import COMMON_COUNTS, PlateFace
from .strokes import STROKES

_LIGHT = (0.30, 0.36, 0.24, 0.10, 0.0, 0.0)
_MEDIUM = (0.12, 0.30, 0.34, 0.16, 0.08, 0.0)
_STRONG = (0.0, 0.15, 0.35, 0.30, 0.15, 0.05)
_HEAVY = (0.0, 0.0, 0.10, 0.20, 0.30, 0.40)
_ANY = (0.06, 0.16, 0.22, 0.22, 0.18, 0.16)
_FROM_MEDIUM = (0.0, 0.06, 0.18, 0.24, 0.26, 0.26)

_DIN = {
    "0": "narrow", "1": "flag", "2": "straight", "3": "round", "4": "high", "5": "upright", "6": "straight",
    "7": "straight", "8": "round", "9": "straight", "A": "pointed", "B": "waist", "C": "round", "D": "round",
    "E": "long", "F": "long", "G": "barred", "I": "bar", "J": "plain", "K": "leg", "M": "full", "N": "plain",
    "O": "round", "P": "round", "Q": "crossed", "R": "leg", "S": "round", "U": "round", "V": "plain", "W": "full",
    "Y": "middle", "Z": "plain",
}  # fmt: skip
"""The shapes that a face has where it names no other."""


def _face(
    shapes: str,
    weights: tuple[float, ...] = _MEDIUM,
    letters: tuple[int, int] = (1, 3),
    digits: tuple[int, int] = (1, 3),
    slit: bool = False,
) -> PlateFace:
    """Build a face.

    shapes: what differs from `_DIN`, as "W:full 1:bar"; several names of a character are several shapes of it, the
    first the usual one. slit: whether a zero may be open, as that of the Netherlands is.
    """
    chosen: dict[str, tuple[str, ...]] = {char: (name,) for char, name in _DIN.items()}
    for entry in shapes.split():
        char, _, names = entry.partition(":")
        chosen[char] = tuple(names.split(","))
    own = {char: tuple(STROKES[char][name] for name in names) for char, names in chosen.items()}
    return PlateFace(weights, letters, digits, counts=_counts(own, slit), own=own, waisted=True)


def _counts(own: Mapping[str, tuple[Shape, ...]], slit: bool) -> Mapping[str, int]:
    """From how many shapes a plate that differs may choose: a face's own, and those that all countries know."""
    return {
        char: count + len(own.get(char, ())) + (slit and char == "0")
        for char, count in COMMON_COUNTS.items()
    }


FACES: dict[str, PlateFace] = {
    # The German road lettering before 1995 and its kin: Romania and much of the east.
    "din": _face("W:full,wide M:full,middle 4:high,closed", _LIGHT, (2, 4)),
    # Condensed, as where seven or eight characters and a seal have to fit: Austria, Croatia, Serbia, Slovenia.
    "din_narrow": _face("W:high,middle M:middle,full O:soft 1:flag,short 6:cubic 9:cubic", _MEDIUM, (0, 3), (0, 3)),
    # Made so that no character can be turned into another: feet, boxed letters, round digits.
    "fe": _face(
        "0:narrow,oval 1:flag,long 3:round,flat 4:high 6:cubic,straight 9:hooked,cubic B:boxed,small C:boxed D:boxed"
        " E:short F:short G:boxed I:feet J:capped,kneed M:high,middle O:soft,boxed P:boxed Q:boxed R:boxed,bent"
        " S:boxed,round U:boxed W:middle,low,high Y:middle",
        _MEDIUM, (2, 4), (2, 4),
    ),
    # Charles Wright: strokes of 14 mm in letters of 50 mm, O and 0 alike, 1 and I a bar.
    "charles_wright": _face(
        "0:oval 1:bar 2:neck 3:open,round 4:closed,wide 5:square 6:cubic 9:cubic 7:straight B:waist,boxed C:round"
        " D:boxed,round E:long G:spurred,barred J:plain M:narrow,middle O:same P:round Q:hanging,crossed R:leg,boxed"
        " W:low,upright,middle K:point,arrow Y:middle",
        _HEAVY, (1, 3), (1, 3),
    ),
    # The same from before 2001, each letter as wide as it was then, thinner on plates of dealers.
    "charles_wright_wide": _face(
        "0:oval 1:bar,foot 2:neck 3:round 4:wide 5:square 6:cubic 9:cubic 7:straight C:wide D:wide G:spurred,wide"
        " M:middle,full O:same Q:footed,hanging W:middle,high K:arrow N:wide",
        _STRONG, (1, 4), (1, 4),
    ),
    # After 2009: of many makers, from light to very heavy; the apex of an M at mid-height, nearly an H where heavy; a
    # small tail at a Q.
    "french": _face(
        "0:oval,narrow 1:flag,long 2:straight,round 3:round 4:closed,high 6:cubic,curved,straight 7:straight"
        " 9:cubic,curved,straight A:pointed,flat D:boxed,round G:barred,spurred J:plain M:tight,narrow,high"
        " Q:short,crossed R:leg S:round,open W:middle,tight,high",
        _FROM_MEDIUM, (0, 3), (0, 3),
    ),
    "french_wide": _face(
        "0:oval,soft 1:flag,long 2:straight,round 3:round 4:closed,wide 6:cubic,curved 7:straight 9:cubic,curved"
        " A:flat,pointed B:boxed,waist C:wide,round D:boxed,wide G:barred,wide J:plain M:narrow,tight,high N:wide"
        " Q:short,crossed R:leg,boxed S:round W:high,tight",
        _FROM_MEDIUM, (1, 5), (1, 4),
    ),
    # Before 2009: stamped by hand from many makers' dies.
    "french_old": _face(
        "0:soft,oval 1:foot,flag 3:flat,round 4:closed 6:curved,cubic 7:curved,straight 9:curved,cubic D:wide,boxed"
        " G:wide,barred Q:crossed,short M:high,tight,full W:middle,tight,wide A:flat,pointed Z:wide",
        _ANY, (0, 5), (0, 5),
    ),
    # Letters that a slit tells from digits, nearly as broad as high.
    "dutch": _face(
        "0:slit 1:flag,hook 2:kneed 3:flat,open 4:closed,wide 6:hooked 7:lipped 9:hooked B:boxed D:boxed G:boxed"
        " I:feet J:capped M:splayed,full P:boxed R:boxed W:wide,full K:arrow",
        _STRONG, (2, 4), (2, 4), slit=True,
    ),
    "swedish": _face(
        "0:oval 1:flag,long 3:open 4:high 6:hooked,cubic 9:hooked,cubic 7:straight B:waist J:kneed,plain M:full,middle"
        " O:same,round W:full,high Q:crossed S:round,open",
        _LIGHT, (1, 4), (1, 4),
    ),
    "norwegian": _face(
        "0:soft,oval 1:long,flag 2:round 3:round 4:wide 6:curved 9:curved 7:straight C:wide D:wide G:wide J:plain"
        " M:splayed,full N:wide R:leg W:full,wide K:point",
        _STRONG, (1, 3), (1, 3),
    ),
    "danish": _face(
        "0:oval 1:flag 2:straight 4:closed 6:hooked 9:hooked J:plain M:middle W:high,full O:same K:arrow",
        _MEDIUM, (1, 3), (1, 3),
    ),
    "finnish": _face(
        "0:narrow,oval 1:flag,short 3:open 4:high,closed 6:cubic 9:cubic M:full,middle W:full,high O:soft Y:high I:bar",
        _MEDIUM, (1, 4), (1, 4),
    ),
    # Arklas and the older one: broad letters of an even stroke, a W as high in the middle as at the ends.
    "polish": _face(
        "0:narrow,oval 1:long,flag 2:straight,kneed 3:flat,round 4:high 6:straight 9:straight 7:straight G:barred,wide"
        " J:kneed,plain K:leg,arrow M:full,high O:round W:full,wide,high R:leg S:open",
        _MEDIUM, (1, 4), (1, 4),
    ),
    "czech": _face(
        "0:oval,narrow 1:long,foot 3:flat,round 4:closed,high 6:curved,straight 9:curved,straight 7:lipped,straight"
        " A:flat,pointed J:capped,plain M:middle,high S:boxed,round B:boxed,waist U:boxed W:middle,full",
        _MEDIUM, (1, 4), (1, 4),
    ),
    "hungarian": _face(
        "0:oval,soft 1:flag 3:round,flat 4:high 6:cubic 9:cubic 7:straight D:boxed,round J:capped,plain M:middle,full"
        " O:soft,boxed Q:boxed W:middle,high S:round G:barred",
        _STRONG, (1, 3), (1, 3),
    ),
    "italian": _face(
        "0:oval,narrow 1:long,flag 2:kneed,round 3:round,small 4:wide,closed 6:curved,hooked 9:curved,hooked 7:straight"
        " 8:small B:small C:round G:spurred M:full,high R:bent,leg S:open W:high,full K:point Y:high",
        _LIGHT, (0, 3), (0, 3),
    ),
    "spanish": _face(
        "0:oval,narrow 1:flag,long 2:straight,kneed 4:high,closed 6:straight,hooked,cubic 9:straight,hooked,cubic"
        " G:barred,spurred J:plain,kneed M:tight,middle,full R:leg W:high,tight Y:middle",
        _ANY, (0, 3), (0, 3),
    ),
    "portuguese": _face(
        "0:oval,soft 1:flag,foot 3:round 4:closed,high 6:cubic,curved 9:cubic,curved 7:straight,curved M:high,tight"
        " O:round Q:short,crossed W:middle,full A:flat,pointed",
        _MEDIUM, (1, 4), (1, 4),
    ),
    "belgian": _face(
        "0:narrow,oval 1:foot,flag 2:kneed,straight 3:flat,round 4:closed 6:hooked 9:hooked 7:lipped,straight I:feet"
        " J:capped M:middle,tight O:soft,round Q:footed,short W:high,rounded G:spurred Z:wide",
        _LIGHT, (1, 3), (1, 3),
    ),
    # GOST R 50577: the same in Ukraine, Belarus, Moldova before 2015; wide letters, narrow digits that are higher.
    "gost": _face(
        "0:oval,soft 1:flag,long 2:round 3:round,flat 4:wide,closed 6:hooked 9:hooked 7:straight,curved A:wide,pointed"
        " C:wide,round E:long K:arrow,leg M:high,full O:round,soft",
        _MEDIUM, (1, 4), (1, 3),
    ),
    "greek": _face(
        "0:oval 1:flag,long 3:round 4:closed 6:curved 9:curved I:bar,feet M:full,high O:round,same Y:high Z:wide"
        " A:wide,pointed K:arrow",
        _MEDIUM, (1, 4), (1, 4),
    ),
    # Narrow, as on Swiss plates: Liechtenstein, Luxembourg, older plates of the Balkans.
    "alpine": _face(
        "0:oval 1:foot,flag 4:crossed 6:curved 9:curved 7:curved M:middle O:same W:high,middle Q:crossed",
        _MEDIUM, (1, 4), (1, 3),
    ),
    # Broad letters with feet, of Nordic plates before 2002 and of many eastern ones.
    "slab": _face(
        "0:soft 1:foot 3:flat 4:closed,wide 6:hooked 9:hooked 7:lipped I:feet J:capped M:full,splayed Q:footed W:wide"
        " O:soft D:wide",
        _MEDIUM, (1, 4), (1, 4),
    ),
}  # fmt: skip
