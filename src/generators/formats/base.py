"""What a country's plates are: the texts that exist, and how each is laid out.

To add a country, write `src/generators/formats/<name>/__init__.py` that builds one `PlateFormat` and calls it `FORMAT`:

1. a regular expression for the texts, with the named groups `prefix` and `number`;
2. a `sample(rng)` that draws a text and returns a `PlateSpec`: the plate's size in millimetres, its
   text rows, its marks (coats of arms, coloured bands with letters, expiry tags) and its colours;
3. what it shows that others do not: coats of arms and a lettering in its own folder, characters in a
   file of `src/generators/scripts/`.

It is found by its folder's name; give it a test like `tests/generators/formats/test_swiss.py`. `docs/your-country.md`
goes through all of it. Nothing else knows about countries: `draw_plate` draws whatever a `PlateSpec` says. No country
imports another's folder, so what was trained for one stays up to date when another changes; a series of a country that
is a format of its own names the country's in `based_on`. A country of Europe with letters A to Z needs no folder of its
own: it is one entry of its region's file in `src/generators/formats/european/`.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...common.errors import UserError
from ...common.plates import LabelledPlate
from ...common.texts import UNREADABLE_CHARACTER
from ..plate_faces import PlateFace
from .issuers import Issuers

RGB = tuple[int, int, int]
BoxMM = tuple[float, float, float, float]
"""(left, top, right, bottom) in millimetres from the plate's top left corner."""

DOT = "\u00b7"
THIN_SPACE = "\u2009"
HYPHEN = "-"
"""In a row's text: the round dot, the narrow gap between groups of digits, the dash."""

SEALS = (
    *("pair", "round", "arms", "sticker"),
    *("crest", "crested", "stack", "hologram", "flagged", "season", "small"),
)
SEAL_VARIANTS = 16
"""What is stuck or printed on a plate beside its text, and in how many ways each is drawn: two round seals one above
the other, one round seal, a coat of arms, an upright sticker; a shield as high as the letters, one with small letters
below it, two stickers of other shapes, a square of film, a flag with a country's letters, the months of a season, a
small letter.
"""
_FIRST_SEAL = 0xE000


def seal(kind: str, variant: int) -> str:
    """The character, of Unicode's private ones, that stands for a seal in a row's text.

    Raises ValueError for an unknown kind or variant.
    """
    if not 0 <= variant < SEAL_VARIANTS:
        raise ValueError(f"Seals have variants 0 to {SEAL_VARIANTS - 1}, not {variant}.")
    return chr(_FIRST_SEAL + SEALS.index(kind) * SEAL_VARIANTS + variant)


def seal_of(char: str) -> tuple[str, int] | None:
    """Kind and variant of the seal that `char` stands for, or None when it is no seal."""
    kind, variant = divmod(ord(char) - _FIRST_SEAL, SEAL_VARIANTS)
    return (SEALS[kind], variant) if 0 <= kind < len(SEALS) else None


def shows_character(char: str) -> bool:
    """Say whether `char` of a row's text is a character of the plate's text: no space, dot, dash or seal."""
    return char.isalnum() and seal_of(char) is None


@dataclass(frozen=True)
class PlateText:
    """One text that a format can issue; `text == prefix + number`."""

    text: str
    prefix: str
    number: str


@dataclass(frozen=True)
class TextRow:
    """One line of embossed characters, centred in its box; the box's height is the cap height.

    `text` may hold `DOT`, `THIN_SPACE`, `HYPHEN`, seals and spaces. A text too wide for the box is condensed.
    `stretch` multiplies the width of its characters, `gap` in cap heights is added between them. Where `cell` is not
    0, each character stands in a cell so many cap heights wide and, unless it is narrow, fills it; strokes do not
    become as much thicker as characters become wider.
    """

    text: str
    box: BoxMM
    stretch: float = 1.0
    gap: float = 0.0
    cell: float = 0.0


Polygon = tuple[tuple[float, float], ...]
"""Vertices x, y over 0…1 of what it is drawn in."""
Placed = tuple[Polygon, tuple[float, float, float, float]]
"""A polygon and the box (left, top, width, height) over 0…1 of an emblem that it is drawn in."""


@dataclass(frozen=True, eq=False)
class Emblem:
    """A coat of arms or a sign. Each is made once and is equal to itself alone.

    Its field has the colour `first`, the polygons of `field` in it the colour `second`, and `charge` stands on it in
    `ink`. Of one that is not `framed` only the charge is drawn. The `name` is that of its region, for `TemplateFiles`.
    """

    name: str
    first: RGB
    field: tuple[Polygon, ...]
    second: RGB
    charge: tuple[Placed, ...]
    ink: RGB
    framed: bool = True


