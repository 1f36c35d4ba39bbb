"""Korean syllables, put together from letters that are strokes in the notation of `src/generators/glyphs.py`.

A syllable is an initial consonant, a vowel and perhaps a final consonant. Unicode numbers them as
0xAC00 + (initial * 21 + vowel) * 28 + final (The Unicode Standard, section 3.12), so one is taken apart
by division. Where the parts stand depends on the vowel: right of the initial, below it, or both;
a final stands below them all.
"""

from functools import lru_cache

from ..glyphs import Shape, moved

_FIRST, _LAST = "가", "힣"
_VOWELS, _FINALS = 21, 28

_CONSONANTS = {
    "ㄱ": "0,0 1,0 1,.25 .82,1",
    "ㄴ": "0,0 0,1 1,1",
    "ㄷ": "1,0 0,0 0,1 1,1",
    "ㄹ": "0,0 1,0 1,.5 0,.5 0,1 1,1",
    "ㅁ": "0,0 1,0 1,1 0,1 z",
    "ㅂ": "0,0 0,1 1,1 1,0;0,.48 1,.48",
    "ㅅ": ".5,0 .5,.25 0,1;.5,.25 1,1",
    "ㅇ": "0,0,1 1,0,1 1,1,1 0,1,1 z",
    "ㅈ": "0,0 1,0;.5,0 .5,.35 0,1;.5,.35 1,1",
    "ㅊ": ".5,0 .5,.2;0,.25 1,.25;.5,.25 .5,.5 0,1;.5,.5 1,1",
    "ㅋ": "0,0 1,0 1,.25 .82,1;.05,.48 .93,.48",
    "ㅌ": "1,0 0,0 0,1 1,1;0,.5 .95,.5",
    "ㅍ": "0,0 1,0;.26,0 .26,1;.74,0 .74,1;0,1 1,1",
    "ㅎ": ".5,0 .5,.17;.02,.2 .98,.2;.08,.40,.84 .92,.40,.84 .92,1,.84 .08,1,.84 z",
}
_INITIAL_OF = {
    0: "ㄱ", 2: "ㄴ", 3: "ㄷ", 5: "ㄹ", 6: "ㅁ", 7: "ㅂ", 9: "ㅅ", 11: "ㅇ", 12: "ㅈ", 14: "ㅊ",
    15: "ㅋ", 16: "ㅌ", 17: "ㅍ", 18: "ㅎ",
}  # fmt: skip
"""By Unicode's number; those that are missing occur on no plate."""
_FINAL_OF = {0: "", 1: "ㄱ", 4: "ㄴ", 8: "ㄹ", 16: "ㅁ", 21: "ㅇ"}

_UPRIGHT = {
    0: ".42,0 .42,1;.42,.48 1,.48",  # ㅏ
    1: ".44,0 .44,1;1,0 1,1;.44,.48 1,.48",  # ㅐ
    4: "1,0 1,1;.18,.48 1,.48",  # ㅓ
    5: "1,0 1,1;.5,0 .5,1;.18,.48 .5,.48",  # ㅔ
    6: "1,0 1,1;.18,.32 1,.32;.18,.64 1,.64",  # ㅕ
    20: "1,0 1,1",  # ㅣ
}
_LYING = {
    8: "0,1 1,1;.5,0 .5,1",  # ㅗ
    13: "0,0 1,0;.5,0 .5,1",  # ㅜ
    18: "0,.5 1,.5",  # ㅡ
}
_O = 8
_BOTH = {
    9: ("0,1 1,1;.5,0 .5,1", "0,0 0,1;0,.45 1,.45"),  # ㅘ
    14: ("0,0 1,0;.5,0 .5,1", "1,0 1,1;0,.8 1,.8"),  # ㅝ
}

_SPLITS = (0.50, 0.44)
"""Where an upright vowel begins, and an initial above ㅜ or ㅡ ends: the usual way and a narrower one."""
_ABOVE_O = 0.15
"""How much further down an initial above ㅗ reaches, whose stem is short."""
_HOOKS = (0, 15)
"""Initials ㄱ and ㅋ, within which the stem of a ㅗ stands: their own reaches almost down to the vowel's bar."""
_HOOK_END, _HOOK_STEM = 0.84, 0.42
"""Where such an initial ends and where the stem within it begins."""

_OPEN_END, _CLOSED_END = 1.0, 0.56
"""Where the vowel ends without and with a final below it."""
_USUAL, _WIDE = 0.76, 0.88
"""Widths of a syllable in cap heights; the vowels that need the larger one."""
_CROWDED = (1, 5, 9, 14)
_WEIGHTS = (0.70, 0.58)
"""Thickness of the strokes, over that of digits, without and with a final."""


@lru_cache(maxsize=512)
def shapes(syllable: str) -> tuple[Shape, ...]:
    """Two ways to draw a syllable: with a wide and with a narrow initial.

    Raises KeyError for what is no syllable or has a letter that no plate uses.
    """
    if not (len(syllable) == 1 and _FIRST <= syllable <= _LAST):
        raise KeyError(syllable)
    rest, final = divmod(ord(syllable) - ord(_FIRST), _FINALS)
    initial, vowel = divmod(rest, _VOWELS)
    below = _FINAL_OF[final]
    width = _WIDE if vowel in _CROWDED else _USUAL
    return tuple(
        Shape(width, ";".join(_strokes(initial, vowel, below, split)), _WEIGHTS[bool(below)])
        for split in _SPLITS
    )


def _strokes(initial: int, vowel: int, below: str, split: float) -> list[str]:
    """The letters of a syllable moved to their cells; `split` is one of `_SPLITS`."""
    consonant = _CONSONANTS[_INITIAL_OF[initial]]
    end = _CLOSED_END if below else _OPEN_END
    if vowel in _UPRIGHT:
        parts = [moved(consonant, (0.0, 0.03 * end, split, 0.9 * end))]
        parts.append(moved(_UPRIGHT[vowel], (split, 0.0, 1.0, end)))
    elif vowel in _LYING:
        ends, begins = _above(initial, vowel, split)
        parts = [moved(consonant, (0.14, 0.0, 0.86, ends * end))]
        parts.append(moved(_LYING[vowel], (0.0, begins * end, 1.0, end)))
    else:
        lying, upright = _BOTH[vowel]
        parts = [moved(consonant, (0.06, 0.0, 0.56, 0.44 * end))]
        parts.append(moved(lying, (0.0, 0.68 * end, 0.62, end)))
        parts.append(moved(upright, (0.78, 0.0, 1.0, end)))
    if below:
        parts.append(moved(_CONSONANTS[below], (0.14, 0.72, 0.96, 1.0)))
    return parts


def _above(initial: int, vowel: int, split: float) -> tuple[float, float]:
    """Where an initial above a vowel ends, and where the vowel begins."""
    if vowel != _O:
        return split, split + 0.17
    if initial in _HOOKS:
        return _HOOK_END, _HOOK_STEM
    return split + _ABOVE_O, split + _ABOVE_O + 0.08
