"""Where things stand on American plates, 12 by 6 inches, and on those of motorcycles, 7 by 4.

Sizes in mm are those of SAE J686; positions vary per plate, as states and makers differ.
"""

import math

import numpy as np

from ...draws import integer, uniform
from ..base import DOT, HYPHEN, RGB, SEAL_VARIANTS, THIN_SPACE, BoxMM, Emblem, Mark, TextRow, seal
from .model import BLACK, BLUE, GOLD, GREEN, GREY, LEAF, ORANGE, RED, WHITE, YELLOW, Look
from .smallprint import PICTURES, STACKS, small

Size = tuple[float, float]
DARK = 380
"""Colours whose red, green and blue add up to less are dark ones."""
_SWAPPED = 0.08
"""Share of plates with the state's name below and the rest above."""
CAR, MOTORCYCLE = (305.0, 152.0), (178.0, 102.0)

_SEALS = ("round", "arms", "crest", "hologram", "small", "stack")
"""What stands in the place of a picture on some plates: a seal or a sticker."""
_COUNTIES = (
    "Washington", "Jefferson", "Franklin", "Jackson", "Lincoln", "Madison", "Montgomery", "Clay", "Union", "Monroe",
    "Marion", "Greene", "Orange", "Lake", "Wayne", "Polk", "Lee", "Douglas", "Hamilton", "Cobb", "Shelby", "Knox",
)  # fmt: skip
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_STICKERS: tuple[tuple[RGB, RGB], ...] = (
    (WHITE, BLACK), (YELLOW, BLACK), (ORANGE, BLACK), (RED, WHITE), (BLUE, WHITE), (GREEN, WHITE), (LEAF, BLACK),
    (GREY, BLACK),
)  # fmt: skip
_FRAMES: tuple[tuple[RGB, RGB], ...] = (
    (BLACK, WHITE),
    (BLACK, GOLD),
    (GREY, BLACK),
    (WHITE, BLUE),
    ((205, 205, 208), BLACK),
)
_TURN = [2 * math.pi * step / 12 for step in range(12)]
_DISC = tuple((0.5 + 0.5 * math.cos(turn), 0.5 + 0.5 * math.sin(turn)) for turn in _TURN)
_BOLTS = tuple(
    Emblem("", colour, (), colour, ((_DISC, (0.0, 0.0, 1.0, 1.0)),), colour, framed=False)
    for colour in (BLACK, (70, 70, 74), GREY, (205, 205, 208), WHITE)
)


def shown(rng: np.random.Generator, serial: str) -> str:
    """What a row shows of a serial: gaps, a dash, a dot, a picture or a seal, small letters."""
    picture = PICTURES[integer(rng, 0, len(PICTURES))]
    if rng.random() < 0.45:
        picture = seal(_SEALS[integer(rng, 0, len(_SEALS))], integer(rng, 0, SEAL_VARIANTS))
    gap = ("  ", " ", " " + THIN_SPACE, THIN_SPACE)[integer(rng, 0, 4)]
    stands = {
        " ": gap,
        "-": HYPHEN,
        "·": DOT,
        "*": picture,
        "^": STACKS[integer(rng, 0, len(STACKS))],
    }
    return "".join(stands.get(char, char) for char in serial)


def row(rng: np.random.Generator, text: str, size: Size) -> TextRow:
    """The text, between what is written above and below it."""
    width, height = size
    cap = uniform(rng, 0.42, 0.54) * height
    middle = uniform(rng, 0.49, 0.54) * height
    side = uniform(rng, 0.025, 0.06) * width
    box = (side, middle - cap / 2, width - side, middle + cap / 2)
    return TextRow(text, box, stretch=uniform(rng, 0.9, 1.2), gap=uniform(rng, -0.05, 0.12))


