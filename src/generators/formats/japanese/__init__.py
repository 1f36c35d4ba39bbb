"""Japanese plates: a place and a class number above, a hiragana for the use and up to four digits below.

Text: place, class number, hiragana, number, as they are read row by row, in one piece: 品川330さ1234. The dash of
four digits is left out, and so are the dots that fill the places of fewer. Motorcycles have no class number; those up
to 250 cm³ have a digit before the place.

Sources: the ordinance for enforcement of the Road Transport Vehicle Act, forms 1 and after (sizes, colours, where
characters stand), the regulation on automobile registration (class numbers, hiragana, letters ACFHKLMPXY in class
numbers since 2018, EHKMTY of the forces of the United States).
"""

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ...draws import integer, pick, pick_index, uniform
from ..base import (
    DOT,
    HYPHEN,
    RGB,
    THIN_SPACE,
    PlateFormat,
    PlateSpec,
    PlateText,
    TextRow,
)
from ..issuers import sole_issuer
from .lettering import face
from .marks import bolts, picture
from .places import PLACES, SHARES

DIGITS = "0123456789"
PRIVATE = "さすせそたちつてとなにぬねのはひふほまみむめもやゆらりるろ"
RENTED, BUSINESS, FORCES = "われ", "あいうえかきくけこを", "EHKMTYよ"
"""Hiragana of registered cars by their use; letters of cars of American forces."""
KEI, KEI_RENTED, KEI_BUSINESS = BUSINESS[:-1] + PRIVATE, "わ", "りれ"
"""Those of kei cars, which have other ones for business."""
USES = "".join(sorted({*PRIVATE, *RENTED, *BUSINESS, *FORCES}))
CLASS_LETTERS = "ACFHKLMPXY"

_PLACE = f"(?:{'|'.join(PLACES)})"
_NUMBER = f"[{USES}][1-9][0-9]{{0,3}}"
PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        f"(?P<prefix>{_PLACE})(?P<number>(?:[0-9]{{2,3}}|[0-9][0-9{CLASS_LETTERS}]{{2}}){_NUMBER})",
        f"(?P<prefix>[12]?{_PLACE})(?P<number>{_NUMBER})",
    )
)

WHITE: RGB = (238, 238, 234)
GREEN: RGB = (0, 84, 52)
YELLOW: RGB = (246, 196, 40)
BLACK: RGB = (24, 24, 26)

LAYOUT_SHARES = {
    "private": 0.42,
    "commercial": 0.08,
    "kei": 0.28,
    "kei_commercial": 0.04,
    "kei_white": 0.06,
    "illustrated": 0.07,
    "motorcycle": 0.05,
}
"""After the vehicles in use (AIRIA, March 2023: 82.5 million, of them 31.3 million kei cars, 4.1 million motorcycles);
green and black ones of business, some 2%, and those with a picture are drawn more often than they are met."""
_CLASSES = {
    "3": 0.46,
    "5": 0.38,
    "7": 0.02,
    "1": 0.05,
    "4": 0.06,
    "2": 0.01,
    "8": 0.015,
    "9": 0.0025,
    "0": 0.0025,
}
"""First digits of class numbers by the vehicles of each kind: cars, small cars, lorries, buses, special ones."""
_KEI_CLASSES = {"5": 0.74, "4": 0.25, "8": 0.01}
_TWO_DIGITS, _LETTERED = 0.05, 0.04
"""Shares of class numbers of two digits, as up to 1998, and of those with letters."""
_PLACES_FILLED = {"4": 0.87, "3": 0.07, "2": 0.04, "1": 0.02}
"""How many digits the number has."""

_CAR, _MOTORCYCLE = (330.0, 165.0), (230.0, 125.0)


def _any(rng: np.random.Generator, chars: str) -> str:
    return chars[integer(rng, 0, len(chars))]


def _use(rng: np.random.Generator, private: str, rented: str) -> str:
    """A hiragana of private cars, now and then one of rented ones or of the forces."""
    draw = rng.random()
    return _any(rng, rented if draw < 0.04 else FORCES if draw < 0.05 else private)


def _class_number(rng: np.random.Generator, first: str) -> str:
    draw = rng.random()
    if draw < _TWO_DIGITS:
        return first + _any(rng, DIGITS)
    if draw < _TWO_DIGITS + _LETTERED:
        middle = _any(rng, DIGITS + CLASS_LETTERS)
        return first + middle + _any(rng, CLASS_LETTERS)
    return first + _any(rng, DIGITS) + _any(rng, DIGITS)


def _serial(rng: np.random.Generator) -> tuple[str, str]:
    """The digits, and how they are shown: a dash in the middle of four, dots in place of missing ones."""
    digits = _any(rng, DIGITS[1:])
    digits += "".join(_any(rng, DIGITS) for _ in range(int(pick(rng, _PLACES_FILLED)) - 1))
    dots = (4 - len(digits)) * f"{THIN_SPACE}{DOT} "
    shown = {4: f"{digits[:2]}{HYPHEN}{digits[2:]}", 3: f"{digits[:1]} {digits[1:]}"}
    return digits, dots + shown.get(len(digits), digits)


