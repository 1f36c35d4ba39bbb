"""What a country's plates are: the texts that exist, and how each is laid out.

To add a country, write one file `src/generators/formats/<name>.py` that builds one `PlateFormat`:

1. a regular expression for the texts and a `parse` that splits a text into prefix and number;
2. a `sample(rng)` that draws a text and returns a `PlateSpec`: the plate's size in millimetres, its
   text rows, its marks (coats of arms, coloured bands with letters, expiry tags) and its colours;
3. its coats of arms, if any, in `src/generators/shields.py`.

Then name it in `FORMATS` of `src/generators/formats/__init__.py` and give it a test like
`tests/generators/formats/test_swiss.py`. Nothing else knows about countries: `draw_plate` draws
whatever a `PlateSpec` says.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

RGB = tuple[int, int, int]
BoxMM = tuple[float, float, float, float]
"""(left, top, right, bottom) in millimetres from the plate's top left corner."""

DOT = "\u00b7"
THIN_SPACE = "\u2009"
"""In a row's text: the round dot, and the narrow gap between groups of digits."""


@dataclass(frozen=True)
class PlateText:
    """One text that a format can issue; `text == prefix + number`."""

    text: str
    prefix: str
    number: str


@dataclass(frozen=True)
class TextRow:
    """One line of embossed characters, centred in its box; the box's height is the cap height.

    `text` may hold `DOT`, `THIN_SPACE` and spaces. A text too wide for the box is condensed.
    """

    text: str
    box: BoxMM


@dataclass(frozen=True)
class Mark:
    """Something on the plate that is not part of a row: a coat of arms or a coloured block.

    An `emblem` names an entry of `src.generators.shields.EMBLEMS`. Without one, the box is filled
    with `colour` and `label` is written on it in `ink`, turned by 90 degrees if `turned`.
    """

    box: BoxMM
    emblem: str = ""
    colour: RGB = (255, 255, 255)
    label: str = ""
    ink: RGB = (0, 0, 0)
    turned: bool = False


@dataclass(frozen=True)
class PlateSpec:
    """Everything that is decided about one plate before it is drawn. Lengths in millimetres."""

    content: PlateText
    layout: str
    size: tuple[float, float]
    rows: tuple[TextRow, ...]
    marks: tuple[Mark, ...]
    paper: RGB
    ink: RGB

    @property
    def text(self) -> str:
        """What a reader must return for this plate."""
        return self.content.text

    @property
    def lines(self) -> int:
        """Number of text rows, 1 or 2."""
        return len(self.rows)


@dataclass(frozen=True)
class PlateFormat:
    """The plates of one country.

    `alphabet` holds each character that a text can contain, once; `max_length` is the longest
    text; `prefixes` lists what `PlateText.prefix` can be; `pattern` matches every text that exists
    and nothing else, with the named groups `prefix` and `number`; `sample` draws one plate.
    """

    name: str
    alphabet: str
    max_length: int
    prefixes: tuple[str, ...]
    pattern: re.Pattern[str]
    sample: Callable[[np.random.Generator], PlateSpec]

    def parse(self, text: str) -> PlateText | None:
        """Split `text` into prefix and number, or return None when no such plate exists."""
        match = self.pattern.fullmatch(text)
        if match is None:
            return None
        return PlateText(text, match["prefix"], match["number"])