def writing(
    rng: np.random.Generator, name: str, below: str, look: Look, size: Size
) -> tuple[Mark, ...]:
    """The state's name above, and what stands below; on blocks of colour in a colour of its own."""
    width, height = size
    name = name.upper() if rng.random() < 0.4 else name
    below = below.upper() if rng.random() < 0.5 else below
    cap, foot = uniform(rng, 0.09, 0.15) * height, uniform(rng, 0.055, 0.10) * height
    top, bottom = uniform(rng, 0.03, 0.07) * height, uniform(rng, 0.93, 0.97) * height
    reach = uniform(rng, 0.2, 0.4) * width
    if rng.random() < _SWAPPED or (look.ground == "ridge" and sum(look.upper) < DARK):
        name, below = below, name
    upper = (width / 2 - reach, top, width / 2 + reach, top + cap)
    lower = (0.18 * width, bottom - foot, 0.82 * width, bottom)
    written = ((name, upper, look.upper), (below, lower, look.lower))
    return tuple(_label(text, place, colour, look) for text, place, colour in written if text)


def _label(text: str, place: BoxMM, block: RGB, look: Look) -> Mark:
    if look.ground != "bands":
        return Mark(place, label=small(text), printed=True)
    return Mark(
        place, colour=block, label=small(text), ink=WHITE if sum(block) < DARK else look.ink
    )


def county(rng: np.random.Generator) -> str:
    """Return the name of a county."""
    return _COUNTIES[integer(rng, 0, len(_COUNTIES))]


def stickers(rng: np.random.Generator, size: Size) -> tuple[Mark, ...]:
    """Month and year in one corner or two, of one colour or two; one of three plates has none."""
    width, height = size
    wide, high = uniform(rng, 0.10, 0.15) * width, uniform(rng, 0.13, 0.19) * height
    inset = uniform(rng, 0.01, 0.03) * width
    corners = [
        (x, y) for y in (inset, height - high - inset) for x in (inset, width - wide - inset)
    ]
    first, second = integer(rng, 0, 4), integer(rng, 0, 4)
    year, month = str(integer(rng, 10, 28)), _MONTHS[integer(rng, 0, 12)]
    if rng.random() < 0.3:
        month = str(integer(rng, 1, 13))
    chosen = ((first, year), (second, month))[: integer(rng, 0, 3)]
    marks = []
    for corner, label in chosen:
        paper, ink = _STICKERS[integer(rng, 0, len(_STICKERS))]
        x, y = corners[corner]
        marks.append(Mark((x, y, x + wide, y + high), colour=paper, label=label, ink=ink))
    return tuple(marks)


def bolts(rng: np.random.Generator, size: Size) -> tuple[Mark, ...]:
    """Two or four bolts, 7 inches apart; the lower ones are often missing."""
    width, height = size
    bolt = _BOLTS[integer(rng, 0, len(_BOLTS))]
    apart = (0.42 if size == MOTORCYCLE else 0.292) * width
    radius = uniform(rng, 0.022, 0.045) * height
    y = uniform(rng, 0.09, 0.13) * height
    count = (0, 2, 2, 4)[integer(rng, 0, 4)]
    places = [(width / 2 + side * apart, v) for v in (y, height - y) for side in (-1, 1)]
    return tuple(
        Mark((x - radius, v - radius, x + radius, v + radius), emblem=bolt)
        for x, v in places[:count]
    )


def frame(rng: np.random.Generator, size: Size) -> tuple[Mark, ...]:
    """A dealer's frame, which covers the edges and much of what is written small; its words are not read."""
    width, height = size
    colour, ink = _FRAMES[integer(rng, 0, len(_FRAMES))]
    side = uniform(rng, 0.01, 0.03) * width
    above, below = uniform(rng, 0.04, 0.16) * height, uniform(rng, 0.06, 0.17) * height
    upper, lower = ("".join(_words(rng)) if rng.random() < 0.6 else "" for _ in range(2))
    return (
        Mark((0, 0, side, height), colour=colour),
        Mark((width - side, 0, width, height), colour=colour),
        Mark((0, 0, width, above), colour=colour, label=small(upper), ink=ink),
        Mark((0, height - below, width, height), colour=colour, label=small(lower), ink=ink),
    )


def _words(rng: np.random.Generator) -> str:
    """One to three words of letters at random, as no real dealer's name."""
    words = [
        "".join("ABCDEFGHIKLMNOPRSTUVWY"[integer(rng, 0, 22)] for _ in range(integer(rng, 2, 9)))
        for _ in range(integer(rng, 1, 4))
    ]
    text = " ".join(words)
    return text if rng.random() < 0.6 else text.title()