def _plate(
    rng: np.random.Generator,
    use: str,
    first: str,
    colours: tuple[RGB, RGB],
    size: tuple[float, float] = _CAR,
) -> PlateSpec:
    """Two rows; first: the class number's first digit, or nothing where there is none."""
    place = list(SHARES)[pick_index(rng, SHARES.values())]
    number = _class_number(rng, first) if first else ""
    digits, shown = _serial(rng)
    text = PlateText(place + number + use + digits, place, number + use + digits)
    width, height = size
    gap = (" ", f" {THIN_SPACE}", "  ")[integer(rng, 0, 3)]
    cap, large = uniform(rng, 0.23, 0.27) * height, uniform(rng, 0.45, 0.50) * height
    top, bottom = uniform(rng, 0.07, 0.12) * height, uniform(rng, 0.89, 0.94) * height
    side = uniform(rng, 0.03, 0.06) * width
    upper = TextRow(
        f"{place}{gap if number else ''}{number}", (0.21 * width, top, 0.79 * width, top + cap),
        gap=uniform(rng, -0.06, 0.06),
    )  # fmt: skip
    lower = TextRow(
        f"{use}{THIN_SPACE}{shown}", (side, bottom - large, width - side, bottom),
        uniform(rng, 1.0, 1.3), uniform(rng, -0.04, 0.04),
    )  # fmt: skip
    marks = bolts(rng, size)
    return PlateSpec(text, "", size, (upper, lower), marks, *colours, face(use))


def _private(rng: np.random.Generator) -> PlateSpec:
    return _plate(rng, _use(rng, PRIVATE, RENTED), pick(rng, _CLASSES), (WHITE, GREEN))


def _commercial(rng: np.random.Generator) -> PlateSpec:
    return _plate(rng, _any(rng, BUSINESS), pick(rng, _CLASSES), (GREEN, WHITE))


def _kei(rng: np.random.Generator) -> PlateSpec:
    return _plate(rng, _use(rng, KEI, KEI_RENTED), pick(rng, _KEI_CLASSES), (YELLOW, BLACK))


def _kei_commercial(rng: np.random.Generator) -> PlateSpec:
    return _plate(rng, _any(rng, KEI_BUSINESS), pick(rng, _KEI_CLASSES), (BLACK, YELLOW))


def _kei_white(rng: np.random.Generator) -> PlateSpec:
    """White with a sign, as for championships since 2017, which many kei cars have."""
    spec = _plate(rng, _use(rng, KEI, KEI_RENTED), pick(rng, _KEI_CLASSES), (WHITE, BLACK))
    sign = picture(rng, WHITE, _CAR) if rng.random() < 0.5 else ()
    return replace(spec, fields=sign)


def _illustrated(rng: np.random.Generator) -> PlateSpec:
    """White with a picture of the region, in colours or in greys."""
    spec = _private(rng)
    return replace(spec, fields=picture(rng, WHITE, _CAR))


def _motorcycle(rng: np.random.Generator) -> PlateSpec:
    """Without class number; up to 250 cm³ with a digit before the place."""
    uses = _use(rng, PRIVATE + BUSINESS, "れわ")
    spec = _plate(rng, uses, "", (WHITE, GREEN), _MOTORCYCLE)
    if rng.random() < 0.5:
        return spec
    digit = "12"[integer(rng, 0, 2)]
    place, number = digit + spec.content.prefix, spec.content.number
    upper, lower = spec.rows
    rows = (replace(upper, text=digit + THIN_SPACE + upper.text), lower)
    return replace(spec, content=PlateText(place + number, place, number), rows=rows)


LAYOUTS: dict[str, Callable[[np.random.Generator], PlateSpec]] = {
    "private": _private,
    "commercial": _commercial,
    "kei": _kei,
    "kei_commercial": _kei_commercial,
    "kei_white": _kei_white,
    "illustrated": _illustrated,
    "motorcycle": _motorcycle,
}


def sample(rng: np.random.Generator) -> PlateSpec:
    """Draw a layout and a text that it may carry."""
    layout = pick(rng, LAYOUT_SHARES)
    return replace(LAYOUTS[layout](rng), layout=layout)


_ALPHABET = "".join(sorted({*DIGITS, *CLASS_LETTERS, *USES, *"".join(PLACES)}))
FORMAT = PlateFormat(
    name="japanese",
    alphabet=_ALPHABET,
    max_length=max(map(len, PLACES)) + 3 + 1 + 4,
    regions=tuple(PLACES),
    patterns=PATTERNS,
    sample=sample,
    issuers=sole_issuer("JP", PATTERNS, _ALPHABET, PLACES),
)
