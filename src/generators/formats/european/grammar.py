"""A small notation for the texts of plates, and how one is drawn from it.

`@` is a letter of the country's own, `#` a digit and `+` one from 1 to 9; `{a,b,c}` is one of its parts, each as likely
as the others; a blank is a gap, `-` and `·` are printed, `*` is a seal. Anything else stands for itself.
Gaps and what is printed in them are part of how a plate looks, not of its text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ...draws import integer
from ..base import DOT, HYPHEN, SEAL_VARIANTS, THIN_SPACE, seal

DIGITS = "0123456789"
_ONE_OF = re.compile(r"\(\?:(\w(?:\|\w)*)\)")
"""A choice of single characters in a regular expression, which is a class."""
_GAPS = (THIN_SPACE, " ", " " + THIN_SPACE, "  ")
"""How wide the gaps of a plate may be: the same text has wide ones on one plate and narrow ones on the next."""
_SAME_GAP = 0.7
"""Share of the gaps of a plate that are as wide as its first one."""

SEPARATORS = frozenset({" ", THIN_SPACE, DOT, HYPHEN})


@dataclass(frozen=True)
class _Choice:
    """One of several templates, each as likely as the others."""

    parts: tuple[tuple["str | _Choice", ...], ...]


def expand(rng: np.random.Generator, template: str, letters: str) -> str:
    """Draw a text from a template: choices made, letters and digits drawn, separators kept.

    Raises ValueError for braces that do not match.
    """
    draws = {"@": letters, "#": DIGITS, "+": DIGITS[1:]}
    drawn: list[str] = []
    _draw(rng, _pieces(template), draws, drawn)
    return "".join(drawn)


def _draw(
    rng: np.random.Generator,
    pieces: tuple[str | _Choice, ...],
    draws: Mapping[str, str],
    drawn: list[str],
) -> None:
    """Append what the pieces of a template stand for."""
    for piece in pieces:
        if isinstance(piece, _Choice):
            _draw(rng, piece.parts[integer(rng, 0, len(piece.parts))], draws, drawn)
        elif piece in draws:
            drawn.append(draws[piece][integer(rng, 0, len(draws[piece]))])
        else:
            drawn.append(piece)


@lru_cache(maxsize=1024)
def _pieces(template: str) -> tuple[str | _Choice, ...]:
    """A template as characters and choices; it is read once and drawn from often."""
    outer: list[list[list[str | _Choice]]] = []
    current: list[str | _Choice] = []
    for char in template:
        if char == "{":
            outer.append([current])
            current = []
            outer[-1].append(current)
        elif char == "," and outer:
            current = []
            outer[-1].append(current)
        elif char == "}" and outer:
            before, *parts = outer.pop()
            before.append(_Choice(tuple(map(tuple, parts))))
            current = before
        elif char == "}":
            raise ValueError(f"The template {template!r} has a brace without its partner.")
        else:
            current.append(char)
    if outer:
        raise ValueError(f"The template {template!r} has a brace without its partner.")
    return tuple(current)


def regular_expression(template: str, letters: str) -> str:
    """Return the regular expression of the texts that a template stands for."""
    parts = {"{": "(?:", "}": ")", ",": "|", "@": f"[{letters}]", "#": "[0-9]", "+": "[1-9]"}
    unprinted = SEPARATORS | {"*"}
    expression = "".join(parts.get(char, char) for char in template if char not in unprinted)
    return _ONE_OF.sub(lambda found: f"[{found[1].replace('|', '')}]", expression)


def probabilities(template: str, letters: str, text: str) -> tuple[float, float]:
    """Return how likely `expand` is to draw a text from a template, where it can break into two rows and where not.

    It can at a separator or a seal that stands after its first character. Both are shares of all draws, in [0, 1].
    """
    draws = {"@": letters, "#": DIGITS, "+": DIGITS[1:]}
    ends = _advance(_pieces(template), {(0, False): 1.0}, draws, text)
    return ends.get((len(text), True), 0.0), ends.get((len(text), False), 0.0)


_Reached = dict[tuple[int, bool], float]
"""How likely it is that so many characters of a text were drawn, and whether there was a place to break it."""


def _advance(
    pieces: tuple[str | _Choice, ...], reached: _Reached, draws: Mapping[str, str], text: str
) -> _Reached:
    """Return what is reached after the pieces of a template."""
    for piece in pieces:
        after: _Reached = {}
        if isinstance(piece, _Choice):
            each = {state: share / len(piece.parts) for state, share in reached.items()}
            for part in piece.parts:
                for state, share in _advance(part, each, draws, text).items():
                    after[state] = after.get(state, 0.0) + share
        elif piece in SEPARATORS or piece == "*":
            for (place, breaks), share in reached.items():
                state = place, breaks or place > 0
                after[state] = after.get(state, 0.0) + share
        else:
            chars = draws.get(piece, piece)
            for (place, breaks), share in reached.items():
                count = chars.count(text[place]) if place < len(text) else 0
                if count:
                    after[place + 1, breaks] = share * count / len(chars)
        reached = after
        if not reached:
            break
    return reached


def printed(rng: np.random.Generator, expanded: str, seals: tuple[str, ...]) -> str:
    """What a row shows for an expanded template: gaps of some width, seals of one kind."""
    usual = integer(rng, 0, len(_GAPS))
    kind = seals[integer(rng, 0, len(seals))] if seals else ""
    variant = integer(rng, 0, SEAL_VARIANTS)
    shown = []
    for char in expanded:
        if char == " ":
            same = rng.random() < _SAME_GAP
            shown.append(_GAPS[usual if same else integer(rng, 0, len(_GAPS))])
        elif char == "*":
            shown.append(seal(kind, variant) if kind else " ")
        else:
            shown.append(char)
    return "".join(shown)


def plain(shown: str) -> str:
    """The text of a row: its letters and digits."""
    return "".join(char for char in shown if char.isalnum())
