"""Chinese plates: a province's character, a letter, five or six letters and digits, or a character for the use last.

Source: GA 36-2018, plates of motor vehicles of the People's Republic of China, for series, sizes, colours and
where characters stand; the embassy series before, which begins with its character, is still met. There is no I
and no O. Positions vary a little per plate, as those of other formats do.
"""

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ...draws import integer, pick, uniform
from ...glyphs import Shape
from ...plate_faces import COMMON_COUNTS, PlateFace
from ...shapes import find_shapes
from ..base import DOT, RGB, BoxMM, Field, PlateFormat, PlateSpec, PlateText, TextRow, seal
from ..issuers import sole_issuer
from .provinces import PROVINCES

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
DIGITS = "0123456789"
USES = "警学挂港澳领使"
"""Police, driving schools, trailers, Hong Kong, Macau, consulates, embassies."""
ELECTRIC, HYBRID = "DABCE", "FGHJK"
"""Letters of new-energy vehicles, the usual one first."""
_USUAL_ENERGY = 0.85
"""Share of new-energy plates with the usual letter."""

_ENERGY = f"[{ELECTRIC}{HYBRID}]"
_PLACE = f"(?P<prefix>[{''.join(PROVINCES)}])"
PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        # At most two of the five are letters.
        f"{_PLACE}(?P<number>[{LETTERS}](?=[0-9]*(?:[{LETTERS}][0-9]*){{0,2}}\\Z)[{LETTERS}0-9]{{5}})",
        f"{_PLACE}(?P<number>[{LETTERS}](?:{_ENERGY}[{LETTERS}0-9][0-9]{{4}}|[0-9]{{5}}{_ENERGY}))",
        f"{_PLACE}(?P<number>[{LETTERS}](?=[0-9]*(?:[{LETTERS}][0-9]*)?.\\Z)[{LETTERS}0-9]{{4}}[警学挂])",
        f"(?P<prefix>粤)(?P<number>Z(?=[0-9]*(?:[A-Z][0-9]*)?.\\Z)[{LETTERS}0-9]{{4}}[港澳])",
        f"{_PLACE}(?P<number>[{LETTERS}][0-9]{{4}}领)",
        "(?P<prefix>)(?P<number>使[0-9]{6}|[0-9]{6}使)",
    )
)

WHITE: RGB = (238, 238, 236)
BLACK: RGB = (22, 22, 24)
BLUE: RGB = (20, 62, 150)
YELLOW: RGB = (244, 192, 36)
PALE_GREEN: RGB = (224, 240, 228)
GREEN: RGB = (84, 192, 112)

LAYOUT_SHARES = {
    "blue": 0.46,
    "yellow": 0.07,
    "yellow_two_line": 0.10,
    "trailer_two_line": 0.03,
    "motorcycle_two_line": 0.03,
    "green": 0.17,
    "green_large": 0.04,
    "police": 0.03,
    "school": 0.02,
    "black": 0.05,
}
"""How often each is drawn: rare ones far more often than they are met, so that they are learnt."""
_NO_LETTER, _ONE_LETTER = 0.30, 0.35
"""Shares of serials without a letter and with one; the rest have two."""
_LETTER_AT = np.array((0.40, 0.25, 0.14, 0.10, 0.11))
"""Shares of letters at each place: series with letters in front are issued first."""

_ONES = (Shape(0.24, "0,.12 1,0 1,1"), Shape(0.0, "0,0 0,1"), Shape(0.28, "0,.13 1,0 1,1"))
"""A bar in the middle of its cell, with a short flag that is often not to be seen; nothing is taken for an I."""
_COUNTS = {char: len(find_shapes(char)) for char in (*PROVINCES, *USES)}
FACE = PlateFace(
    (0.24, 0.32, 0.26, 0.12, 0.06, 0.0),
    letters=(0, 2),
    digits=(0, 2),
    usual={"2": 1, "4": 1, "6": 1, "7": 1, "9": 1, "M": 2, "W": 2},
    counts=COMMON_COUNTS | _COUNTS | {"1": len(_ONES)},
    own={"1": _ONES},
)

