"""What a format of labels is.

To add one, write `src/labelling/formats/<name>.py` that builds one `LabelFormat` and calls it `FORMAT`, and give it a
sample in `tests/labelling/`. It is found by its file's name.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from ..record import Asked, Labelled, Labels

Place = Callable[[Labelled, str], Path]
"""Puts a picture at a path below the folder that is written, and returns where that is."""


@dataclass(frozen=True)
class Export:
    """What is written where.

    folder: to write into; it is empty, and renamed when all is written. place: puts pictures there. shape: how YOLO's
    plates are written, "obb", "box" or "pose". url: what names of pictures begin with in Label Studio's tasks.
    """

    folder: Path
    place: Place
    shape: str = "obb"
    url: str = ""


@dataclass(frozen=True)
class LabelFormat:
    """One way to keep labels.

    title: what it is, in a few words. read: returns what a source holds. The source is a file or a folder that exists;
    what cannot be used of it is yielded as `Rejected`, and UserError is raised where nothing can be. write: writes
    pictures, one after the other, in this format; None where it is only read. Of all plates corners are known.
    without_corners: whether plates without corners can be written too.
    """

    title: str
    read: Callable[[Path, Asked], Labels]
    write: Callable[[Iterable[Labelled], Export], None] | None = None
    without_corners: bool = False
