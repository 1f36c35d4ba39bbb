"""How likely a text is in each country of Europe: exactly as often as `sample_of` draws it."""

import re
from collections.abc import Mapping
from functools import lru_cache

from ..issuers import Issuers, of_rows
from .countries import COUNTRIES, ISO_CODES, SHARES, texts_of
from .grammar import probabilities
from .layouts import SHAPES, two_line_share
from .model import Country, Series

_PATTERNS = {country.code: re.compile(texts_of(country)) for country in COUNTRIES}


@lru_cache(maxsize=1024)
def likelihoods(text: str, lines: int | None) -> Mapping[str, float]:
    """Return P(text, rows | country) by ISO 3166 code; of the text alone where its number of rows is None."""
    found = {
        ISO_CODES[country.code]: _likelihood(country, text, lines)
        for country in COUNTRIES
        if _PATTERNS[country.code].fullmatch(text)
    }
    return {code: likelihood for code, likelihood in found.items() if likelihood > 0}


_PRIORS = {ISO_CODES[country.code]: share for country, share in zip(COUNTRIES, SHARES, strict=True)}
ISSUERS = Issuers(_PRIORS, likelihoods, drawn=frozenset(_PRIORS))


def _likelihood(country: Country, text: str, lines: int | None) -> float:
    return sum(_in_series(country, series, text, lines) for series in country.series)


def _in_series(country: Country, series: Series, text: str, lines: int | None) -> float:
    total = 0.0
    for template, share in series.texts.items():
        breaking, whole = probabilities(template, country.letters_of(series), text)
        stacked = two_line_share(series.look.shapes or SHAPES)
        two_rows = breaking * stacked
        total += share * of_rows(breaking + whole - two_rows, two_rows, lines)
    return series.share * total
