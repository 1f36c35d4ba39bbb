"""What is said of a country's plates: series of texts, how each looks, and how many vehicles carry them."""

import math
import string
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..base import RGB

LETTERS = string.ascii_uppercase
UMLAUTS = "ÄÖÜ"
WHITE: RGB = (238, 238, 236)
YELLOW: RGB = (244, 200, 40)
ORANGE: RGB = (236, 130, 30)
BLACK: RGB = (24, 24, 26)
RED: RGB = (190, 30, 40)
GREEN: RGB = (20, 110, 60)
PALE_GREEN: RGB = (190, 225, 180)
PALE_BLUE: RGB = (150, 190, 225)
NAVY: RGB = (20, 40, 120)

Shares = Mapping[str, float]
Colours = Mapping[RGB, float]

BAND_KINDS = ("eu", "code", "flag", "bare", "printed", "green", "none")
"""What may stand in front of a text: a blue block with stars and a country's letters, one with letters alone or with a
flag, a bare one, a flag and letters without a block, a green flash as of electric cars in Britain, or nothing.
"""
STRIP_KINDS = ("department", "province", "month", "bare", "season", "taxi", "sticker", "none")
"""What may stand behind it: a blue block with a region's arms and digits (France), with a year and a province's letters
(Italy), a yellow one with year and month (Portugal), a bare block, two months one above the other (Germany), a small
letter, a sticker, or nothing.
"""


@dataclass(frozen=True)
class Look:
    """How a series looks; colours, blocks and seals with their shares, each of which adds up to 1.

    `bands` and `strips` are of `BAND_KINDS` and `STRIP_KINDS`, `seals` what a `*` of a template may be, `edged` the
    share with lines along the upper and lower edge, `imprinted` the share of plates of one line with the maker's or
    dealer's small print below the text, `shapes` of `layouts.SHAPES` where not those of most countries.
    """

    bands: Shares = field(default_factory=lambda: {"eu": 0.9, "none": 0.1})
    strips: Shares = field(default_factory=lambda: {"none": 0.97, "sticker": 0.03})
    seals: tuple[str, ...] = ("round",)
    edged: float = 0.0
    imprinted: float = 0.04
    papers: Colours = field(default_factory=lambda: {WHITE: 1.0})
    inks: Colours = field(default_factory=lambda: {BLACK: 0.96, NAVY: 0.04})
    shapes: Shares | None = None


@dataclass(frozen=True)
class Series:
    """Texts that look alike: their share among a country's plates, templates in the notation of `grammar.py` with
    their shares, and what `@` stands for where it is not what the country's does.
    """

    share: float
    texts: Shares
    look: Look
    letters: str = ""


@dataclass(frozen=True)
class Country:
    """Plates of one country.

    `code` is the distinguishing sign of its vehicles in traffic abroad, `vehicles` how many it has in millions,
    `faces` keys of `FACES`, each as likely as the others.
    """

    code: str
    vehicles: float
    faces: tuple[str, ...]
    letters: str
    series: tuple[Series, ...]

    @property
    def weight(self) -> float:
        """How often it is drawn, over the others': the root of its vehicles, or small countries were never seen."""
        return math.sqrt(self.vehicles)

    def letters_of(self, series: Series) -> str:
        """Return what `@` stands for in the texts of a series."""
        return series.letters or self.letters


def without(excluded: str) -> str:
    """Return the letters A to Z but some."""
    return "".join(char for char in LETTERS if char not in excluded)


def any_of(parts: str) -> str:
    """Return the template of one of some letters or, where `parts` has blanks, of one of its words."""
    return "{" + ",".join(parts.split() if " " in parts else parts) + "}"


def one_look(
    code: str,
    vehicles: float,
    faces: str,
    letters: str,
    texts: Shares,
    look: Look,
) -> Country:
    """Return a country all of whose plates look alike; `faces` with blanks between them."""
    return Country(code, vehicles, tuple(faces.split()), letters, (Series(1.0, texts, look),))
