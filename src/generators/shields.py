"""Coats of arms: simple fields and charges that stand for the Swiss cross and the 26 cantons; Europe's stars.

They are plausible, distinct stand-ins, not heraldry: a reader has to learn that a shield is no
letter, not to tell a bear from an ibex.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from .formats.base import RGB
from .luminance import grey

SHIELD_SIZE = (52, 40)
"""Height and width in pixels at which a shield is drawn once; plates resize it."""
_SUPERSAMPLE = 4

WHITE: RGB = (242, 242, 238)
BLACK: RGB = (25, 25, 25)
RED: RGB = (210, 35, 45)
BLUE: RGB = (30, 90, 180)
SKY: RGB = (90, 170, 220)
GREEN: RGB = (20, 130, 70)
GOLD: RGB = (245, 200, 50)


_Polygon = tuple[tuple[float, float], ...]
"""Vertices x,y over 0…1 of the shield."""


@dataclass(frozen=True)
class Emblem:
    """A shield: a division of the field in one or two colours, and a charge in a third.

    `field` is a key of `_FIELDS`, `charge` one of `_CHARGES`. Of one that is not `framed` only the charge is drawn.
    """

    field: str
    first: RGB
    second: RGB = WHITE
    charge: str = "none"
    ink: RGB = WHITE
    framed: bool = True


EMBLEMS: dict[str, Emblem] = {
    "CH": Emblem("plain", RED, charge="cross", ink=WHITE),
    "AG": Emblem("pale", BLACK, BLUE, "stars_waves", WHITE),
    "AI": Emblem("plain", WHITE, charge="beast", ink=BLACK),
    "AR": Emblem("plain", WHITE, charge="beast_letters", ink=BLACK),
    "BE": Emblem("bend", RED, GOLD, "beast_bend", BLACK),
    "BL": Emblem("plain", WHITE, charge="crook", ink=RED),
    "BS": Emblem("plain", WHITE, charge="crook", ink=BLACK),
    "FR": Emblem("fess", BLACK, WHITE),
    "GE": Emblem("pale", GOLD, RED, "key_eagle", BLACK),
    "GL": Emblem("plain", RED, charge="figure", ink=BLACK),
    "GR": Emblem("quarter", WHITE, BLUE, "beast_low", BLACK),
    "JU": Emblem("pale", WHITE, RED, "crook_bars", WHITE),
    "LU": Emblem("pale", BLUE, WHITE),
    "NE": Emblem("pales", GREEN, RED, "cross_small", WHITE),
    "NW": Emblem("plain", RED, charge="key", ink=WHITE),
    "OW": Emblem("fess", RED, WHITE, "key", RED),
    "SG": Emblem("plain", GREEN, charge="fasces", ink=WHITE),
    "SH": Emblem("plain", GOLD, charge="beast", ink=BLACK),
    "SO": Emblem("fess", RED, WHITE),
    "SZ": Emblem("plain", RED, charge="cross_corner", ink=WHITE),
    "TG": Emblem("diagonal", WHITE, GREEN, "beasts", GOLD),
    "TI": Emblem("pale", RED, BLUE),
    "UR": Emblem("plain", GOLD, charge="bull", ink=BLACK),
    "VD": Emblem("fess", WHITE, GREEN, "letters", GOLD),
    "VS": Emblem("pale", WHITE, RED, "stars", RED),
    "ZG": Emblem("plain", WHITE, charge="bar", ink=BLUE),
    "ZH": Emblem("diagonal", WHITE, SKY),
}

SIGNS: dict[str, Emblem] = {
    "EU": Emblem("plain", BLUE, charge="ring_of_stars", ink=GOLD, framed=False),
}
"""What stands on a plate's coloured blocks and is no coat of arms."""

