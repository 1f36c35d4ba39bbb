"""Plates of Europe: the grammars and looks of some thirty countries, and random ones for the rest.

The grammar that `parse` knows is wide on purpose: any two to nine letters and digits of which at least
one is a letter. A reader of this format reads countries that nobody listed; it cannot say which texts exist.
"""

import re
from collections.abc import Mapping

import numpy as np

from ...draws import integer, pick_index, uniform
from ..base import RGB, Mark, PlateFormat, PlateSpec, PlateText, TextRow
from .countries import (
    COUNTRIES,
    LETTERS,
    UMLAUTS,
    UNKNOWN,
    WHITE,
    Country,
)
from .faces import FACES
from .grammar import DIGITS, expand, plain, printed
from .layouts import (
    SIZES,
    Size,
    band,
    edges,
    long_row,
    pick_shape,
    second_band,
    two_rows,
)

MAX_LENGTH = 9
UNKNOWN_SHARE = 0.12
"""Share of plates that are random letters and digits."""
_WHOLE = sum(country.weight for country in COUNTRIES) / (1 - UNKNOWN_SHARE)
SHARES = (*(country.weight / _WHOLE for country in COUNTRIES), UNKNOWN_SHARE)
FOREIGN_FACE = 0.12
"""Share of plates in the lettering of another country: makers, years and series differ."""
_ALL_FACES = tuple(FACES.values())
_DARK = 300
"""Paper whose red, green and blue add up to less carries pale letters."""

_A = f"[{LETTERS}{UMLAUTS}]"
PATTERN = re.compile(
    f"(?=[0-9]*{_A})(?=[{LETTERS}{UMLAUTS}0-9]{{2,{MAX_LENGTH}}}\\Z)"
    f"(?P<prefix>{_A}++|[0-9]++)(?P<number>.*)"
)
"""The prefix is the first run of letters or of digits: a county, district or series where there is one."""


def sample(rng: np.random.Generator) -> PlateSpec:
    """Draw a country, a text of its grammar, a layout, colours and a lettering."""
    country = (*COUNTRIES, UNKNOWN)[pick_index(rng, SHARES)]
    return sample_of(rng, country)


def sample_of(rng: np.random.Generator, country: Country) -> PlateSpec:
    """Draw a plate of one country."""
    template = list(country.texts)[pick_index(rng, country.texts.values())]
    shown = printed(rng, expand(rng, template, country.letters), country.seals)
    content = content_of(plain(shown))
    shape = pick_shape(rng, shown)
    size = SIZES[shape][integer(rng, 0, len(SIZES[shape]))]
    paper = _colour(rng, country.papers)
    ink = WHITE if sum(paper) < _DARK else _colour(rng, country.inks)
    place = _one_line if shape == "long" else _two_lines
    blocks, rows, marks = place(rng, shown, size, country)
    if rng.random() < country.edged:
        marks = edges(size) + marks
    face = FACES[country.face]
    if rng.random() < FOREIGN_FACE:
        face = _ALL_FACES[integer(rng, 0, len(_ALL_FACES))]
    return PlateSpec(content, f"{shape}_{blocks}", size, rows, marks, paper, ink, face)


def _one_line(
    rng: np.random.Generator, shown: str, size: Size, country: Country
) -> tuple[str, tuple[TextRow, ...], tuple[Mark, ...]]:
    """What the layout is called after its blocks, its row, and its blocks."""
    width, height = size
    if rng.random() >= country.band:
        return "plain", long_row(rng, shown, size, (0, width)), ()
    left, right, name = uniform(rng, 0.36, 0.46) * height, width, "band"
    marks = band(rng, country.code, (0, 0, left, height))
    if rng.random() < country.second_band:
        right, name = width - uniform(rng, 0.30, 0.42) * height, "two_bands"
        marks += second_band(rng, (right, 0, width, height))
    return name, long_row(rng, shown, size, (left, right)), marks


def _two_lines(
    rng: np.random.Generator, shown: str, size: Size, country: Country
) -> tuple[str, tuple[TextRow, ...], tuple[Mark, ...]]:
    """As `_one_line`; the block stands at the left of the upper row."""
    width, height = size
    if rng.random() >= country.band:
        return "plain", two_rows(rng, shown, size, 0), ()
    left = uniform(rng, 0.14, 0.18) * width
    marks = band(rng, country.code, (0, 0, left, uniform(rng, 0.46, 0.5) * height))
    return "band", two_rows(rng, shown, size, left), marks


def content_of(text: str) -> PlateText:
    """Split a text that was drawn; raises ValueError for one that is no plate, which is a mistake in a template."""
    match = PATTERN.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no European plate: mend the template it was drawn from.")
    return PlateText(text, match["prefix"], match["number"])


def _colour(rng: np.random.Generator, shares: Mapping[RGB, float]) -> RGB:
    return list(shares)[pick_index(rng, shares.values())]


FORMAT = PlateFormat(
    name="european",
    alphabet=DIGITS + LETTERS + UMLAUTS,
    max_length=MAX_LENGTH,
    regions=(),
    patterns=(PATTERN,),
    sample=sample,
)
