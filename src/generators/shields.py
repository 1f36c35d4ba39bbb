"""Draws emblems: coats of arms, and what else stands on plates and is no letter."""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from .formats.base import RGB, Emblem, Polygon
from .luminance import grey

SHIELD_SIZE = (52, 40)
"""Height and width in pixels at which a shield is drawn once; plates resize it."""
_SUPERSAMPLE = 4
_OUTLINE: RGB = (25, 25, 25)

WHOLE = (0.0, 0.0, 1.0, 1.0)
"""The box of an emblem that is all of it."""
STAR = (
    (0.50, 0.00), (0.62, 0.36), (1.00, 0.38), (0.70, 0.60), (0.82, 1.00), (0.50, 0.76),
    (0.18, 1.00), (0.30, 0.60), (0.00, 0.38), (0.38, 0.36),
)  # fmt: skip


@lru_cache(maxsize=1024)
def shield(emblem: Emblem, luminance: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Grey picture and coverage mask of an emblem, both uint8 of `SHIELD_SIZE`, not to be changed."""
    height, width = (side * _SUPERSAMPLE for side in SHIELD_SIZE)
    picture = np.full((height, width), grey(emblem.first, luminance), np.uint8)
    for polygon in emblem.field:
        cv2.fillPoly(picture, [_pixels(polygon, WHOLE)], grey(emblem.second, luminance))
    mask = np.zeros((height, width), np.uint8)
    for polygon, box in emblem.charge:
        cv2.fillPoly(picture, [_pixels(polygon, box)], grey(emblem.ink, luminance))
        if not emblem.framed:
            cv2.fillPoly(mask, [_pixels(polygon, box)], 255)
    if emblem.framed:
        outline = _outline()
        cv2.fillPoly(mask, [outline], 255)
        cv2.polylines(picture, [outline], True, grey(_OUTLINE, luminance), _SUPERSAMPLE)
    size = SHIELD_SIZE[::-1]
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    coverage = cv2.resize(mask, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    return small, coverage


def _pixels(polygon: Polygon, box: tuple[float, float, float, float]) -> NDArray[np.int32]:
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
    return _pixels(tuple((float(x), float(y)) for x, y in unit), WHOLE)
