"""Plates of Europe: the texts that some fifty countries issue, and what they look like.

A text that no country issues is not of this format, and is drawn as any format's foreign ones are, with groups of
letters and of digits at random, so that a reader knows characters and not a list of texts.
"""

import re

import numpy as np

from ...draws import integer, pick, pick_index, uniform
from ..base import RGB, SEAL_VARIANTS, SEALS, Mark, PlateFormat, PlateSpec, PlateText, TextRow, seal
from .blocks import band, edges, imprint, strip
from .countries import COUNTRIES, ISO_CODES, SHARES, texts_of
from .faces import FACES
from .grammar import DIGITS, expand, plain, printed
from .issuing import ISSUERS
from .layouts import SIZES, Size, long_row, pick_shape, split, two_rows
from .model import LETTERS, UMLAUTS, WHITE, Colours, Country, Series

MAX_LENGTH = 9
FOREIGN_FACE = 0.10
"""Share of plates in the lettering of another country: makers, years and series differ."""
_ALL_FACES = tuple(FACES.values())
_DARK = 300
"""Paper whose red, green and blue add up to less carries pale letters."""
_FULL_HEIGHT = 0.3
"""Share of the blocks of two-line plates that are as high as the plate."""
_ODD = 0.05
"""Share of plates with a seal where their country has none: in front of the text or behind it."""
_IN_FRONT = {"printed": "flagged"}
_BEHIND = {"season": "season", "taxi": "small", "sticker": "sticker"}
"""The kinds of bands and strips that are printed like a row's seals, and which seal each is."""

_A = f"[{LETTERS}{UMLAUTS}]"


PATTERN = re.compile(
    f"(?=(?:{'|'.join(texts_of(country) for country in COUNTRIES)})\\Z)"
    f"(?P<prefix>{_A}++|[0-9]++)(?P<number>.*)"
)
"""The prefix is the first run of letters or of digits: a county, district or series where there is one."""


def sample(rng: np.random.Generator) -> PlateSpec:
    """Draw a country, a text of its grammar, a layout, colours and a lettering."""
    return sample_of(rng, COUNTRIES[pick_index(rng, SHARES)])


def sample_of(rng: np.random.Generator, country: Country) -> PlateSpec:
    """Draw a plate of one country."""
    series = country.series[pick_index(rng, (each.share for each in country.series))]
    look = series.look
    template = pick(rng, series.texts)
    shown = printed(rng, expand(rng, template, country.letters_of(series)), look.seals)
    content = content_of(plain(shown))
    shape = pick_shape(rng, shown, look.shapes)
    size = SIZES[shape][integer(rng, 0, len(SIZES[shape]))]
    paper = _colour(rng, look.papers)
    ink = WHITE if sum(paper) < _DARK else _colour(rng, look.inks)
    place = _one_line if shape in ("long", "short") else _two_lines
    blocks, rows, marks = place(rng, shown, size, country.code, series)
    if rng.random() < look.edged:
        marks = edges(size) + marks
    face = FACES[country.faces[integer(rng, 0, len(country.faces))]]
    if rng.random() < FOREIGN_FACE:
        face = _ALL_FACES[integer(rng, 0, len(_ALL_FACES))]
    return PlateSpec(
        content,
        f"{shape}_{blocks}",
        size,
        rows,
        marks,
        paper,
        ink,
        face,
        country=ISO_CODES[country.code],
    )


def _one_line(
    rng: np.random.Generator, shown: str, size: Size, code: str, series: Series
) -> tuple[str, tuple[TextRow, ...], tuple[Mark, ...]]:
    """What the layout is called after its blocks, its row, and its blocks."""
    width, height = size
    before, behind = pick(rng, series.look.bands), pick(rng, series.look.strips)
    left, right = 0.0, width
    marks: tuple[Mark, ...] = ()
    if _is_block(before):
        left = uniform(rng, 0.32, 0.46) * min(height, 120)
        marks += band(rng, before, code, (0, 0, left, height))
    if _is_block(behind):
        right = width - uniform(rng, 0.30, 0.42) * min(height, 120)
        marks += strip(rng, behind, (right, 0, width, height))
    first, last = _seals(rng, before, behind)
    shown = first + shown + last
    imprinted = rng.random() < series.look.imprinted
    rows = long_row(rng, shown, size, (left, right), imprinted)
    if imprinted:
        marks += (imprint(rng, (left, right), rows[0].box, height),)
    return _name(left > 0, right < width), rows, marks


def _two_lines(
    rng: np.random.Generator, shown: str, size: Size, code: str, series: Series
) -> tuple[str, tuple[TextRow, ...], tuple[Mark, ...]]:
    """As `_one_line`; blocks stand beside the upper row or both."""
    width, height = size
    before, behind = pick(rng, series.look.bands), pick(rng, series.look.strips)
    full = rng.random() < _FULL_HEIGHT
    bottom = height if full else uniform(rng, 0.44, 0.5) * height
    left, right = 0.0, width
    marks: tuple[Mark, ...] = ()
    if _is_block(before):
        left = uniform(rng, 0.12, 0.18) * width
        marks += band(rng, before, code, (0, 0, left, bottom))
    if _is_block(behind):
        right = width - uniform(rng, 0.10, 0.15) * width
        marks += strip(rng, behind, (right, 0, width, bottom))
    upper, lower = split(rng, shown)
    first, last = _seals(rng, before, behind)
    rows = (first + upper, lower + last)
    beside = (left, right) if full else (0.0, width)
    return _name(left > 0, right < width), two_rows(rng, rows, size, (left, right), beside), marks


def _is_block(kind: str) -> bool:
    return kind != "none" and kind not in _IN_FRONT and kind not in _BEHIND


def _seals(rng: np.random.Generator, before: str, behind: str) -> tuple[str, str]:
    """The seals in front of a text and behind it: what a kind of band or strip is, one out of place, or nothing."""
    first, last = _IN_FRONT.get(before, ""), _BEHIND.get(behind, "")
    if rng.random() < _ODD:
        odd = SEALS[integer(rng, 0, len(SEALS))]
        if rng.random() < 0.5:
            first = first or odd
        else:
            last = last or odd
    front, back = (
        seal(kind, integer(rng, 0, SEAL_VARIANTS)) if kind else "" for kind in (first, last)
    )
    return front, back


def _name(before: bool, behind: bool) -> str:
    return {(False, False): "plain", (True, False): "band", (False, True): "strip"}.get(
        (before, behind), "two_bands"
    )


def content_of(text: str) -> PlateText:
    """Split a text that was drawn; raises ValueError for one that is no plate, which is a mistake in a template."""
    match = PATTERN.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no European plate: mend the template it was drawn from.")
    return PlateText(text, match["prefix"], match["number"])


def _colour(rng: np.random.Generator, shares: Colours) -> RGB:
    return list(shares)[pick_index(rng, shares.values())]


FORMAT = PlateFormat(
    name="european",
    alphabet=DIGITS + LETTERS + UMLAUTS,
    max_length=MAX_LENGTH,
    regions=(),
    patterns=(PATTERN,),
    sample=sample,
    issuers=ISSUERS,
)
