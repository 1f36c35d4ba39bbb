"""What is stuck or pressed between the groups of a plate: seals, coats of arms, stickers.

All are coverages, so they take the colours of paper and ink; a reader has to learn that they are no
characters, not what they certify.
"""

from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from .draws import integer, uniform
from .formats.base import SEALS
from .typeface import MASTER_HEIGHT, TypeStyle, glyph_mask

_SUPERSAMPLE = 4
_LETTERS = "ABCDEHIKLMNOPRSTUY"
_SIDE = MASTER_HEIGHT * _SUPERSAMPLE
_WIDTHS = {
    "pair": 0.46, "round": 0.52, "arms": 0.52, "sticker": 0.40, "crest": 0.60, "crested": 0.60, "stack": 0.50,
    "hologram": 0.30, "flagged": 0.52, "season": 0.44, "small": 0.34,
}  # fmt: skip
"""In cap heights."""


@lru_cache(maxsize=256)
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
    else:
        _DRAWN[kind](canvas, rng)
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


def _crest(canvas: NDArray[np.uint8], rng: np.random.Generator) -> None:
    """A shield about as high as the letters, with a chequer, stripes, a cross, hills or a bird in it."""
    _shield(canvas, rng, uniform(rng, 0.0, 0.22), uniform(rng, 0.8, 1.0))


def _crested(canvas: NDArray[np.uint8], rng: np.random.Generator) -> None:
    """A shield with two small letters below it, as in Serbia, or with one in it, as in Hungary."""
    _shield(canvas, rng, uniform(rng, 0.0, 0.1), uniform(rng, 0.52, 0.66))
    _write(canvas, rng, _LETTERS, integer(rng, 1, 3), (0.72, 1.0))


def _shield(canvas: NDArray[np.uint8], rng: np.random.Generator, top: float, bottom: float) -> None:
    """A shield between two shares of the canvas's height, whose charge is cut off at its outline."""
    high, wide = canvas.shape
    inset = uniform(rng, 0.03, 0.14) * wide
    y0, y1 = top * high, bottom * high
    waist = y0 + uniform(rng, 0.45, 0.7) * (y1 - y0)
    middle = wide / 2
    corners = [
        (inset, y0), (wide - inset, y0), (wide - inset, waist), (0.80 * wide, (waist + 2 * y1) / 3),
        (middle, y1), (0.20 * wide, (waist + 2 * y1) / 3), (inset, waist),
    ]  # fmt: skip
    outline = np.rint(np.array(corners)).astype(np.int32)
    charge = np.full_like(canvas, integer(rng, 0, 120))
    ink = integer(rng, 110, 256)
    side = max(2, round(wide / integer(rng, 3, 6)))
    rows, columns = np.indices(canvas.shape) // side
    kind = integer(rng, 0, 6)
    if kind == 0:
        charge[(rows + columns) % 2 == 0] = ink
    elif kind == 1:
        charge[rows % 2 == 0] = ink
    elif kind == 2:
        charge[:, round(0.42 * wide) : round(0.58 * wide)] = ink
        charge[round(y0 + 0.25 * (y1 - y0)) : round(y0 + 0.40 * (y1 - y0))] = ink
    elif kind == 3:
        hills = [(0, waist), (wide * 0.3, y0 + 0.4 * (y1 - y0)), (wide * 0.5, waist * 0.95)]
        hills += [(wide * 0.7, y0 + 0.3 * (y1 - y0)), (wide, waist), (wide, high), (0, high)]
        cv2.fillPoly(charge, [np.rint(np.array(hills)).astype(np.int32)], (ink,))
    elif kind == 4:
        place = (round(middle), round((y0 + waist) / 2))
        cv2.ellipse(
            charge, place, (round(0.12 * wide), round(0.28 * (y1 - y0))), 0, 0, 360, (ink,), -1
        )
        cv2.ellipse(
            charge, place, (round(0.32 * wide), round(0.08 * (y1 - y0))), 0, 0, 360, (ink,), -1
        )
    mask = np.zeros_like(canvas)
    cv2.fillPoly(mask, [outline], (255,))
    cv2.copyTo(charge, mask, canvas)
    if rng.random() < 0.8:
        cv2.polylines(canvas, [outline], True, (integer(rng, 110, 256),), round(0.025 * _SIDE))


