"""A small notation for the serials of plates, how one is drawn from it, and how likely it was to be drawn.

`@` is a letter that the state uses, `#` a digit and `+` one from 1 to 9. A blank is a gap, `-` and `·` are printed, `*`
is a picture or a seal, `^` two small letters one above the other. Anything else stands for itself. Gaps, what is
printed in them, pictures and small letters are part of how a plate looks, not of its text.
"""

from collections.abc import Mapping

import numpy as np

from ...draws import integer

DIGITS = "0123456789"
UNREAD = " -·*^"


def places(template: str, letters: str) -> tuple[str, ...]:
    """Return the characters that may stand at each place of the texts of a template."""
    classes = {"@": letters, "#": DIGITS, "+": DIGITS[1:]}
    return tuple(classes.get(char, char) for char in template if char not in UNREAD)


def regular_expression(template: str, letters: str) -> str:
    """Return the regular expression of the texts that a template stands for."""
    classes = {"@": f"[{letters}]", "#": "[0-9]", "+": "[1-9]"}
    return "".join(classes.get(char, char) for char in template if char not in UNREAD)


def expand(rng: np.random.Generator, template: str, letters: str) -> str:
    """Draw a serial: letters and digits drawn, what is not read kept."""
    classes: Mapping[str, str] = {"@": letters, "#": DIGITS, "+": DIGITS[1:]}
    chars = (classes.get(char, char) for char in template)
    return "".join(c[integer(rng, 0, len(c))] if len(c) > 1 else c for c in chars)


def probability(template: str, letters: str, text: str) -> float:
    """Return how likely `expand` is to draw a text, in [0, 1]."""
    classes = places(template, letters)
    if len(classes) != len(text):
        return 0.0
    likely = 1.0
    for chars, char in zip(classes, text, strict=True):
        likely *= (char in chars) / len(chars)
    return likely
