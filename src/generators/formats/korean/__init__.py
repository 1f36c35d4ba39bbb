"""Korean plates: two or three digits, a syllable for the use, four digits; a region on commercial and old ones.

Sources: the regulation on standards of motor vehicle registration plates (South Korea) for sizes and
colours, and for the syllables the list of 70 that readers of these plates are commonly trained on, which holds
those of the series before 2004 too. The 17 regions and the syllable of parcel vans come on top. Text: the region,
digits, syllable, digits, in one piece; the band, KOR, EV and the plug are not read.
"""

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ...draws import integer, pick, uniform
from ..base import (
    RGB,
    THIN_SPACE,
    BoxMM,
    Mark,
    PlateFormat,
    PlateSpec,
    PlateText,
    TextRow,
)
from ..issuers import sole_issuer
from .lettering import face
from .marks import NAVY, WHITE, band, bolts, electric
from .regions import REGIONS

USES = (
    "가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주하허호"
    "처커터퍼초코토포추쿠투푸후그느드르므브스으즈츠크트프흐카타파차"
)
"""Syllables of private and hired cars, those of the present series first."""
COMMERCIAL = "바사아자배"
"""Syllables of taxis, buses, lorries and parcel vans, whose plates name a region."""

_SYLLABLE = f"[{USES}{COMMERCIAL}]"
PATTERN = re.compile(
    f"(?P<prefix>(?:{'|'.join(REGIONS)})(?=[0-9]{{1,2}}[^0-9])|(?=[0-9]{{2,3}}[^0-9]))"
    f"(?P<number>[0-9]{{1,3}}{_SYLLABLE}[0-9]{{4}})"
)
"""One digit or two after a region, two or three without one."""

BLACK: RGB = (24, 24, 26)
YELLOW: RGB = (240, 190, 30)
GREEN: RGB = (24, 100, 60)
SKY: RGB = (150, 205, 235)
PALE_GREEN: RGB = (200, 226, 120)

LAYOUT_SHARES = {
    "long": 0.41,
    "long_band": 0.21,
    "long_electric": 0.05,
    "long_commercial": 0.07,
    "short": 0.09,
    "two_line_commercial": 0.06,
    "two_line_green": 0.06,
    "two_line_region": 0.05,
}
"""After the vehicles that are registered (Ministry of Land, Infrastructure and Transport, end of 2023: 25.9 million, of
them 1.9 million commercial, 0.54 million electric) and the years in which a series was issued: of three digits since
September 2019, with the band since July 2020, green until October 2006. Rare ones are drawn more often than they are
met.
"""
_THREE_DIGITS = 0.3
"""Share of three leading digits on white plates without a band: from 2019 on, painted."""
_CARS = 0.85
"""Share of leading numbers that are cars' (01 to 69, 100 to 699); the others are vans' and lorries'."""
_CORPORATE = 0.04
"""Share of reflecting plates that are pale green: dear cars of companies, since 2024."""
_ONE_DIGIT = 0.1
"""Share of green plates with a region and one digit, as before 1996."""
_PRESENT = 35
"""How many of `USES` the present series has."""
_OLD = 0.04
"""Share of plates without a region that have any syllable, of the present series or not: the others stand on plates of
before 2004, which name a region.
"""


_LONG, _SHORT = (520.0, 110.0), (335.0, 155.0)
_CAPS = {_LONG: (0.62, 0.78), _SHORT: (0.42, 0.54)}
"""Sizes of the plates with one row in mm, and how high their characters are over the plate's height."""
FACE = face(USES + COMMERCIAL + "".join(dict.fromkeys("".join(REGIONS))))


def _number(rng: np.random.Generator, head: str, uses: str) -> str:
    """Leading digits, a syllable, four digits."""
    tail = "".join(str(integer(rng, 0, 10)) for _ in range(4))
    return head + uses[integer(rng, 0, len(uses))] + tail


def _private(rng: np.random.Generator, digits: int) -> PlateText:
    uses = USES + COMMERCIAL if rng.random() < _OLD else USES[:_PRESENT]
    first, last = (1, 70) if digits == 2 else (100, 700)
    if rng.random() >= _CARS:
        first, last = (70, 100) if digits == 2 else (0, 1000)
    number = _number(rng, f"{integer(rng, first, last):0{digits}}", uses)
    return PlateText(number, "", number)


def _regional(rng: np.random.Generator, uses: str, digits: int = 2) -> PlateText:
    region = list(REGIONS)[integer(rng, 0, len(REGIONS))]
    number = _number(rng, f"{integer(rng, 0, 10**digits):0{digits}}", uses)
    return PlateText(region + number, region, number)


def _spec(
    content: PlateText, size: tuple[float, float], rows: tuple[TextRow, ...], paper: RGB = WHITE
) -> PlateSpec:
    ink = WHITE if paper == GREEN else BLACK
    return PlateSpec(content, "", size, rows, (), paper, ink, FACE)


def _row(rng: np.random.Generator, text: str, box: BoxMM) -> TextRow:
    return TextRow(text, box, gap=uniform(rng, -0.03, 0.06))


