"""The countries of Europe whose plates are drawn, and how often.

Numbers of vehicles are those of passenger cars on the roads about 2023, in millions and rounded, after Eurostat's and
the manufacturers' association's (ACEA) tables of vehicles in use, and national statistics for the countries that are
not in them. A country is drawn as often as the square root of its number: what is met most is learnt best, and small
countries are still learnt. A new country is one entry of the region's file: `one_look` where all its plates look
alike.
"""

from .balkans import BALKANS
from .centre import CENTRE
from .east import EAST
from .grammar import regular_expression
from .model import Country
from .north import NORTH
from .south import SOUTH
from .west import WEST

COUNTRIES: tuple[Country, ...] = (*WEST, *NORTH, *CENTRE, *EAST, *BALKANS, *SOUTH)
_ALL = sum(country.weight for country in COUNTRIES)
SHARES = tuple(country.weight / _ALL for country in COUNTRIES)
"""How often each is drawn; they add up to 1."""
ISO_CODES = {
    "D": "DE", "F": "FR", "GB": "GB", "NL": "NL", "B": "BE", "L": "LU", "IRL": "IE", "MC": "MC", "GBZ": "GI",
    "GBJ": "JE", "GBM": "IM", "S": "SE", "N": "NO", "DK": "DK", "FIN": "FI", "IS": "IS", "FO": "FO", "EST": "EE",
    "LV": "LV", "LT": "LT", "PL": "PL", "CZ": "CZ", "SK": "SK", "H": "HU", "A": "AT", "SLO": "SI", "FL": "LI",
    "RO": "RO", "BG": "BG", "UA": "UA", "BY": "BY", "MD": "MD", "GE": "GE", "AZ": "AZ", "AM": "AM", "HR": "HR",
    "SRB": "RS", "BIH": "BA", "MNE": "ME", "NMK": "MK", "RKS": "XK", "AL": "AL", "I": "IT", "E": "ES", "P": "PT",
    "GR": "GR", "CY": "CY", "M": "MT", "AND": "AD", "RSM": "SM", "TR": "TR",
}  # fmt: skip
"""The codes of ISO 3166-1 (alpha-2) by the distinguishing signs of traffic abroad."""


def texts_of(country: Country) -> str:
    """Return the regular expression of the texts that a country issues."""
    return "|".join(
        dict.fromkeys(
            regular_expression(template, country.letters_of(series))
            for series in country.series
            for template in series.texts
        )
    )
