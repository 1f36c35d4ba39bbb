"""Countries by their codes of two letters, as ISO 3166-1 has them, and how a user names several."""

import re
from typing import Any

from .errors import UserError

# XK is not in ISO 3166-1, which leaves it to its users; the European Union uses it for Kosovo.
COUNTRY_NAMES = {
    "AD": "Andorra", "AL": "Albania", "AM": "Armenia", "AT": "Austria", "AZ": "Azerbaijan",
    "BA": "Bosnia and Herzegovina", "BE": "Belgium", "BG": "Bulgaria", "BR": "Brazil", "BY": "Belarus",
    "CH": "Switzerland", "CN": "China", "CY": "Cyprus", "CZ": "Czechia", "DE": "Germany", "DK": "Denmark",
    "EE": "Estonia", "ES": "Spain", "FI": "Finland", "FO": "Faroe Islands", "FR": "France",
    "GB": "United Kingdom", "GE": "Georgia", "GI": "Gibraltar", "GR": "Greece", "HR": "Croatia", "HU": "Hungary",
    "IE": "Ireland", "IM": "Isle of Man", "IS": "Iceland", "IT": "Italy", "JE": "Jersey", "JP": "Japan",
    "KR": "South Korea",
    "LI": "Liechtenstein", "LT": "Lithuania", "LU": "Luxembourg", "LV": "Latvia", "MC": "Monaco",
    "MD": "Moldova", "ME": "Montenegro", "MK": "North Macedonia", "MT": "Malta", "NL": "Netherlands",
    "NO": "Norway", "PL": "Poland", "PT": "Portugal", "RO": "Romania", "RS": "Serbia", "SE": "Sweden",
    "SI": "Slovenia", "SK": "Slovakia", "SM": "San Marino", "TR": "Türkiye", "UA": "Ukraine", "US": "United States",
    "XK": "Kosovo",
}  # fmt: skip
"""The names of those that plate formats issue texts for, in English and short."""
_CODE = re.compile("[A-Z]{2}")


def country_name(code: str) -> str:
    """Return the name of a country, or the code itself where it is none of `COUNTRY_NAMES`."""
    return COUNTRY_NAMES.get(code, code)


def are_country_codes(value: Any) -> bool:
    """Tell whether a value is a list or tuple of codes of two capitals, each once."""
    if not isinstance(value, list | tuple):
        return False
    codes = [code for code in value if isinstance(code, str) and _CODE.fullmatch(code)]
    return len(codes) == len(set(codes)) == len(value)


def country_codes(text: str) -> tuple[str, ...]:
    """Return the codes of a list such as "CH,DE", in capitals; none for an empty text.

    Raises UserError for what is no list of codes of two letters.
    """
    codes = tuple(part.strip().upper() for part in text.split(",")) if text.strip() else ()
    wrong = [code for code in codes if not _CODE.fullmatch(code)]
    if wrong:
        raise UserError(
            f"{wrong[0]!r} is no country: write codes of two letters (ISO 3166) with commas between them, as CH,DE"
        )
    return codes
