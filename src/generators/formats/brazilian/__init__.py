"""Brazilian plates: three letters and four digits on grey, and the Mercosur series AAA9A99 with a blue band.

Sources: resolutions 231/2007, 241/2007 and 372/2011 of the national traffic council (CONTRAN) for the grey series and
those of other colours, 780/2019 and 969/2022 for the Mercosur one: sizes in mm, colours, heights of characters, where
they stand. A vehicle that changes to the Mercosur series keeps its letters and digits but the second digit, for which A
to J stand. Text: letters and digits in their order; the strip or band above, the flag, the code and BR are not read.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from ...draws import integer, pick, pick_index, uniform
from ...glyphs import GLYPHS
from ...plate_faces import PLATE_FACES, PlateFace
from ..base import DOT, HYPHEN, RGB, BoxMM, Mark, PlateFormat, PlateSpec, PlateText, TextRow
from ..issuers import Issuers, of_rows
from .emblems import BLUE, CODES, band
from .states import SHARES, STATES
from .texts import (
    CONVERTED,
    DIGITS,
    FIRST_TEN,
    LETTERS,
    MERCOSUR,
    NEW,
    OLD,
    mercosur_text,
    old_text,
)

LAYOUT_SHARES = {
    "old": 0.34,
    "old_commercial": 0.05,
    "old_other": 0.03,
    "old_motorcycle": 0.13,
    "mercosur": 0.29,
    "mercosur_coloured": 0.03,
    "mercosur_motorcycle": 0.13,
}
"""Motorcycles are about 27% of the fleet (Senatran, 2023); the Mercosur series, of all new vehicles since 2020 and of
those that are sold to another place, an estimate of 45% of plates. Rare colours are drawn more often than they are met.
"""
_STRIPPED = 0.06
"""Share of grey plates that lost their strip."""

GREY: RGB = (186, 188, 190)
WHITE: RGB = (238, 238, 236)
BLACK: RGB = (24, 24, 26)
RED: RGB = (176, 24, 36)
GREEN: RGB = (20, 110, 64)
GOLD: RGB = (176, 140, 50)
SILVER: RGB = (130, 132, 136)
_OTHERS: tuple[tuple[RGB, RGB], ...] = (
    (WHITE, BLACK),
    (WHITE, RED),
    (GREEN, WHITE),
    (BLUE, WHITE),
    (BLACK, GREY),
)
"""Paper and ink of official cars, driving schools, tests, embassies and collectors."""
_INKS: tuple[RGB, ...] = (RED, RED, RED, BLUE, GREEN, GOLD, SILVER)
"""Of commercial, official, test, embassy and collectors' vehicles in the Mercosur series."""

_SMALL = {char: chr(0xF000 + ord(char)) for char in "BR"}
"""Private characters, which are drawn and not read, for the country's letters beside the text."""
_UNREAD = {_SMALL[char]: GLYPHS[char][:1] for char in _SMALL}
_OLD_FACES = (
    # Mandatory, the lettering of 2008, is of the family of the British one; before, each maker had dies of its own.
    replace(PLATE_FACES["british"], weights=(0.0, 0.15, 0.30, 0.30, 0.15, 0.10), letters=(0, 3), digits=(0, 3)),
    replace(PLATE_FACES["british"], weights=(0.05, 0.30, 0.35, 0.20, 0.10, 0.0), letters=(1, 4), digits=(1, 4)),
    PLATE_FACES["slab"],
    PLATE_FACES["din"],
)  # fmt: skip
_OLD_FACE_SHARES = (0.45, 0.25, 0.15, 0.15)
_FE = PlateFace(
    (0.05, 0.25, 0.35, 0.25, 0.10, 0.0), (1, 4), (1, 4),
    usual={
        "0": 2, "1": 3, "3": 2, "4": 2, "6": 1, "7": 1, "9": 1, "B": 1, "C": 1, "D": 1, "E": 1, "F": 1, "G": 3, "I": 1,
        "J": 1, "M": 2, "O": 2, "P": 1, "Q": 2, "R": 2, "U": 1, "W": 1,
    },
    own=_UNREAD,
)  # fmt: skip
"""FE-Schrift: boxed letters, an I with feet, a W that is low in the middle, a zero narrower than O."""

