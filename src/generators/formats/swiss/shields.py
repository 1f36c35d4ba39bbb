"""Coats of arms: simple fields and charges that stand for the Swiss cross and the 26 cantons.

They are plausible, distinct stand-ins, not heraldry: a reader has to learn that a shield is no
letter, not to tell a bear from an ibex.
"""

from ...shields import STAR, WHOLE
from ..base import RGB, Emblem, Placed, Polygon

_WHITE: RGB = (242, 242, 238)
_BLACK: RGB = (25, 25, 25)
_RED: RGB = (210, 35, 45)
_BLUE: RGB = (30, 90, 180)
_SKY: RGB = (90, 170, 220)
_GREEN: RGB = (20, 130, 70)
_GOLD: RGB = (245, 200, 50)

_FIELDS: dict[str, tuple[Polygon, ...]] = {
    "plain": (),
    "pale": (((0.5, 0), (1, 0), (1, 1), (0.5, 1)),),
    "fess": (((0, 0.48), (1, 0.48), (1, 1), (0, 1)),),
    "diagonal": (((0, 0), (1, 1), (0, 1)),),
    "bend": (((0, 0.55), (0.75, 0), (1, 0), (1, 0.3), (0.25, 0.95), (0, 0.85)),),
    "quarter": (((0.5, 0), (1, 0), (1, 0.5), (0.5, 0.5)),),
    "pales": (((0.66, 0), (1, 0), (1, 1), (0.66, 1)),),
}
"""Polygons in the second colour, x and y over 0…1 of the shield."""

_BEAST = (
    (0.30, 0.86), (0.38, 0.62), (0.28, 0.55), (0.24, 0.66), (0.20, 0.52), (0.34, 0.44),
    (0.26, 0.30), (0.38, 0.20), (0.46, 0.12), (0.56, 0.20), (0.56, 0.36), (0.74, 0.30),
    (0.62, 0.46), (0.70, 0.62), (0.84, 0.42), (0.76, 0.70), (0.66, 0.74),
    (0.70, 0.90), (0.58, 0.72), (0.46, 0.70), (0.42, 0.90),
)  # fmt: skip
_CROSS = (
    (0.40, 0.18), (0.60, 0.18), (0.60, 0.35), (0.80, 0.35), (0.80, 0.55), (0.60, 0.55),
    (0.60, 0.72), (0.40, 0.72), (0.40, 0.55), (0.20, 0.55), (0.20, 0.35), (0.40, 0.35),
)  # fmt: skip
_BULL = (
    (0.12, 0.12), (0.24, 0.34), (0.42, 0.36), (0.58, 0.36), (0.76, 0.34), (0.88, 0.12),
    (0.88, 0.42), (0.68, 0.52), (0.62, 0.80), (0.50, 0.88), (0.38, 0.80), (0.32, 0.52),
    (0.12, 0.42),
)  # fmt: skip
_FIGURE = (
    (0.42, 0.14), (0.58, 0.14), (0.60, 0.28), (0.72, 0.42), (0.66, 0.86), (0.34, 0.86),
    (0.30, 0.42), (0.40, 0.28),
)  # fmt: skip
_CROOK = (
    (0.44, 0.90), (0.44, 0.44), (0.34, 0.40), (0.36, 0.20), (0.54, 0.10), (0.68, 0.22),
    (0.60, 0.36), (0.56, 0.26), (0.48, 0.28), (0.56, 0.42), (0.56, 0.90),
)  # fmt: skip
_KEY = (
    (0.46, 0.30), (0.46, 0.14), (0.70, 0.14), (0.70, 0.26), (0.54, 0.28), (0.54, 0.60),
    (0.66, 0.70), (0.58, 0.86), (0.42, 0.86), (0.34, 0.70), (0.46, 0.60),
)  # fmt: skip
_BAR = ((0.0, 0.38), (1.0, 0.38), (1.0, 0.60), (0.0, 0.60))

