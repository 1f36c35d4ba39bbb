"""Notices whose text could be a plate's: price tags, dates and times, boards with a few letters and a year.

What tells them from plates is not their text: they have no rim, no relief and no arms, no dot between letters and
number but full stops and colons, letters of any face, and more or less room around them.
"""

import string

import cv2
import numpy as np
from numpy.typing import NDArray

from .draws import integer, uniform
from .faces import BOLDNESS, CAPITAL, FACES, put_text, text_mask
from .lettering import Spacing, draw_row
from .plate_faces import PLATE_FACES
from .surface import wear
from .typeface import sample_style

Grey = NDArray[np.uint8]

_CURRENCIES = ("FR.", "CHF", "SFR", "EUR", "FR", "NUR", "AB", "KG")
_PLACES = ("GE", "VS", "ZH", "BE", "TI", "VD", "AG", "LU", "SG", "BS", "NR", "NO", "CH", "SEIT")
_DRAWN_FACES = tuple(PLATE_FACES[name] for name in ("din", "swedish", "british", "french", "slab"))
# Share of notices in one of the plates' own faces; the others are in a face of signs.
_LETTERED = 0.6
# Height of capitals over that of the notice: of those with more room than plates have, with as much, and with less.
_CAP_SMALL, _CAP_LIKE, _CAP_LARGE = (0.3, 0.52), (0.52, 0.8), (0.8, 0.97)
# Share of notices with a line around them, and its distance from the edge over the height.
_LINED, _LINE_AT = 0.12, (0.0, 0.1)
# Share of notices that are worn as plates are, which gives some of them a rim.
_WORN = 0.25


def price(rng: np.random.Generator) -> str:
    """A price, with or without its currency."""
    number = f"{integer(rng, 0, 10 ** integer(rng, 1, 4))}"
    cents = (".-", f".{integer(rng, 0, 20) * 5:02d}", "", f".{integer(rng, 0, 10)}")[
        integer(rng, 0, 4)
    ]
    currency = _CURRENCIES[integer(rng, 0, len(_CURRENCIES))]
    return f"{currency} {number}{cents}" if rng.random() < 0.75 else f"{number}{cents or '.-'}"


def date(rng: np.random.Generator) -> str:
    """A date, a year or a time."""
    day, month, year = integer(rng, 1, 29), integer(rng, 1, 13), integer(rng, 1900, 2100)
    kind = integer(rng, 0, 4)
    if kind == 0:
        return f"{day:02d}.{month:02d}.{year if rng.random() < 0.6 else year % 100:02d}"
    if kind == 1:
        return f"{integer(rng, 0, 24):02d}:{integer(rng, 0, 60):02d}"
    if kind == 2:
        return f"{day}/{month:02d}" if rng.random() < 0.5 else f"{month:02d}/{year % 100:02d}"
    return str(year)


def board(rng: np.random.Generator) -> str:
    """Letters and a number, most often a year: an event, an anniversary, a hall, a bus line."""
    if rng.random() < 0.5:
        letters = _PLACES[integer(rng, 0, len(_PLACES))]
    else:
        capitals = string.ascii_uppercase
        letters = "".join(capitals[integer(rng, 0, 26)] for _ in range(integer(rng, 1, 5)))
    number = (
        integer(rng, 1700, 2100)
        if rng.random() < 0.6
        else integer(rng, 1, 10 ** integer(rng, 1, 6))
    )
    return f"{letters} {number}" if rng.random() < 0.8 else f"{number} {letters}"


def draw_notice(rng: np.random.Generator, height: int, text: str) -> Grey:
    """Draw a notice with a text; grey uint8 (height, any width)."""
    like = rng.random() < 0.4
    cap = height * uniform(
        rng, *(_CAP_LIKE if like else _CAP_SMALL if rng.random() < 0.7 else _CAP_LARGE)
    )
    ink = _written(rng, text, round(cap))
    margins = 0.02 + 0.5 * rng.random(2) ** 2 if like else 1.6 * rng.random(2) ** 2
    left, right = (max(1, round(m * height)) for m in margins.tolist())
    mask = np.zeros((height, left + ink.shape[1] + right), np.uint8)
    top = round((height - ink.shape[0]) * (0.5 if like else uniform(rng, 0.2, 0.8)))
    mask[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    if rng.random() < _LINED:
        at, thick = round(uniform(rng, *_LINE_AT) * height), max(1, height // 32)
        cv2.rectangle(mask, (at, at), (mask.shape[1] - 1 - at, height - 1 - at), (255,), thick)
    light, dark = integer(rng, 140, 256), integer(rng, 0, 90)
    paper, colour = (light, dark) if rng.random() < 0.75 else (dark, light)
    painted = cv2.convertScaleAbs(mask, alpha=(colour - paper) / 255, beta=paper)
    image = painted.astype(np.uint8, copy=False)
    if rng.random() < _WORN:
        wear(image, rng)
    return image


def _written(rng: np.random.Generator, text: str, cap: int) -> Grey:
    """Coverage (rows, width) of a line of text of capitals ``cap`` px high."""
    cap = max(cap, 4)
    if rng.random() < _LETTERED and _can_be_lettered(text):
        style = sample_style(rng, _DRAWN_FACES[integer(rng, 0, len(_DRAWN_FACES))])
        wide = round(cap * uniform(rng, 0.5, 0.85) * len(text))
        ink = np.zeros((cap, wide), np.uint8)
        draw_row(ink, text, (0, 0, wide, cap), style, Spacing(uniform(rng, 0.9, 1.3), 0.14))
        return ink
    mask = text_mask(text, integer(rng, 0, len(FACES)), BOLDNESS[integer(rng, 1, len(BOLDNESS))])
    scale = cap / CAPITAL
    ink = np.zeros((cap, max(1, round(mask.shape[1] * scale))), np.uint8)
    put_text(ink, mask, (0, cap), scale, 255)
    return ink


def _can_be_lettered(text: str) -> bool:
    return all(char in string.ascii_uppercase + string.digits + " .:/-" for char in text)