_CAR, _REAR, _MOTORCYCLES = (400.0, 130.0), (340.0, 130.0), ((187.0, 136.0), (200.0, 170.0))


def _row(rng: np.random.Generator, text: str, box: BoxMM, gap: float = 0.0) -> TextRow:
    left, top, right, bottom = box
    dx, dy = uniform(rng, -4, 4), uniform(rng, -2, 2)
    return TextRow(
        text, (left + dx, top + dy, right + dx, bottom + dy), gap=gap + uniform(rng, -0.03, 0.06)
    )


def _spec(
    text: str, size: tuple[float, float], rows: tuple[TextRow, ...], marks: tuple[Mark, ...], colours: tuple[RGB, RGB],
    face: PlateFace,
) -> PlateSpec:  # fmt: skip
    return PlateSpec(PlateText(text, text[:3], text[3:]), "", size, rows, marks, *colours, face)


def _strip(
    rng: np.random.Generator, state: int, box: BoxMM, colours: tuple[RGB, RGB]
) -> tuple[Mark, ...]:
    """The removable strip with state and town, whose colour differs a little from the plate's."""
    if rng.random() < _STRIPPED:
        return ()
    one = STATES[state]
    label = f"{one.code}{(' ', '-', ' - ')[integer(rng, 0, 3)]}{_pick_town(rng, one.towns)}"
    paper, ink = colours
    shade = uniform(rng, 0.85, 1.1)
    red, green, blue = (min(255, round(part * shade)) for part in paper)
    return (Mark(box, colour=(red, green, blue), label=label, ink=ink),)


def _pick_town(rng: np.random.Generator, towns: tuple[str, ...]) -> str:
    """The first, which is the capital, as often as all others."""
    return towns[0] if rng.random() < 0.5 else towns[integer(rng, 0, len(towns))]


def _old(rng: np.random.Generator, colours: tuple[RGB, RGB] = (GREY, BLACK)) -> PlateSpec:
    """One row of characters 63 mm high below the strip."""
    state = pick_index(rng, SHARES)
    text = old_text(rng, state)
    between = (HYPHEN, DOT, " ")[pick_index(rng, (0.5, 0.25, 0.25))]
    width = uniform(rng, 150, 220)
    box = (200 - width / 2, uniform(rng, 5, 10), 200 + width / 2, uniform(rng, 28, 36))
    strip = _strip(rng, state, box, colours)
    cap = uniform(rng, 60, 66)
    bottom = uniform(rng, 112, 121)
    row = _row(rng, text[:3] + between + text[3:], (16, bottom - cap, 384, bottom), 0.03)
    face = _OLD_FACES[pick_index(rng, _OLD_FACE_SHARES)]
    return _spec(text, _CAR, (row,), strip, colours, face)


def _old_commercial(rng: np.random.Generator) -> PlateSpec:
    return _old(rng, (RED, WHITE))


def _old_other(rng: np.random.Generator) -> PlateSpec:
    return _old(rng, _OTHERS[integer(rng, 0, len(_OTHERS))])


def _old_motorcycle(rng: np.random.Generator) -> PlateSpec:
    """Letters above, digits below; of 42 mm on small plates, of 53 mm on those since 2012."""
    state = pick_index(rng, SHARES)
    text = old_text(rng, state)
    size = _MOTORCYCLES[integer(rng, 0, 2)]
    width, height = size
    colours = (RED, WHITE) if rng.random() < 0.15 else (GREY, BLACK)
    strip = _strip(rng, state, (0.14 * width, 0.03 * height, 0.86 * width, 0.17 * height), colours)
    rows = _two_rows(rng, text, size, 0.20)
    face = _OLD_FACES[pick_index(rng, _OLD_FACE_SHARES)]
    return _spec(text, size, rows, strip, colours, face)


