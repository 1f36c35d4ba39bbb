"""What is stuck or pressed between the groups of a plate: seals, coats of arms, stickers.

All are coverages, so they take the colours of paper and ink; a reader has to learn that they are no
characters, not what they certify.
"""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from .draws import integer, uniform
from .formats.base import SEALS
from .typeface import MASTER_HEIGHT

_SUPERSAMPLE = 4
_SIDE = MASTER_HEIGHT * _SUPERSAMPLE
_WIDTHS = {"pair": 0.46, "round": 0.52, "arms": 0.52, "sticker": 0.40}
"""In cap heights."""


@lru_cache(maxsize=128)
def seal_mask(kind: str, variant: int) -> NDArray[np.uint8]:
    """Coverage of a seal, (MASTER_HEIGHT, width), each variant always the same. Do not write to it.

    Raises KeyError for an unknown kind.
    """
    # The seed is the seal's own, so that a plate's other numbers do not depend on how a seal is drawn.
    rng = np.random.default_rng((variant, SEALS.index(kind)))
    canvas = np.zeros((_SIDE, round(_WIDTHS[kind] * uniform(rng, 0.85, 1.1) * _SIDE)), np.uint8)
    middle = canvas.shape[1] / 2
    if kind == "pair":
        _disc(canvas, rng, (middle, _SIDE * 0.25), uniform(rng, 0.17, 0.23) * _SIDE)
        _disc(canvas, rng, (middle, _SIDE * 0.76), uniform(rng, 0.14, 0.22) * _SIDE)
    elif kind == "round":
        height = uniform(rng, 0.35, 0.65) * _SIDE
        _disc(canvas, rng, (middle, height), uniform(rng, 0.14, 0.25) * _SIDE)
    elif kind == "arms":
        _arms(canvas, rng)
    else:
        _sticker(canvas, rng)
    size = (round(canvas.shape[1] / _SUPERSAMPLE), MASTER_HEIGHT)
    mask = cv2.resize(canvas, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    mask.setflags(write=False)
    return mask


def _disc(
    canvas: NDArray[np.uint8],
    rng: np.random.Generator,
    centre: tuple[float, float],
    radius: float,
) -> None:
    """A round seal: a rim, a paler field and something in the middle."""
    place = (round(centre[0]), round(centre[1]))
    rim, field = integer(rng, 60, 230), integer(rng, 15, 200)
    cv2.circle(canvas, place, round(radius), (rim,), -1)
    cv2.circle(canvas, place, round(radius * uniform(rng, 0.7, 0.95)), (field,), -1)
    core = round(radius * uniform(rng, 0.2, 0.5))
    if rng.random() < 0.6:
        cv2.circle(canvas, place, core, (rim,), -1)
    else:
        corner = (place[0] - core, place[1] - core), (place[0] + core, place[1] + core)
        cv2.rectangle(canvas, *corner, (rim,), -1)


def _arms(canvas: NDArray[np.uint8], rng: np.random.Generator) -> None:
    """A shield, smaller than the letters, with a charge; some with nothing but their outline."""
    wide = canvas.shape[1]
    top, bottom = uniform(rng, 0.15, 0.3) * _SIDE, uniform(rng, 0.75, 0.9) * _SIDE
    left, right = 0.06 * wide, 0.94 * wide
    waist = top + 0.55 * (bottom - top)
    outline = [(left, top), (right, top), (right, waist), (wide / 2, bottom), (left, waist)]
    shape = np.rint(np.array(outline)).astype(np.int32)
    cv2.fillPoly(canvas, [shape], (integer(rng, 0, 180),))
    cv2.polylines(canvas, [shape], True, (integer(rng, 120, 256),), round(0.03 * _SIDE))
    if rng.random() < 0.7:
        middle = (round(wide / 2), round((top + waist) / 2))
        axes = (round(0.2 * wide), round(0.14 * _SIDE))
        cv2.ellipse(canvas, middle, axes, 0, 0, 360, (integer(rng, 60, 240),), -1)


def _sticker(canvas: NDArray[np.uint8], rng: np.random.Generator) -> None:
    """An upright sheet with small print, as Swedish cars wore one for the tax that was paid."""
    wide = canvas.shape[1]
    top, bottom = uniform(rng, 0.0, 0.25), uniform(rng, 0.8, 1.0)
    field = integer(rng, 10, 140)
    corners = (round(0.08 * wide), round(top * _SIDE)), (round(0.92 * wide), round(bottom * _SIDE))
    cv2.rectangle(canvas, *corners, (field,), -1)
    if rng.random() < 0.5:
        cv2.rectangle(canvas, *corners, (integer(rng, 100, 220),), round(0.03 * _SIDE))
    for share in (0.2, 0.85):
        y = round((top + share * (bottom - top)) * _SIDE)
        line = (round(0.22 * wide), y), (round(0.78 * wide), y)
        cv2.line(canvas, *line, (min(255, field + 70),), round(0.03 * _SIDE))
    if rng.random() < 0.6:
        # The month, far smaller than the plate's own digits.
        place = (round(0.3 * wide), round(0.62 * _SIDE))
        digit = str(integer(rng, 1, 10))
        cv2.putText(
            canvas, digit, place, cv2.FONT_HERSHEY_SIMPLEX, 1.6, (min(255, field + 110),), 5
        )
