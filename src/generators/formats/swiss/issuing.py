"""Whose a Swiss text is: of Switzerland and one of its cantons, or of Liechtenstein."""

import re
from collections.abc import Mapping

from ..issuers import Issuers, Subdivision, of_rows
from .layouts import TWO_LINE_SHARE
from .texts import CANTONS, KINDS, LENGTH_WEIGHTS, PATTERN, SERVICE_LENGTHS, SERVICES, SUFFIXES

CANTON_NAMES = (
    "Aargau", "Appenzell Innerrhoden", "Appenzell Ausserrhoden", "Bern", "Basel-Landschaft", "Basel-Stadt",
    "Fribourg", "Geneva", "Glarus", "Graubünden", "Jura", "Lucerne", "Neuchâtel", "Nidwalden", "Obwalden",
    "St. Gallen", "Schaffhausen", "Solothurn", "Schwyz", "Thurgau", "Ticino", "Uri", "Vaud", "Valais", "Zug",
    "Zürich",
)  # fmt: skip
_LIECHTENSTEIN = re.compile("FL[1-9][0-9]{0,4}")
"""Not a text of this format, and yet one that tells whose it is: neighbours' plates are met on every road."""
_NEIGHBOURS = 0.01
"""Prior share of Liechtenstein; no text is of both, so that it decides nothing by itself."""


def likelihoods(text: str, lines: int | None) -> Mapping[str, float]:
    """Return P(text, rows | country), as often as texts are drawn; for Liechtenstein, where none is, of the text."""
    if _LIECHTENSTEIN.fullmatch(text):
        return {"LI": 1 / 99_999}
    match = PATTERN.fullmatch(text)
    if match is None:
        return {}
    digits = re.sub("[^0-9]", "", match["number"])
    # Each of the numbers of a length is as likely, none begins with a nought.
    likelihood = 1 / len(CANTONS) / (9 * 10 ** (len(digits) - 1))
    two_lines = TWO_LINE_SHARE
    if match["service"]:
        likelihood *= KINDS["diplomatic"] / len(SERVICES) / len(SERVICE_LENGTHS)
        two_lines = 0.0
    else:
        likelihood *= LENGTH_WEIGHTS[len(digits) - 1]
        with_suffix = match["number"] != digits
        suffixed = KINDS["suffix"]
        likelihood *= (
            suffixed / len(SUFFIXES) if with_suffix else 1 - suffixed - KINDS["diplomatic"]
        )
    return {"CH": of_rows(likelihood * (1 - two_lines), likelihood * two_lines, lines)}


ISSUERS = Issuers(
    {"CH": 1 - _NEIGHBOURS, "LI": _NEIGHBOURS},
    likelihoods,
    {
        canton: Subdivision(f"CH-{canton}", name)
        for canton, name in zip(CANTONS, CANTON_NAMES, strict=True)
    },
)
