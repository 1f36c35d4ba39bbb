"""What is said of a state's plates: serials, how they look, and how many vehicles carry them."""

import math
import string
from collections.abc import Mapping
from dataclasses import dataclass

from ..base import RGB

LETTERS = string.ascii_uppercase
NO_IOQ = "".join(char for char in LETTERS if char not in "IOQ")

WHITE: RGB = (240, 240, 238)
CREAM: RGB = (244, 236, 208)
GOLD: RGB = (244, 190, 60)
YELLOW: RGB = (250, 220, 110)
BLACK: RGB = (26, 26, 28)
NAVY: RGB = (24, 36, 96)
BLUE: RGB = (40, 80, 160)
SKY: RGB = (150, 196, 232)
PALE_SKY: RGB = (205, 226, 242)
PURPLE: RGB = (120, 96, 160)
PEACH: RGB = (246, 190, 140)
ORANGE: RGB = (236, 140, 60)
RED: RGB = (186, 30, 44)
MAROON: RGB = (110, 24, 40)
GREEN: RGB = (24, 92, 52)
LEAF: RGB = (120, 172, 100)
TEAL: RGB = (70, 160, 170)
BROWN: RGB = (92, 60, 40)
GREY: RGB = (150, 156, 164)

Shares = Mapping[str, float]
GROUNDS = ("plain", "above", "below", "both", "scene", "waves", "ridge", "picture", "bands")
"""What a plate's ground is: of one colour; fading from a colour at its upper edge, its lower one or both; a sky with
hills; hills at the foot; a dark sky behind mountains; a pale picture in the middle; blocks of colour above and below.
"""


@dataclass(frozen=True)
class Look:
    """One design: paper and ink, one of `GROUNDS` with its upper and lower colour, what is written below, its faces."""

    paper: RGB
    ink: RGB
    ground: str = "plain"
    upper: RGB = SKY
    lower: RGB = LEAF
    below: tuple[str, ...] = ()
    faces: tuple[str, ...] = ("narrow", "round")


@dataclass(frozen=True)
class State:
    """Plates of one state.

    name: as it is written above the text. vehicles: how many it has, in millions. serials: templates in the notation of
    `serials.py` with their shares. looks: its designs, those that are met most first, each half as often as the one
    before.
    """

    code: str
    name: str
    vehicles: float
    serials: Shares
    looks: tuple[Look, ...]
    letters: str = NO_IOQ

    @property
    def weight(self) -> float:
        """How often it is drawn, over the others: the root of its vehicles, or small states were never seen."""
        return math.sqrt(self.vehicles)


def state(
    code: str, name: str, vehicles: float, serials: Shares, *looks: Look, letters: str = NO_IOQ
) -> State:
    """Return a state; its designs follow its serials."""
    return State(code, name, vehicles, serials, looks, letters)
