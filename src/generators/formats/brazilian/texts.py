"""Which texts Brazilian plates have, and how one is drawn."""

import re
import string

import numpy as np

from ...draws import integer, pick_index
from .states import LATER, NEWEST, SHARES, STATES, index_of, letters_at

LETTERS, DIGITS = string.ascii_uppercase, string.digits
CONVERTED = LETTERS[:10]
"""What stands for a second digit from 0 to 9 in the Mercosur series."""
OLD = re.compile(r"(?P<prefix>[A-Z]{3})(?P<number>[0-9]{4})")
MERCOSUR = re.compile(r"(?P<prefix>[A-Z]{3})(?P<number>[0-9][A-Z][0-9]{2})")

_OWN_SERIES, _LATER_SERIES = 0.62, 0.32
"""Shares of grey plates of the state's first series and of later ones; the rest has any letters, as chosen numbers."""
NEW = 0.45
"""Share of Mercosur plates that were issued to new vehicles, of the newest series."""
FIRST_TEN = 0.8
"""Share of them whose fourth letter is one of the first ten too."""


def _any(rng: np.random.Generator, chars: str) -> str:
    return chars[integer(rng, 0, len(chars))]


def _between(rng: np.random.Generator, first: str, last: str) -> str:
    """Three letters of a series."""
    return letters_at(integer(rng, index_of(first), index_of(last) + 1))


def old_text(rng: np.random.Generator, state: int) -> str:
    """Draw a text of the grey series of a state, by its place in `STATES`."""
    draw = rng.random()
    one = STATES[state]
    if draw < _OWN_SERIES:
        letters = _between(rng, one.first, one.last)
    elif draw < _OWN_SERIES + _LATER_SERIES:
        letters = _between(rng, *LATER)
    else:
        letters = "".join(_any(rng, LETTERS) for _ in range(3))
    return letters + "".join(_any(rng, DIGITS) for _ in range(4))


def mercosur_text(rng: np.random.Generator) -> str:
    """Draw a text of the Mercosur series, of a changed plate or of a new one."""
    old = old_text(rng, pick_index(rng, SHARES))
    if rng.random() >= NEW:
        return old[:4] + CONVERTED[int(old[4])] + old[5:]
    fourth = _any(rng, CONVERTED if rng.random() < FIRST_TEN else LETTERS)
    return _between(rng, *NEWEST) + old[3] + fourth + old[5:]
