"""Plates of the United States: 50 states and the District of Columbia, vanity, motorcycle and paper plates.

The text is the serial, in its order, without gaps, dashes, dots, pictures and small letters one above the other.
The state's name, slogans, counties, stickers and dealers' frames are not read; which state a plate is of is not told.
Where two states issue the same texts, one text it is: the grammar has what any state issues.
"""

import re
from collections.abc import Mapping

import numpy as np

from ...draws import integer, pick, pick_index
from ..base import PlateFormat, PlateSpec, PlateText
from ..issuers import Issuers
from .faces import FACES
from .grounds import blocks, ground
from .layouts import CAR, DARK, MOTORCYCLE, bolts, county, frame, row, shown, stickers, writing
from .model import BLACK, LETTERS, WHITE, Look, State
from .serials import DIGITS, expand, probability, regular_expression
from .states import COUNTY, OTHER_SERIALS, SHARES, STATES, TEMPORARY_SERIALS

KINDS = {"standard": 0.74, "vanity": 0.07, "special": 0.11, "motorcycle": 0.04, "temporary": 0.04}
"""What is drawn. Vanity plates are about 4% of all (a count by the AAMVA and S. Lonce, 2007) and are drawn more often,
so that texts of letters alone are learnt; the other shares are estimates."""
VANITY_LENGTHS = {"2": 0.02, "3": 0.06, "4": 0.12, "5": 0.20, "6": 0.26, "7": 0.34}
_OTHER_FACE = 0.15
"""Share of plates in a lettering that is not the state's usual: makers and years differ."""
_FRAMED = 0.35
_PRONOUNCED = 0.5
"""Share of vanity plates in which vowels and consonants stand in turn."""
_VOWELS = "AEIOU"
_CONSONANTS = "".join(char for char in LETTERS if char not in _VOWELS)

_SERIALS = dict.fromkeys(
    regular_expression(template, letters)
    for templates, letters in (
        *((one.serials, one.letters) for one in STATES),
        (OTHER_SERIALS, LETTERS),
        (TEMPORARY_SERIALS, LETTERS),
    )
    for template in templates
)
PATTERN = re.compile(
    f"(?=(?:{'|'.join(_SERIALS)}|[A-Z]{{2,7}})\\Z)(?P<prefix>[A-Z]++|[0-9]++)(?P<number>.*)"
)
"""The prefix is the first run of letters or of digits."""


def sample(rng: np.random.Generator) -> PlateSpec:
    """Draw a state, a design, a serial and all that stands around it."""
    one = STATES[pick_index(rng, SHARES)]
    kind = pick(rng, KINDS)
    if kind == "temporary":
        return _temporary(rng, one)
    serial = _serial(rng, kind, one)
    look = _look(rng, one.looks)
    size = MOTORCYCLE if kind == "motorcycle" else CAR
    below = look.below[integer(rng, 0, len(look.below))] if look.below and size == CAR else ""
    below = county(rng) if below == COUNTY else below
    marks = blocks(rng, look, size) + writing(rng, one.name, below, look, size)
    marks += stickers(rng, size) + bolts(rng, size)
    framed = rng.random() < _FRAMED
    if framed:
        marks += frame(rng, size)
    names = tuple(FACES) if rng.random() < _OTHER_FACE else look.faces
    layout = kind if kind in ("vanity", "motorcycle") else _layout(look)
    return PlateSpec(
        content_of(serial), layout, size, (row(rng, shown(rng, serial), size),), marks, look.paper, look.ink,
        FACES[names[integer(rng, 0, len(names))]], ground(rng, look, size),
    )  # fmt: skip


def _serial(rng: np.random.Generator, kind: str, one: State) -> str:
    if kind == "standard":
        return expand(rng, pick(rng, one.serials), one.letters)
    if kind == "vanity":
        return _vanity(rng, int(pick(rng, VANITY_LENGTHS)))
    return expand(rng, pick(rng, OTHER_SERIALS), LETTERS)


def _vanity(rng: np.random.Generator, length: int) -> str:
    turns = (_VOWELS, _CONSONANTS) if rng.random() < _PRONOUNCED else (LETTERS, LETTERS)
    first = integer(rng, 0, 2)
    chosen = (turns[(first + place) % 2] for place in range(length))
    return "".join(chars[integer(rng, 0, len(chars))] for chars in chosen)


def _look(rng: np.random.Generator, looks: tuple[Look, ...]) -> Look:
    """Draw a design, each half as often as the one before."""
    weights = [0.5**place for place in range(len(looks))]
    return looks[pick_index(rng, (weight / sum(weights) for weight in weights))]


def _layout(look: Look) -> str:
    if sum(look.paper) < DARK:
        return "pale_on_dark"
    return {
        "above": "fading",
        "below": "fading",
        "both": "fading",
        "ridge": "scene",
        "waves": "scene",
    }.get(look.ground, look.ground)


def _temporary(rng: np.random.Generator, one: State) -> PlateSpec:
    """A paper plate: large black characters, printed, and small lines above and below."""
    serial = expand(rng, pick(rng, TEMPORARY_SERIALS), LETTERS)
    look = Look(WHITE, BLACK)
    marks = writing(rng, one.name, f"Temporary {county(rng)} {integer(rng, 10, 28)}", look, CAR)
    if rng.random() < _FRAMED:
        marks += frame(rng, CAR)
    face = FACES[("flat", "slashed")[integer(rng, 0, 2)]]
    rows = (row(rng, serial, CAR),)
    return PlateSpec(content_of(serial), "temporary", CAR, rows, marks, WHITE, BLACK, face)


def content_of(serial: str) -> PlateText:
    """Split a serial that was drawn; raises ValueError for one that is no plate, which is a mistake in a template."""
    text = "".join(char for char in serial if char.isalnum())
    match = PATTERN.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no American plate: mend the template it was drawn from.")
    return PlateText(text, match["prefix"], match["number"])


def likelihoods(text: str, lines: int | None) -> Mapping[str, float]:
    """Return P(text | United States); one row or two say nothing here. See `Likelihoods` in `..issuers`."""
    known = PATTERN.fullmatch(text) is not None
    return {"US": _likelihood(text)} if known else {}


def _likelihood(text: str) -> float:
    standard = sum(
        share * _of(one.serials, one.letters, text)
        for one, share in zip(STATES, SHARES, strict=True)
    )
    length = VANITY_LENGTHS.get(str(len(text)), 0.0)
    vanity = length * len(LETTERS) ** -len(text) if set(text) <= set(LETTERS) else 0.0
    others = KINDS["special"] + KINDS["motorcycle"]
    return (
        KINDS["standard"] * standard
        + KINDS["vanity"] * vanity
        + others * _of(OTHER_SERIALS, LETTERS, text)
        + KINDS["temporary"] * _of(TEMPORARY_SERIALS, LETTERS, text)
    )


def _of(serials: Mapping[str, float], letters: str, text: str) -> float:
    return sum(share * probability(template, letters, text) for template, share in serials.items())


FORMAT = PlateFormat(
    name="us",
    alphabet=DIGITS + LETTERS,
    max_length=7,
    regions=(),
    patterns=(PATTERN,),
    sample=sample,
    issuers=Issuers({"US": 1.0}, likelihoods),
)
