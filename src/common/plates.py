"""A labelled plate: what is known of a plate in a picture, whether it was drawn or somebody has labelled it."""

from dataclasses import dataclass
from enum import Enum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .texts import UNREADABLE_CHARACTER

# What the prefix and the number of a text are called in answers and tables, whatever its plate format calls them: the
# names that clients know, from when there was one format.
PREFIX_KEY, NUMBER_KEY = "canton", "number"


class NoText(Enum):
    """Why a label has no text. False, as the empty text is."""

    UNKNOWN = "unknown"
    """Nobody has labelled the text: a reader may well be able to read it."""
    UNREADABLE = "unreadable"
    """Labelled as a plate that nobody can read."""

    def __bool__(self) -> Literal[False]:
        """A label without a text counts as little as an empty one where texts are counted."""
        return False


@dataclass(frozen=True)
class LabelledPlate:
    """A plate in a picture, as far as it is known.

    text: what a reader must return. In a drawn plate's, `texts.UNSEEN` stands for characters that are hidden; in a
        photograph's label, `texts.UNREADABLE_CHARACTER` for one that nobody can read. "" where there is nothing to
        read: what looks like a plate and is none.
    prefix: what the text begins with and regions are told by; "" where that is not known.
    lines: rows of text, 1 or 2; None where that is not known.
    quad: corners float32 (4, 2) in pixels, as in `geometry`; None where they are not known.
    rough: is it only known where the plate is, and neither its corners, which are a box round it, nor its rows?
    country: whose plate it is, in ISO 3166-1 (alpha-2); "" where that is not known.
    """

    text: str | NoText
    prefix: str = ""
    lines: int | None = None
    quad: NDArray[np.float32] | None = None
    rough: bool = False
    country: str = ""

    @property
    def known_text(self) -> str:
        """The text; raises ValueError where there is none."""
        if isinstance(self.text, NoText):
            raise ValueError(f"the text of this plate is {self.text.value}")
        return self.text

    @property
    def known_lines(self) -> int:
        """Rows of text; raises ValueError where their number is not known."""
        if self.lines is None:
            raise ValueError("it is not known how many rows of text this plate has")
        return self.lines

    @property
    def known_quad(self) -> NDArray[np.float32]:
        """The corners; raises ValueError where they are not known."""
        if self.quad is None:
            raise ValueError("it is not known where the corners of this plate are")
        return self.quad

    @property
    def unreadable_characters(self) -> int:
        """How many characters of the text nobody can read."""
        return self.text.count(UNREADABLE_CHARACTER) if self.text else 0