_ONE_ROW, _ENERGY_ROW, _TWO_ROWS, _MOTORCYCLE = (440, 140), (480, 140), (440, 220), (220, 140)
"""Sizes in mm."""
_CELL, _ENERGY_CELL, _UPPER_CELL, _LOWER_CELL = 45 / 90, 43 / 90, 80 / 60, 65 / 110
"""Widths of characters over their height."""


def _any(rng: np.random.Generator, chars: str) -> str:
    return chars[integer(rng, 0, len(chars))]


def _serial(rng: np.random.Generator, places: int, most_letters: int = 2) -> str:
    """So many digits, of which a few may be letters instead."""
    chars = [_any(rng, DIGITS) for _ in range(places)]
    draw = rng.random()
    letters = int(draw >= _NO_LETTER) + int(draw >= _NO_LETTER + _ONE_LETTER)
    shares = _LETTER_AT[:places] / _LETTER_AT[:places].sum()
    for place in rng.choice(places, min(letters, most_letters), replace=False, p=shares):
        chars[place] = _any(rng, LETTERS)
    return "".join(chars)


def _of_a_place(rng: np.random.Generator, rest: str) -> PlateText:
    """A province, a letter and the rest."""
    place = list(PROVINCES)[integer(rng, 0, len(PROVINCES))]
    number = _any(rng, LETTERS) + rest
    return PlateText(place + number, place, number)


def _spec(
    content: PlateText, size: tuple[int, int], rows: tuple[TextRow, ...], paper: RGB
) -> PlateSpec:
    ink = WHITE if paper in (BLUE, BLACK) else BLACK
    return PlateSpec(content, "", size, rows, (), paper, ink, FACE)


def _row(rng: np.random.Generator, text: str, box: BoxMM, cell: float, gap: float = 0.0) -> TextRow:
    left, top, right, bottom = box
    dx, dy = uniform(rng, -3, 3), uniform(rng, -3, 3)
    return TextRow(
        text,
        (left + dx, top + dy, right + dx, bottom + dy),
        1.0,
        gap + uniform(rng, -0.06, 0.02),
        cell,
    )


def _one_line(
    rng: np.random.Generator, content: PlateText, paper: RGB, parted: int = 2
) -> PlateSpec:
    """Characters of 45 by 90 mm, a dot after so many of them."""
    text = content.text[:parted] + DOT + content.text[parted:]
    return _spec(content, _ONE_ROW, (_row(rng, text, (14, 25, 426, 115), _CELL),), paper)


def _two_lines(
    rng: np.random.Generator, content: PlateText, paper: RGB, size: tuple[int, int] = _TWO_ROWS
) -> PlateSpec:
    """Province and letter above, wider than high; the serial below."""
    width, height = size
    side = uniform(rng, 0.05, 0.07) * width
    wider = (width / height) / (_TWO_ROWS[0] / _TWO_ROWS[1])
    above = (0.24 * width, 0.07 * height, 0.76 * width, 0.34 * height)
    below = (side, 0.41 * height, width - side, 0.91 * height)
    upper = content.text[0] + DOT + content.text[1]
    rows = (
        _row(rng, upper, above, _UPPER_CELL * wider, 0.28),
        _row(rng, content.text[2:], below, _LOWER_CELL * wider),
    )
    return _spec(content, size, rows, paper)


def _blue(rng: np.random.Generator) -> PlateSpec:
    return _one_line(rng, _of_a_place(rng, _serial(rng, 5)), BLUE)


def _yellow(rng: np.random.Generator) -> PlateSpec:
    """At the front of large vehicles."""
    return _one_line(rng, _of_a_place(rng, _serial(rng, 5)), YELLOW)


def _yellow_two_line(rng: np.random.Generator) -> PlateSpec:
    return _two_lines(rng, _of_a_place(rng, _serial(rng, 5)), YELLOW)


def _trailer_two_line(rng: np.random.Generator) -> PlateSpec:
    return _two_lines(rng, _of_a_place(rng, _serial(rng, 4, 1) + "挂"), YELLOW)