_CHARGES: dict[str, tuple[Placed, ...]] = {
    "none": (),
    "cross": ((_CROSS, WHOLE),),
    "cross_small": ((_CROSS, (0.68, 0.05, 0.3, 0.25)),),
    "cross_corner": ((_CROSS, (0.66, 0.06, 0.28, 0.24)),),
    "beast": ((_BEAST, WHOLE),),
    "beast_letters": (
        (_BEAST, WHOLE),
        (_BAR, (0.06, 0.2, 0.1, 0.3)),
        (_BAR, (0.84, 0.2, 0.1, 0.3)),
    ),
    "beast_bend": ((_BEAST, (0.15, 0.12, 0.7, 0.7)),),
    "beast_low": ((_BEAST, (0.2, 0.45, 0.6, 0.5)), (_BAR, (0.0, 0.05, 0.5, 0.3))),
    "beasts": ((_BEAST, (0.45, 0.02, 0.5, 0.5)), (_BEAST, (0.12, 0.42, 0.5, 0.5))),
    "crook": ((_CROOK, WHOLE),),
    "crook_bars": (
        (_CROOK, (-0.05, 0.05, 0.6, 0.9)),
        (_BAR, (0.5, 0.1, 0.5, 0.5)),
        (_BAR, (0.5, 0.45, 0.5, 0.5)),
    ),
    "figure": ((_FIGURE, WHOLE),),
    "fasces": ((_BAR, (0.3, -0.3, 0.12, 2.6)), (_BAR, (0.5, -0.3, 0.2, 2.6))),
    "key": ((_KEY, WHOLE),),
    "key_eagle": ((_KEY, (0.45, 0.0, 0.6, 1.0)), (_BEAST, (0.0, 0.05, 0.5, 0.8))),
    "stars": tuple(
        (STAR, (x, y, 0.2, 0.16))
        for x, y in ((0.15, 0.1), (0.65, 0.1), (0.4, 0.35), (0.15, 0.4), (0.65, 0.4), (0.4, 0.65))
    ),
    "stars_waves": (
        *((STAR, (x, y, 0.2, 0.16)) for x, y in ((0.58, 0.15), (0.75, 0.38), (0.56, 0.55))),
        *((_BAR, (0.06, y, 0.4, 0.3)) for y in (0.1, 0.25, 0.4)),
    ),
    "letters": ((_BAR, (0.15, 0.0, 0.3, 0.3)), (_BAR, (0.55, 0.0, 0.3, 0.3))),
    "bull": ((_BULL, WHOLE),),
    "bar": ((_BAR, WHOLE),),
}


def _arms(
    name: str,
    field: str,
    first: RGB,
    second: RGB = _WHITE,
    charge: str = "none",
    ink: RGB = _WHITE,
) -> Emblem:
    """Return a shield: a division of the field in one or two colours, and a charge in a third."""
    return Emblem(name, first, _FIELDS[field], second, _CHARGES[charge], ink)


SHIELDS = {
    arms.name: arms
    for arms in (
        _arms("CH", "plain", _RED, charge="cross", ink=_WHITE),
        _arms("AG", "pale", _BLACK, _BLUE, "stars_waves", _WHITE),
        _arms("AI", "plain", _WHITE, charge="beast", ink=_BLACK),
        _arms("AR", "plain", _WHITE, charge="beast_letters", ink=_BLACK),
        _arms("BE", "bend", _RED, _GOLD, "beast_bend", _BLACK),
        _arms("BL", "plain", _WHITE, charge="crook", ink=_RED),
        _arms("BS", "plain", _WHITE, charge="crook", ink=_BLACK),
        _arms("FR", "fess", _BLACK, _WHITE),
        _arms("GE", "pale", _GOLD, _RED, "key_eagle", _BLACK),
        _arms("GL", "plain", _RED, charge="figure", ink=_BLACK),
        _arms("GR", "quarter", _WHITE, _BLUE, "beast_low", _BLACK),
        _arms("JU", "pale", _WHITE, _RED, "crook_bars", _WHITE),
        _arms("LU", "pale", _BLUE, _WHITE),
        _arms("NE", "pales", _GREEN, _RED, "cross_small", _WHITE),
        _arms("NW", "plain", _RED, charge="key", ink=_WHITE),
        _arms("OW", "fess", _RED, _WHITE, "key", _RED),
        _arms("SG", "plain", _GREEN, charge="fasces", ink=_WHITE),
        _arms("SH", "plain", _GOLD, charge="beast", ink=_BLACK),
        _arms("SO", "fess", _RED, _WHITE),
        _arms("SZ", "plain", _RED, charge="cross_corner", ink=_WHITE),
        _arms("TG", "diagonal", _WHITE, _GREEN, "beasts", _GOLD),
        _arms("TI", "pale", _RED, _BLUE),
        _arms("UR", "plain", _GOLD, charge="bull", ink=_BLACK),
        _arms("VD", "fess", _WHITE, _GREEN, "letters", _GOLD),
        _arms("VS", "pale", _WHITE, _RED, "stars", _RED),
        _arms("ZG", "plain", _WHITE, charge="bar", ink=_BLUE),
        _arms("ZH", "diagonal", _WHITE, _SKY),
    )
}
"""Of the country, "CH", and of each canton."""