def _two_rows(
    rng: np.random.Generator, text: str, size: tuple[float, float], top: float, left: float = 0.0
) -> tuple[TextRow, ...]:
    """Three characters above, four below, from a share of the height down, right of `left` mm."""
    width, height = size
    cap = uniform(rng, 0.29, 0.32) * height
    first, last = uniform(rng, top, top + 0.02) * height, uniform(rng, 0.90, 0.935) * height
    side = uniform(rng, 0.05, 0.09) * width
    upper = (max(left, side + 0.1 * width), first, width - side - 0.1 * width, first + cap)
    lower = (max(left, side), last - cap, width - side, last)
    gap = uniform(rng, 0, 0.08)
    return (TextRow(text[:3], upper, gap=gap), TextRow(text[3:], lower, gap=gap))


def _beside(rng: np.random.Generator, places: tuple[BoxMM, BoxMM]) -> tuple[Mark, ...]:
    """The code and the country's letters at the left of a Mercosur plate."""
    code, letters = places
    return (
        Mark(code, emblem=CODES[integer(rng, 0, len(CODES))]),
        Mark(letters, label=_SMALL["B"] + _SMALL["R"], printed=True),
    )


def _mercosur(rng: np.random.Generator, ink: RGB = BLACK) -> PlateSpec:
    """One row of characters 65 mm high below the band; up to 15% narrower where no wider one fits."""
    text = mercosur_text(rng)
    width, height = _CAR if rng.random() < 0.93 else _REAR
    scale = width / 400
    marks = band((0, 0, width, uniform(rng, 28, 32)))
    marks += _beside(rng, ((12, 37, 34, 59), (11, 104, 35, 119)))
    cap = uniform(rng, 62, 68)
    bottom = uniform(rng, 110, 118)
    row = _row(rng, text, (44 * scale, bottom - cap, 390 * scale, bottom), 0.04)
    return _spec(text, (width, height), (row,), marks, (WHITE, ink), _FE)


def _mercosur_coloured(rng: np.random.Generator) -> PlateSpec:
    return _mercosur(rng, _INKS[integer(rng, 0, len(_INKS))])


def _mercosur_motorcycle(rng: np.random.Generator) -> PlateSpec:
    text = mercosur_text(rng)
    size = _MOTORCYCLES[1]
    marks = band((0, 0, 200, uniform(rng, 28, 34)))
    marks += _beside(rng, ((6, 40, 24, 58), (7, 74, 23, 85)))
    ink = _INKS[integer(rng, 0, len(_INKS))] if rng.random() < 0.12 else BLACK
    return _spec(text, size, _two_rows(rng, text, size, 0.22, 26), marks, (WHITE, ink), _FE)


LAYOUTS: dict[str, Callable[[np.random.Generator], PlateSpec]] = {
    "old": _old,
    "old_commercial": _old_commercial,
    "old_other": _old_other,
    "old_motorcycle": _old_motorcycle,
    "mercosur": _mercosur,
    "mercosur_coloured": _mercosur_coloured,
    "mercosur_motorcycle": _mercosur_motorcycle,
}


def sample(rng: np.random.Generator) -> PlateSpec:
    """Draw a layout and a text that it may carry."""
    layout = pick(rng, LAYOUT_SHARES)
    return replace(LAYOUTS[layout](rng), layout=layout)


def likelihoods(text: str, lines: int | None) -> Mapping[str, float]:
    """Return P(text, rows | Brazil), as if letters and digits were drawn evenly. See `Likelihoods` in `..issuers`."""
    series = "old" if OLD.fullmatch(text) else "mercosur" if MERCOSUR.fullmatch(text) else None
    if series is None:
        return {}
    shares = {name: share for name, share in LAYOUT_SHARES.items() if name.startswith(series)}
    two = shares[f"{series}_motorcycle"]
    likely = of_rows(sum(shares.values()) - two, two, lines) / 26**3 / 10**3
    if series == "old":
        return {"BR": likely / 10}
    # Of changed plates and of most new ones, one of ten letters.
    others = NEW * (1 - FIRST_TEN)
    return {"BR": likely * (others / 26 + (text[4] in CONVERTED) * (1 - others) / 10)}


FORMAT = PlateFormat(
    name="brazilian",
    alphabet=DIGITS + LETTERS,
    max_length=7,
    regions=(),
    patterns=(OLD, MERCOSUR),
    sample=sample,
    issuers=Issuers({"BR": 1.0}, likelihoods),
)
