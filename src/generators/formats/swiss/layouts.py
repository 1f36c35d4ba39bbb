"""How Swiss plates are laid out: sizes, rows, shields and colours.

Source: VZV, annex 4, for sizes and colours; positions, in millimetres, are measured by eye and vary per plate.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ...draws import integer, uniform
from ...plate_faces import PLATE_FACES
from ..base import DOT, RGB, BoxMM, Mark, PlateSpec, PlateText, TextRow
from .shields import SHIELDS
from .texts import CANTONS, grouped

FACE = PLATE_FACES["swiss"]
WHITE: RGB = (240, 240, 236)
BLACK: RGB = (22, 22, 24)
RED: RGB = (206, 32, 40)
COLOURS: dict[str, RGB] = {
    "blue": (92, 150, 205),  # work vehicles
    "green": (96, 160, 100),  # agriculture
    "brown": (228, 150, 84),  # exceptional vehicles
    "yellow": (236, 200, 70),  # mopeds, small motorcycles
}
COLOUR_SHARES = {"blue": 0.30, "green": 0.25, "brown": 0.25, "yellow": 0.20}
WRONG_SHIELDS = 0.25
"""Share of rears whose canton's shield is any canton's. No such plates exist; but a reader that always sees letters
and shield agree believes the shield, which is worn or under a sticker, where the letters are clear."""
SERVICE_BLUE: RGB = (40, 96, 190)


def _shields(rng: np.random.Generator, canton: str, left: BoxMM, right: BoxMM) -> tuple[Mark, ...]:
    if rng.random() < WRONG_SHIELDS:
        canton = CANTONS[integer(rng, 0, len(CANTONS))]
    return (Mark(left, emblem=SHIELDS["CH"]), Mark(right, emblem=SHIELDS[canton]))


def _one_line(
    content: PlateText, width: float, height: float, cap: float, inset: float
) -> PlateSpec:
    """Canton, dot and number in one row, `inset` mm free at both ends, letters `cap` mm high."""
    top = (height - cap) / 2
    text = content.prefix + DOT + grouped(content.number)
    row = TextRow(text, (inset, top, width - inset, top + cap))
    return PlateSpec(content, "", (width, height), (row,), (), WHITE, BLACK, FACE)


def _front_short(rng: np.random.Generator, content: PlateText) -> PlateSpec:
    return _one_line(content, 300, 80, uniform(rng, 54, 60), uniform(rng, 9, 17))


def _front_long(rng: np.random.Generator, content: PlateText) -> PlateSpec:
    return _one_line(content, 500, 110, uniform(rng, 66, 80), uniform(rng, 18, 40))


def _rear_long(rng: np.random.Generator, content: PlateText) -> PlateSpec:
    # Short numbers leave room: their shields often stand further in.
    room = 7.0 * max(0, 7 - len(content.text))
    edge = uniform(rng, 10, 18) + uniform(rng, 0, 1) * room
    width, height = uniform(rng, 36, 42), uniform(rng, 46, 56)
    top = 55 - height / 2 + uniform(rng, -3, 3)
    inset = edge + width + uniform(rng, 1, 7)
    spec = _one_line(content, 500, 110, uniform(rng, 62, 74), inset)
    left = (edge, top, edge + width, top + height)
    right = (500 - edge - width, top, 500 - edge, top + height)
    return replace(spec, marks=_shields(rng, content.prefix, left, right))


def _two_lines(
    rng: np.random.Generator,
    content: PlateText,
    size: tuple[float, float],
    upper: BoxMM,
    lower: BoxMM,
    edge: float,
    shield: float,
    above: float = 0,
) -> PlateSpec:
    """Canton above number, a shield at both sides.

    upper, lower: of the rows. edge, shield: where the left shield begins and how wide it is. above: how far the shields
    stand out above the row, all in millimetres.
    """
    width, top = size[0], upper[1]
    left = (edge, top - above, edge + shield, top + shield * 1.3)
    right = (width - edge - shield, top - above, width - edge, top + shield * 1.3)
    rows = (TextRow(content.prefix, upper), TextRow(grouped(content.number), lower))
    marks = _shields(rng, content.prefix, left, right)
    return PlateSpec(content, "", size, rows, marks, WHITE, BLACK, FACE)


def _rear_two_line(rng: np.random.Generator, content: PlateText) -> PlateSpec:
    upper, lower = uniform(rng, 47, 54), uniform(rng, 63, 72)
    top, bottom = uniform(rng, 10, 15), uniform(rng, 146, 151)
    edge = uniform(rng, 28, 46)
    shield = uniform(rng, 34, 40)
    rows = (92, top, 208, top + upper), (16, bottom - lower, 284, bottom)
    return _two_lines(rng, content, (300, 160), *rows, edge, shield, above=2)


def _motorcycle(rng: np.random.Generator, content: PlateText) -> PlateSpec:
    upper, lower = uniform(rng, 39, 45), uniform(rng, 50, 58)
    top, bottom = uniform(rng, 9, 14), uniform(rng, 126, 131)
    edge, shield = uniform(rng, 12, 18), uniform(rng, 25, 31)
    rows = (52, top, 128, top + upper), (9, bottom - lower, 171, bottom)
    return _two_lines(rng, content, (180, 140), *rows, edge, shield)


def diplomatic(rng: np.random.Generator, content: PlateText) -> PlateSpec:
    """A coloured block with the service at the left, then canton, country code, dot, number."""
    service, canton = content.prefix[:2], content.prefix[2:]
    head = max(1, len(content.number) - 3)
    row = TextRow(
        f"{canton}  {content.number[:head]}{DOT}{content.number[head:]}",
        (112, 20, 478, 20 + uniform(rng, 64, 72)),
    )
    block = Mark((7, 7, 104, 103), colour=SERVICE_BLUE, label=service, ink=WHITE)
    return PlateSpec(content, "", (500, 110), (row,), (block,), WHITE, BLACK, FACE)


def with_expiry(rng: np.random.Generator, spec: PlateSpec) -> PlateSpec:
    """A temporary plate: a red tag with the year of expiry, turned, right of the number."""
    width = spec.size[0]
    row = spec.rows[-1]
    left, top, right, bottom = row.box
    tag = 0.44 * (bottom - top)
    end = right if spec.lines == 2 or not spec.marks else spec.marks[-1].box[0] - 3
    year = f"{integer(rng, 0, 32):02d}"
    mark = Mark(
        (end - tag, top, end, bottom), colour=RED, label=year, ink=WHITE, turned=rng.random() < 0.6
    )
    rows = (*spec.rows[:-1], TextRow(row.text, (left, top, end - tag - 0.02 * width, bottom)))
    return replace(spec, rows=rows, marks=(*spec.marks, mark))


LAYOUTS: dict[str, Callable[[np.random.Generator, PlateText], PlateSpec]] = {
    "front_short": _front_short,
    "front_long": _front_long,
    "rear_long": _rear_long,
    "rear_two_line": _rear_two_line,
    "motorcycle": _motorcycle,
}
LAYOUT_SHARES = {
    "front_short": 0.17,
    "front_long": 0.13,
    "rear_long": 0.38,
    "rear_two_line": 0.26,
    "motorcycle": 0.06,
}
TWO_LINE_SHARE = LAYOUT_SHARES["rear_two_line"] + LAYOUT_SHARES["motorcycle"]
"""Share of two rows where the plate is not a service's, which always has one."""
