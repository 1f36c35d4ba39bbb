"""Korean plates: two or three digits, a syllable for the use, four digits; a region on commercial ones.

Sources: the regulation on standards of motor vehicle registration plates (South Korea) for sizes and
colours, and for the syllables the list of 70 that readers of these plates are commonly trained on, which holds
those of the series before 2004 too. The 17 regions and the syllable of parcel vans come on top.
"""

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ...draws import integer, pick, uniform
from ...plate_faces import PLATE_FACES
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
from .regions import REGIONS

USES = (
    "가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주하허호"
    "처커터퍼초코토포추쿠투푸후그느드르므브스으즈츠크트프흐카타파차"
)
"""Syllables of private and hired cars, those of the present series first."""
COMMERCIAL = "바사아자배"
"""Syllables of taxis, buses, lorries and parcel vans, whose plates name a region."""

PATTERN = re.compile(
    f"(?P<prefix>(?:{'|'.join(REGIONS)})?)(?P<number>[0-9]{{2,3}}[{USES}{COMMERCIAL}][0-9]{{4}})"
)

WHITE: RGB = (240, 240, 238)
BLACK: RGB = (24, 24, 26)
YELLOW: RGB = (240, 190, 30)
GREEN: RGB = (24, 100, 60)
BLUE: RGB = (20, 60, 160)
SKY: RGB = (150, 205, 235)
NAVY: RGB = (20, 40, 100)

LAYOUT_SHARES = {
    "long": 0.42,
    "long_band": 0.14,
    "long_commercial": 0.08,
    "short": 0.10,
    "two_line_commercial": 0.08,
    "two_line_green": 0.10,
    "two_line_region": 0.08,
}
_THREE_DIGITS = 0.45
"""Share of three leading digits on long white plates, the series since 2019."""
_ELECTRIC = 0.12
"""Share of long white plates that are sky blue instead: electric cars."""
_PRESENT = 35
"""How many of `USES` the present series has."""
_OLD = 0.4
"""Share of plates that have any syllable, of the present series or not."""


_LONG, _SHORT = (520.0, 110.0), (335.0, 155.0)
_CAPS = {_LONG: (0.66, 0.78), _SHORT: (0.42, 0.54)}
"""Sizes of the plates with one row in mm, and how high their characters are over the plate's height."""


def _number(rng: np.random.Generator, digits: int, uses: str) -> str:
    """`digits` digits, a syllable, four digits."""
    head = "".join(str(integer(rng, 0, 10)) for _ in range(digits))
    tail = "".join(str(integer(rng, 0, 10)) for _ in range(4))
    return head + uses[integer(rng, 0, len(uses))] + tail


def _private(rng: np.random.Generator, digits: int) -> PlateText:
    uses = USES + COMMERCIAL if rng.random() < _OLD else USES[:_PRESENT]
    number = _number(rng, digits, uses)
    return PlateText(number, "", number)


def _regional(rng: np.random.Generator, uses: str) -> PlateText:
    region = list(REGIONS)[integer(rng, 0, len(REGIONS))]
    number = _number(rng, 2, uses)
    return PlateText(region + number, region, number)


def _spec(
    content: PlateText, size: tuple[float, float], rows: tuple[TextRow, ...], paper: RGB = WHITE
) -> PlateSpec:
    ink = WHITE if paper == GREEN else BLACK
    return PlateSpec(content, "", size, rows, (), paper, ink, PLATE_FACES["korean"])


def _row(rng: np.random.Generator, text: str, box: BoxMM) -> TextRow:
    return TextRow(text, box, gap=uniform(rng, -0.03, 0.06))


def _one_line(
    rng: np.random.Generator, content: PlateText, size: tuple[float, float], left: float
) -> PlateSpec:
    """The number in one row right of `left` mm, a gap before its last four digits."""
    width, height = size
    cap = uniform(rng, *_CAPS[size]) * height
    top = (height - cap) / 2
    gap = (THIN_SPACE, " ")[integer(rng, 0, 2)]
    text = content.number[:-4] + gap + content.number[-4:]
    side = uniform(rng, 0.02, 0.05) * width
    return _spec(content, size, (_row(rng, text, (left + side, top, width - side, top + cap)),))


def _long(rng: np.random.Generator) -> PlateSpec:
    content = _private(rng, 3 if rng.random() < _THREE_DIGITS else 2)
    spec = _one_line(rng, content, _LONG, 0)
    return replace(spec, paper=SKY, ink=NAVY) if rng.random() < _ELECTRIC else spec


def _long_band(rng: np.random.Generator) -> PlateSpec:
    """The reflecting plates since 2020, with a blue block and the country's letters."""
    spec = _one_line(rng, _private(rng, 3), _LONG, 44)
    block = Mark((0, 0, 44, 110), colour=BLUE)
    label = Mark((2, 66, 42, 92), colour=BLUE, label="KOR", ink=WHITE)
    return replace(spec, marks=(block, label))


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
    return _one_line(rng, _private(rng, 2 + integer(rng, 0, 2)), _SHORT, 0)


def _two_line(rng: np.random.Generator, content: PlateText, split: int, paper: RGB) -> PlateSpec:
    """A small upper row up to the character `split`, a large lower one."""
    upper, lower = uniform(rng, 38, 46), uniform(rng, 78, 88)
    top, bottom = uniform(rng, 12, 18), uniform(rng, 150, 158)
    side = uniform(rng, 66, 84)
    rows = (
        _row(rng, _parted(content.text[:split]), (side, top, 335 - side, top + upper)),
        _row(rng, _parted(content.text[split:]), (14, bottom - lower, 321, bottom)),
    )
    return _spec(content, (335, 170), rows, paper)


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
    return _two_line(rng, _regional(rng, USES), 4, GREEN)


LAYOUTS: dict[str, Callable[[np.random.Generator], PlateSpec]] = {
    "long": _long,
    "long_band": _long_band,
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