def _motorcycle_two_line(rng: np.random.Generator) -> PlateSpec:
    paper = YELLOW if rng.random() < 0.6 else BLUE
    return _two_lines(rng, _of_a_place(rng, _serial(rng, 5)), paper, _MOTORCYCLE)


def _energy_letter(rng: np.random.Generator) -> str:
    letters = ELECTRIC if rng.random() < 0.7 else HYBRID
    return letters[0] if rng.random() < _USUAL_ENERGY else _any(rng, letters)


def _energy(rng: np.random.Generator, content: PlateText, fields: tuple[Field, ...]) -> PlateSpec:
    """Eight characters of 43 by 90 mm, a round sign after the second."""
    sign = seal("round", integer(rng, 0, 4)) if rng.random() < 0.6 else " "
    text = content.text[:2] + sign + content.text[2:]
    row = _row(rng, text, (14, 25, 466, 115), _ENERGY_CELL)
    return replace(_spec(content, _ENERGY_ROW, (row,), PALE_GREEN), fields=fields)


def _green(rng: np.random.Generator) -> PlateSpec:
    """Of small vehicles: the letter is the first of six; the ground turns from white to green."""
    second = _any(rng, LETTERS if rng.random() < 0.3 else DIGITS)
    rest = _energy_letter(rng) + second + "".join(_any(rng, DIGITS) for _ in range(4))
    return _energy(rng, _of_a_place(rng, rest), (Field((0, 0, 480, 140), PALE_GREEN, GREEN),))


def _green_large(rng: np.random.Generator) -> PlateSpec:
    """Of large vehicles: the letter is the last; province and letter stand on yellow."""
    rest = "".join(_any(rng, DIGITS) for _ in range(5)) + _energy_letter(rng)
    end = uniform(rng, 130, 142)
    fields = Field((0, 0, end, 140), YELLOW, YELLOW), Field((end, 0, 480, 140), GREEN, GREEN)
    return _energy(rng, _of_a_place(rng, rest), fields)


def _police(rng: np.random.Generator) -> PlateSpec:
    return _one_line(rng, _of_a_place(rng, _serial(rng, 4, 1) + "警"), WHITE)


def _school(rng: np.random.Generator) -> PlateSpec:
    return _one_line(rng, _of_a_place(rng, _serial(rng, 4, 1) + "学"), YELLOW)


def _black(rng: np.random.Generator) -> PlateSpec:
    """Of Hong Kong and Macau on the mainland, of consulates, of embassies with the character last or first."""
    kind, digits = integer(rng, 0, 5), "".join(_any(rng, DIGITS) for _ in range(6))
    if kind < 2:
        number = "Z" + _serial(rng, 4, 1) + "港澳"[kind]
        return _one_line(rng, PlateText("粤" + number, "粤", number), BLACK)
    if kind == 2:
        return _one_line(rng, _of_a_place(rng, digits[:4] + "领"), BLACK)
    text, parted = (digits + "使", 3) if kind == 3 else ("使" + digits, 4)
    return _one_line(rng, PlateText(text, "", text), BLACK, parted)


LAYOUTS: dict[str, Callable[[np.random.Generator], PlateSpec]] = {
    "blue": _blue,
    "yellow": _yellow,
    "yellow_two_line": _yellow_two_line,
    "trailer_two_line": _trailer_two_line,
    "motorcycle_two_line": _motorcycle_two_line,
    "green": _green,
    "green_large": _green_large,
    "police": _police,
    "school": _school,
    "black": _black,
}


def sample(rng: np.random.Generator) -> PlateSpec:
    """Draw a layout and a text that it may carry."""
    layout = pick(rng, LAYOUT_SHARES)
    return replace(LAYOUTS[layout](rng), layout=layout)


_ALPHABET = "".join(sorted({*DIGITS, *LETTERS, *PROVINCES, *USES}))
FORMAT = PlateFormat(
    name="chinese",
    alphabet=_ALPHABET,
    max_length=8,
    regions=tuple(PROVINCES),
    patterns=PATTERNS,
    sample=sample,
    issuers=sole_issuer("CN", PATTERNS, _ALPHABET, PROVINCES),
)
