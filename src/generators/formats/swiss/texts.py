"""Which Swiss texts exist, how they are drawn, and how they are embossed.

Source: the ordinance on the admission of vehicles to road traffic (VZV, SR 741.51, art. 82-87) for suffixes and
services.
"""

import re

import numpy as np

from ...draws import integer, pick_index
from ..base import THIN_SPACE, PlateText

CANTONS = (
    "AG", "AI", "AR", "BE", "BL", "BS", "FR", "GE", "GL", "GR", "JU", "LU", "NE",
    "NW", "OW", "SG", "SH", "SO", "SZ", "TG", "TI", "UR", "VD", "VS", "ZG", "ZH",
)  # fmt: skip
SERVICES = ("CD", "CC", "AT")
"""Diplomatic corps, consular corps, administrative and technical staff."""
SUFFIXES = ("U", "V", "Z")
"""Dealers, hired vehicles, duty unpaid."""

KINDS = {
    "standard": 0.80,
    "coloured": 0.07,
    "temporary": 0.05,
    "suffix": 0.04,
    "diplomatic": 0.04,
}
"""Kinds other than standard are drawn far more often than they are met, so that they are learnt."""
LENGTH_WEIGHTS = (0.02, 0.04, 0.09, 0.17, 0.33, 0.35)
"""Share of numbers with 1, 2 … 6 digits. Long numbers dominate: cantons number upwards from 1."""
SERVICE_LENGTHS = range(2, 6)
"""Numbers of services have so many digits, each as often."""

PATTERN = re.compile(
    f"(?P<prefix>(?P<service>{'|'.join(SERVICES)})?(?:{'|'.join(CANTONS)}))"
    f"(?P<number>(?(service)[1-9][0-9]{{1,4}}|[1-9][0-9]{{0,5}}[{''.join(SUFFIXES)}]?))"
)


def draw_text(rng: np.random.Generator, kind: str) -> PlateText:
    """Draw the text of a plate of one kind (see KINDS); every canton is equally likely."""
    canton = CANTONS[integer(rng, 0, len(CANTONS))]
    if kind == "diplomatic":
        prefix = SERVICES[integer(rng, 0, len(SERVICES))] + canton
        number = _number(rng, integer(rng, SERVICE_LENGTHS.start, SERVICE_LENGTHS.stop))
    else:
        prefix = canton
        number = _number(rng, 1 + pick_index(rng, LENGTH_WEIGHTS))
        if kind == "suffix":
            number += SUFFIXES[integer(rng, 0, len(SUFFIXES))]
    return PlateText(prefix + number, prefix, number)


def grouped(number: str) -> str:
    """Digits as they are embossed: six digits in two groups of three, a suffix set apart."""
    digits, suffix = (number[:-1], number[-1]) if number[-1] in SUFFIXES else (number, "")
    if len(digits) == 6:
        digits = digits[:3] + THIN_SPACE + digits[3:]
    return digits + (THIN_SPACE + suffix if suffix else "")


def _number(rng: np.random.Generator, length: int) -> str:
    """A number of `length` digits without leading zero."""
    return str(int(rng.integers(10 ** (length - 1), 10**length)))