def _one_line(
    rng: np.random.Generator,
    content: PlateText,
    size: tuple[float, float],
    left: float,
    right: float = 0,
) -> PlateSpec:
    """The number in one row between `left` and `right` mm from the edges, a gap before its last four digits."""
    width, height = size
    cap = uniform(rng, *_CAPS[size]) * height
    top = (height - cap) / 2
    gap = (THIN_SPACE, " ")[integer(rng, 0, 2)]
    text = content.number[:-4] + gap + content.number[-4:]
    side = uniform(rng, 0.02, 0.05) * width
    return _spec(
        content, size, (_row(rng, text, (left + side, top, width - right - side, top + cap)),)
    )


def painted(rng: np.random.Generator, digits: int) -> PlateSpec:
    """White and painted, since November 2006; digits before the syllable."""
    return replace(
        _one_line(rng, _private(rng, digits), _LONG, 0), marks=bolts(rng, _LONG, 243, 55)
    )


def short(rng: np.random.Generator, digits: int) -> PlateSpec:
    """The same, for cars with no room for a long one."""
    return replace(
        _one_line(rng, _private(rng, digits), _SHORT, 0), marks=bolts(rng, _SHORT, 82, 22)
    )


def _long(rng: np.random.Generator) -> PlateSpec:
    return painted(rng, 3 if rng.random() < _THREE_DIGITS else 2)


def _long_band(rng: np.random.Generator) -> PlateSpec:
    """The reflecting plates since 2020, with a blue block and the country's letters."""
    paper = PALE_GREEN if rng.random() < _CORPORATE else WHITE
    return replace(_one_line(rng, _private(rng, 3), _LONG, 44), marks=band(rng), paper=paper)


def _long_electric(rng: np.random.Generator) -> PlateSpec:
    """Pale blue, of electric and hydrogen cars since 2017, with three digits since 2019."""
    content = _private(rng, 3 if rng.random() < 0.7 else 2)
    spec = _one_line(rng, content, _LONG, 0, 44)
    return replace(spec, paper=SKY, ink=NAVY, marks=electric(rng, SKY))


def _long_commercial(rng: np.random.Generator) -> PlateSpec:
    """Yellow, the region's two syllables small at the left, one above the other."""
    content = _regional(rng, COMMERCIAL)
    spec = replace(_one_line(rng, content, _LONG, 62), paper=YELLOW)
    left, high = uniform(rng, 12, 20), uniform(rng, 30, 38)
    marks = tuple(
        Mark((left, middle - high / 2, left + 46, middle + high / 2), label=syllable, printed=True)
        for syllable, middle in zip(content.prefix, (33, 77), strict=True)
    )
    return replace(spec, marks=marks)


def _short(rng: np.random.Generator) -> PlateSpec:
    return short(rng, 2 + integer(rng, 0, 2))


def _two_line(rng: np.random.Generator, content: PlateText, split: int, paper: RGB) -> PlateSpec:
    """A small upper row up to the character `split`, a large lower one."""
    upper, lower = uniform(rng, 38, 46), uniform(rng, 78, 88)
    top, bottom = uniform(rng, 12, 18), uniform(rng, 150, 158)
    side = uniform(rng, 66, 84)
    above, below = (
        _row(rng, _parted(content.text[:split]), (side, top, 335 - side, top + upper)),
        _row(rng, _parted(content.text[split:]), (14, bottom - lower, 321, bottom)),
    )
    # Characters are far wider than on plates of one row.
    wider = uniform(rng, 1.0, 1.6)
    rows = tuple(replace(row, stretch=wider * uniform(rng, 0.9, 1.1)) for row in (above, below))
    spec = _spec(content, (335, 170), rows, paper)
    return replace(spec, marks=bolts(rng, (335, 170), 118, 32))


def _parted(text: str) -> str:
    """A gap between syllables and digits."""
    return re.sub(r"(?<=[0-9])(?=[^0-9])|(?<=[^0-9])(?=[0-9])", THIN_SPACE, text)


def _two_line_commercial(rng: np.random.Generator) -> PlateSpec:
    return _two_line(rng, _regional(rng, COMMERCIAL), 4, YELLOW)


def _two_line_green(rng: np.random.Generator) -> PlateSpec:
    """From 2004 to 2006: the syllable ends the upper row, no region."""
    return _two_line(rng, _private(rng, 2), 3, GREEN)


def _two_line_region(rng: np.random.Generator) -> PlateSpec:
    """Up to 2003: region and digits above, the syllable before the number below."""
    digits = 1 if rng.random() < _ONE_DIGIT else 2
    return _two_line(rng, _regional(rng, USES, digits), 2 + digits, GREEN)


LAYOUTS: dict[str, Callable[[np.random.Generator], PlateSpec]] = {
    "long": _long,
    "long_band": _long_band,
    "long_electric": _long_electric,
    "long_commercial": _long_commercial,
    "short": _short,
    "two_line_commercial": _two_line_commercial,
    "two_line_green": _two_line_green,
    "two_line_region": _two_line_region,
}


def sample(rng: np.random.Generator) -> PlateSpec:
    """Draw a layout and a text that it may carry."""
    layout = pick(rng, LAYOUT_SHARES)
    return replace(LAYOUTS[layout](rng), layout=layout)


_ALPHABET = "".join(sorted({*"0123456789", *USES, *COMMERCIAL, *"".join(REGIONS)}))
FORMAT = PlateFormat(
    name="korean",
    alphabet=_ALPHABET,
    max_length=9,
    regions=tuple(REGIONS),
    patterns=(PATTERN,),
    sample=sample,
    issuers=sole_issuer("KR", (PATTERN,), _ALPHABET, REGIONS),
)
