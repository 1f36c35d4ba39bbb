"""Texts of plates as people write them into tables, and what is wrong with them."""

import re
import unicodedata
from functools import lru_cache

from ..common.texts import UNREADABLE_CHARACTER

_DOTS = ".·•∙⋅‧・"
_MINUS = "\u2212"
# What a spreadsheet makes of a text that looks like a number to it.
_SHORTENED = re.compile(r"\d[.,]\d+E[+-]?\d+|\d+E\+\d+")
# Twice what the longest plates have, Thai ones with their province.
_LONGEST = 40
_DECIMAL = re.compile(r"\d+[.,]0")


# Whoever takes in rows asks for the text of each several times, and of their characters there are few.
@lru_cache(maxsize=256)
def clean_text(text: str) -> str:
    """Return a plate's text as a reader reports it: capitals, no spaces, dots or hyphens."""
    # One way to write Ä and 가: some systems take them apart into a letter and its parts.
    text = unicodedata.normalize("NFC", text).upper()
    return "".join(c for c in text if not _separates(c))


def invisible(text: str) -> str:
    """Return the invisible characters of a text, such as NUL, zero widths and direction marks: ``U+200B …``."""
    unseen = sorted({c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cn", "Co", "Cs")})
    return " ".join(f"U+{ord(c):04X}" for c in unseen)


def text_problem(written: str, alphabet: str | None) -> str | None:
    """Return what is wrong with a plate's text, or None.

    written: the text as somebody wrote it.
    alphabet: the characters that it may have, or None for the letters and digits of any script. A `?` may stand for
        each of them, as long as one is left.
    """
    text = clean_text(written)
    plain = written.strip().upper()
    if len(text) > _LONGEST:
        return (
            f"text {text[:12]!r} … has {len(text)} characters, and no plate has more than {_LONGEST}; "
            "write what stands on the plate alone"
        )
    if _SHORTENED.fullmatch(plain) or _DECIMAL.fullmatch(plain):
        return (
            f"text {plain!r} is what a spreadsheet makes of a number; "
            "format the column as text and write the plate again"
        )
    plain_letters = text.isascii() and text.isalnum()  # as nearly all are
    if not plain_letters and (unseen := invisible(text)):
        return f"text {text!r} has characters that nobody sees: {unseen}; write it again"
    if not plain_letters and (
        strange := "".join(
            sorted({c for c in text if c != UNREADABLE_CHARACTER and not _writes(c)})
        )
    ):
        return (
            f"text {text!r} has what no plate has: {strange}; write its letters and digits, "
            f"and {UNREADABLE_CHARACTER} for one that cannot be read"
        )
    if text and not text.strip(UNREADABLE_CHARACTER):
        return f"text {text!r} has nothing to read; leave it empty and give the plate's corners"
    if alphabet is not None and (
        foreign := "".join(sorted(set(text) - {*alphabet, UNREADABLE_CHARACTER}))
    ):
        return f"text {text!r} has characters that the plate format does not: {foreign}"
    return None


@lru_cache(maxsize=4096)
def _separates(char: str) -> bool:
    return char.isspace() or char in _DOTS or char == _MINUS or unicodedata.category(char) == "Pd"


def _writes(char: str) -> bool:
    """Return whether a character is a letter, a part of one, or a digit, of any script."""
    return unicodedata.category(char)[0] in "LMN"