def _stack(canvas: NDArray[np.uint8], rng: np.random.Generator) -> None:
    """Two stickers one above the other, of several corners or square, with a figure on one."""
    high, wide = canvas.shape
    for centre in (uniform(rng, 0.22, 0.28), uniform(rng, 0.72, 0.78)):
        radius = uniform(rng, 0.17, 0.24) * high
        sides, turn = integer(rng, 4, 9), uniform(rng, 0, 1)
        angles = (np.arange(sides) + turn) * 2 * np.pi / sides
        points = np.stack(
            [wide / 2 + radius * np.cos(angles), centre * high + radius * np.sin(angles)], 1
        )
        outline = np.rint(points).astype(np.int32)
        cv2.fillPoly(canvas, [outline], (integer(rng, 20, 190),))
        cv2.polylines(canvas, [outline], True, (integer(rng, 80, 240),), round(0.02 * _SIDE))
        if rng.random() < 0.5:
            _write(canvas, rng, "0123456789", 2, (centre - 0.08, centre + 0.08))


def _hologram(canvas: NDArray[np.uint8], rng: np.random.Generator) -> None:
    """A small square or round piece of film that is nearly as pale as the paper."""
    high, wide = canvas.shape
    centre, half = uniform(rng, 0.2, 0.8) * high, uniform(rng, 0.3, 0.5) * wide
    field = integer(rng, 10, 110)
    corners = (
        (round(wide / 2 - half), round(centre - half)),
        (round(wide / 2 + half), round(centre + half)),
    )
    if rng.random() < 0.6:
        cv2.rectangle(canvas, *corners, (field,), -1)
    else:
        cv2.circle(canvas, (round(wide / 2), round(centre)), round(half), (field,), -1)
    cv2.circle(
        canvas, (round(wide / 2), round(centre)), round(0.5 * half), (min(255, field + 50),), 6
    )


def _flagged(canvas: NDArray[np.uint8], rng: np.random.Generator) -> None:
    """A flag of stripes and a country's letters below it, printed on the plate itself."""
    high, wide = canvas.shape
    top, bottom = uniform(rng, 0.05, 0.2) * high, uniform(rng, 0.38, 0.5) * high
    stripes = integer(rng, 2, 4)
    edges = np.linspace(top, bottom, stripes + 1)
    for upper, lower in pairwise(edges):
        canvas[round(upper) : round(lower), round(0.08 * wide) : round(0.92 * wide)] = integer(
            rng, 10, 240
        )
    low = uniform(rng, 0.6, 0.7)
    _write(canvas, rng, _LETTERS, integer(rng, 1, 4), (low, low + uniform(rng, 0.2, 0.3)))


def _season(canvas: NDArray[np.uint8], rng: np.random.Generator) -> None:
    """The months from and to which a plate holds, with a line between them or none."""
    _write(canvas, rng, "01", 2, (0.02, 0.42))
    _write(canvas, rng, "01", 2, (0.58, 0.98))
    if rng.random() < 0.6:
        canvas[round(0.48 * _SIDE) : round(0.52 * _SIDE)] = 220


def _small(canvas: NDArray[np.uint8], rng: np.random.Generator) -> None:
    """One letter far smaller than those of the text, as the T of a Swedish taxi."""
    low = uniform(rng, 0.55, 1.0)
    _write(canvas, rng, "TTTHEKZ", 1, (low - uniform(rng, 0.35, 0.5), low))


def _write(
    canvas: NDArray[np.uint8],
    rng: np.random.Generator,
    chars: str,
    count: int,
    rows: tuple[float, float],
) -> None:
    """Write so many of some characters side by side between two shares of the canvas's height."""
    style = TypeStyle(integer(rng, 1, 5), 1, 0, {})
    masks = [glyph_mask(chars[integer(rng, 0, len(chars))], style) for _ in range(count)]
    text = np.concatenate([np.pad(mask, ((0, 0), (3, 3))) for mask in masks], axis=1)
    high, wide = canvas.shape
    top, bottom = round(rows[0] * high), round(rows[1] * high)
    width = min(round(0.96 * wide), round(text.shape[1] * (bottom - top) / MASTER_HEIGHT))
    left = (wide - width) // 2
    small = cv2.resize(text, (width, bottom - top), interpolation=cv2.INTER_AREA)
    target = canvas[top:bottom, left : left + width]
    np.maximum(target, small[: target.shape[0]], out=target)


_DRAWN = {
    "arms": _arms, "sticker": _sticker, "crest": _crest, "crested": _crested, "stack": _stack, "hologram": _hologram,
    "flagged": _flagged, "season": _season, "small": _small,
}  # fmt: skip
"""What draws the kinds of which a function draws all."""
