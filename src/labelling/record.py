"""What a format of labels says of a picture, before it is checked."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..common.errors import UserError

Point = tuple[float, float]

# Kinds of errors, as they are counted.
BROKEN = "broken row"
NO_PICTURE = "no picture"
BAD_PICTURE = "unreadable picture"
OTHER_SIZE = "another size"
BAD_TEXT = "text"
BAD_CORNERS = "corners"
REPEATED = "repeated"
CROWD = "crowd"
NOT_CORRECTED = "not corrected yet"
TWO_SIDES = "two sides"


@dataclass(frozen=True)
class Plate:
    """One plate as it is labelled.

    text: as written; "" where nobody could read it. corners: four points, or None where its place is not known.
    shares: whether the corners are shares of the picture's sides, in [0, 1], instead of pixels. own_order: whether they
    are known to run clockwise from the plate's own top left. region, lines, group: as in `annotations.csv`. where: as
    in `Rejected`, "" where that of its picture says it.
    """

    text: str = ""
    corners: tuple[Point, ...] | None = None
    shares: bool = False
    own_order: bool = False
    region: str = ""
    lines: str = ""
    group: str = ""
    where: str = field(default="", compare=False)

    def at(self, where: str) -> "Plate":
        """Return the plate with the place at which it is labelled."""
        return replace(self, where=where)


@dataclass(frozen=True)
class Rejected:
    """Something that cannot be used.

    where: file and, if there is one, line or number in it. picture: as it is named there. kind: one of those above.
    why: a sentence that says what is wrong.
    """

    where: str
    picture: str
    kind: str
    why: str


@dataclass(frozen=True)
class Labelled:
    """A picture and its plates; without any, and without faults, a picture that has no plate.

    where: the file, and line, that says so. split: "train", "val", "test" or "". size: (width, height) of the picture
    that was labelled, where the format tells. others: names of labelled things that are no plates. faults: plates of
    the picture that cannot be used.
    """

    picture: Path
    plates: tuple[Plate, ...]
    where: str
    split: str = ""
    size: tuple[int, int] | None = None
    others: tuple[str, ...] = ()
    faults: tuple[Rejected, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Asked:
    """What the user said of a source of labels.

    name: of the set that is made, which names of groups begin with. pictures: the folder that holds the pictures; None
    for where the labels are. classes: names or numbers of the classes that are plates. text: the field that holds the
    text. given_order: whether polygons are known to start at the plate's own top left and run clockwise.
    """

    name: str
    pictures: Path | None = None
    classes: tuple[str, ...] = ()
    text: str = ""
    given_order: bool = False


@dataclass(frozen=True)
class Labels:
    """What is read of a source. total: how many records there will be, about."""

    total: int
    records: Iterator[Labelled | Rejected]


class BrokenRow(ValueError):
    """One row cannot be used. kind: as in `Rejected`."""

    def __init__(self, kind: str, why: str) -> None:
        """Take the kind and what is wrong."""
        super().__init__(why)
        self.kind = kind

    def rejected(self, where: str, picture: str) -> Rejected:
        """Return this as what is counted."""
        return Rejected(where, picture, self.kind, str(self))


def nothing_found(source: Path, what: str) -> UserError:
    """Return the error for a source that holds nothing of a format."""
    return UserError(f"{source}: holds no {what}; name the folder or file that does")