@dataclass(frozen=True)
class Mark:
    """Something on the plate that is not part of a row: an emblem or a coloured block.

    Without an `emblem`, the box is filled with `colour` and `label` is written on it in `ink`, turned by 90 degrees if
    `turned`; if `printed`, the label stands on the plate's own paper in the plate's own ink, and unless it is `unread`
    the plate's text begins with it.
    """

    box: BoxMM
    emblem: Emblem | None = None
    colour: RGB = (255, 255, 255)
    label: str = ""
    ink: RGB = (0, 0, 0)
    turned: bool = False
    printed: bool = False
    unread: bool = False


@dataclass(frozen=True)
class Field:
    """A part of a plate's ground that has other colours than its paper: `upper` turns into `lower` on the way down.

    They have to be pale where the paper is, and dark where it is: the ink is one.
    """

    box: BoxMM
    upper: RGB
    lower: RGB


@dataclass(frozen=True)
class PlateSpec:
    """Everything that is decided about one plate before it is drawn. Lengths in millimetres.

    country: whose it is, in ISO 3166-1 (alpha-2); "" where its format leaves that to its issuers.
    """

    content: PlateText
    layout: str
    size: tuple[float, float]
    rows: tuple[TextRow, ...]
    marks: tuple[Mark, ...]
    paper: RGB
    ink: RGB
    face: PlateFace
    fields: tuple[Field, ...] = ()
    country: str = ""

    @property
    def text(self) -> str:
        """What a reader must return for this plate."""
        return self.content.text

    @property
    def lines(self) -> int:
        """Number of text rows, 1 or 2."""
        return len(self.rows)

    def labelled(self, quad: NDArray[np.float32]) -> LabelledPlate:
        """Return what is known of this plate where it was drawn with its corners at ``quad``, (4, 2) in pixels."""
        content = self.content
        return LabelledPlate(content.text, content.prefix, self.lines, quad, country=self.country)


@dataclass(frozen=True)
class TemplateFiles:
    """Where pictures of a plate's parts lie below a folder, for a format whose plates can be put together from them.

    face: the lettering that they show. blank, dot, country: the plate without anything on it, the dot between prefix
    and number, the country's flag. digits, names, flags: of one digit, of a region's letters, of its flag, where `{}`
    stands for the digit, and for a region of `regions` in lower case.
    """

    face: PlateFace
    blank: str
    dot: str
    country: str
    digits: str
    names: str
    flags: str
    regions: tuple[str, ...]


@dataclass(frozen=True)
class PlateFormat:
    """The plates of one country or of several.

    `alphabet` holds each character that a text can contain, once; `max_length` is the longest
    text; `regions` (cantons, provinces) lists what `PlateText.prefix` may end with and accuracy is
    told apart by, and is empty where prefixes say nothing of that kind;
    `patterns`, tried in order, match every text that exists and nothing else, with the named groups
    `prefix` and `number`; `sample` draws one plate; `templates` says which pictures plates can be put
    together from, and is None where they are only drawn; `issuers` says which countries issue the texts, and is None
    where that is not said; with `narrowed`, only texts of these countries are known; `based_on` names the formats from
    whose folders this one imports, all of them.
    """

    name: str
    alphabet: str
    max_length: int
    regions: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]
    sample: Callable[[np.random.Generator], PlateSpec]
    templates: TemplateFiles | None = None
    issuers: Issuers | None = None
    narrowed: bool = False
    based_on: tuple[str, ...] = ()

    def of_countries(self, codes: Iterable[str]) -> "PlateFormat":
        """Return the format that knows only the texts that one of these countries issues, by their ISO 3166 codes.

        Raises UserError when the format has none, or not one of them.
        """
        own = {} if self.issuers is None else self.issuers.priors
        missing = ", ".join(sorted(set(codes) - own.keys()))
        if self.issuers is None or missing:
            raise UserError(
                f"the plate format '{self.name}' has no plates of {missing or 'any country'}: "
                f"choose from {', '.join(sorted(own)) or 'another format'}"
            )
        return replace(self, issuers=self.issuers.only(codes), narrowed=True)

    def doubt(self, text: str) -> str | None:
        """Say why no plate can have a text, or return None when one can.

        `UNREADABLE_CHARACTER` in a text stands for any character; such a text is not held against the patterns.
        """
        written = f"text {text!r} is none of the plate format '{self.name}'"
        foreign = "".join(sorted(set(text) - {*self.alphabet, UNREADABLE_CHARACTER}))
        if foreign:
            return f"{written}, which does not have {foreign}"
        if len(text) > self.max_length:
            return f"{written}: it has {len(text)} characters, of at most {self.max_length}"
        if UNREADABLE_CHARACTER not in text and self.parse(text) is None:
            return f"{written}: its letters and digits do not stand as on such plates"
        return None

    def parse(self, text: str) -> PlateText | None:
        """Split `text` into prefix and number, or return None when no such plate exists."""
        matches = (pattern.fullmatch(text) for pattern in self.patterns)
        match = next((m for m in matches if m), None)
        if match is None or not self._is_issued(text):
            return None
        return PlateText(text, match["prefix"], match["number"])

    def _is_issued(self, text: str) -> bool:
        return not self.narrowed or (self.issuers is not None and self.issuers.issue(text))