_FIELDS: dict[str, tuple[_Polygon, ...]] = {
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
_STAR = (
    (0.50, 0.00), (0.62, 0.36), (1.00, 0.38), (0.70, 0.60), (0.82, 1.00), (0.50, 0.76),
    (0.18, 1.00), (0.30, 0.60), (0.00, 0.38), (0.38, 0.36),
)  # fmt: skip
_BAR = ((0.0, 0.38), (1.0, 0.38), (1.0, 0.60), (0.0, 0.60))

_RING = tuple(
    (0.41 + 0.41 * math.sin(turn), 0.41 - 0.41 * math.cos(turn))
    for turn in np.arange(12) * np.pi / 6
)
"""Upper left corners of the twelve stars, over 0…1."""

_Placed = tuple[_Polygon, tuple[float, float, float, float]]
"""A polygon and the box (left, top, width, height) of the shield, over 0…1, that it fills."""

_WHOLE = (0.0, 0.0, 1.0, 1.0)
_CHARGES: dict[str, tuple[_Placed, ...]] = {
    "none": (),
    "cross": ((_CROSS, _WHOLE),),
    "cross_small": ((_CROSS, (0.68, 0.05, 0.3, 0.25)),),
    "cross_corner": ((_CROSS, (0.66, 0.06, 0.28, 0.24)),),
    "beast": ((_BEAST, _WHOLE),),
    "beast_letters": (
        (_BEAST, _WHOLE),
        (_BAR, (0.06, 0.2, 0.1, 0.3)),
        (_BAR, (0.84, 0.2, 0.1, 0.3)),
    ),
    "beast_bend": ((_BEAST, (0.15, 0.12, 0.7, 0.7)),),
    "beast_low": ((_BEAST, (0.2, 0.45, 0.6, 0.5)), (_BAR, (0.0, 0.05, 0.5, 0.3))),
    "beasts": ((_BEAST, (0.45, 0.02, 0.5, 0.5)), (_BEAST, (0.12, 0.42, 0.5, 0.5))),
    "crook": ((_CROOK, _WHOLE),),
    "crook_bars": (
        (_CROOK, (-0.05, 0.05, 0.6, 0.9)),
        (_BAR, (0.5, 0.1, 0.5, 0.5)),
        (_BAR, (0.5, 0.45, 0.5, 0.5)),
    ),
    "figure": ((_FIGURE, _WHOLE),),
    "fasces": ((_BAR, (0.3, -0.3, 0.12, 2.6)), (_BAR, (0.5, -0.3, 0.2, 2.6))),
    "key": ((_KEY, _WHOLE),),
    "key_eagle": ((_KEY, (0.45, 0.0, 0.6, 1.0)), (_BEAST, (0.0, 0.05, 0.5, 0.8))),
    "stars": tuple(
        (_STAR, (x, y, 0.2, 0.16))
        for x, y in ((0.15, 0.1), (0.65, 0.1), (0.4, 0.35), (0.15, 0.4), (0.65, 0.4), (0.4, 0.65))
    ),
    "stars_waves": (
        *((_STAR, (x, y, 0.2, 0.16)) for x, y in ((0.58, 0.15), (0.75, 0.38), (0.56, 0.55))),
        *((_BAR, (0.06, y, 0.4, 0.3)) for y in (0.1, 0.25, 0.4)),
    ),
    "letters": ((_BAR, (0.15, 0.0, 0.3, 0.3)), (_BAR, (0.55, 0.0, 0.3, 0.3))),
    "ring_of_stars": tuple((_STAR, (x, y, 0.18, 0.18)) for x, y in _RING),
    "bull": ((_BULL, _WHOLE),),
    "bar": ((_BAR, _WHOLE),),
}


@lru_cache(maxsize=1024)
def shield(name: str, luminance: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Grey picture and coverage mask of an emblem, both uint8 of `SHIELD_SIZE`, not to be changed.

    Raises KeyError for an unknown name.
    """
    emblem = SIGNS[name] if name in SIGNS else EMBLEMS[name]
    height, width = (side * _SUPERSAMPLE for side in SHIELD_SIZE)
    picture = np.full((height, width), grey(emblem.first, luminance), np.uint8)
    for polygon in _FIELDS[emblem.field]:
        cv2.fillPoly(picture, [_pixels(polygon, _WHOLE)], grey(emblem.second, luminance))
    mask = np.zeros((height, width), np.uint8)
    for polygon, box in _CHARGES[emblem.charge]:
        cv2.fillPoly(picture, [_pixels(polygon, box)], grey(emblem.ink, luminance))
        if not emblem.framed:
            cv2.fillPoly(mask, [_pixels(polygon, box)], 255)
    if emblem.framed:
        outline = _outline()
        cv2.fillPoly(mask, [outline], 255)
        cv2.polylines(picture, [outline], True, grey(BLACK, luminance), _SUPERSAMPLE)
    size = SHIELD_SIZE[::-1]
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    coverage = cv2.resize(mask, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    return small, coverage


def _pixels(polygon: _Polygon, box: tuple[float, float, float, float]) -> NDArray[np.int32]:
    """A polygon over 0…1, moved into `box` over 0…1, in supersampled shield pixels, (n, 2)."""
    height, width = (side * _SUPERSAMPLE for side in SHIELD_SIZE)
    unit = np.array(polygon) * box[2:] + box[:2]
    pixels: NDArray[np.int32] = np.rint(unit * (width, height)).astype(np.int32)
    return pixels


def _outline() -> NDArray[np.int32]:
    """The shield's border: straight sides that meet in a point below, (n, 2) pixels."""
    angles = np.linspace(0, np.pi / 2, 12)
    right = np.stack([0.5 + 0.5 * np.cos(angles), 0.5 + 0.5 * np.sin(angles)], axis=1)
    left = np.stack([1 - right[::-1, 0], right[::-1, 1]], axis=1)
    top = np.array([(0.0, 0.0), (1.0, 0.0)])
    unit = np.concatenate([top, right, left]) * 0.98 + 0.01
    return _pixels(tuple((float(x), float(y)) for x, y in unit), _WHOLE)
