"""Folders of labelled photographs: `annotations.csv` and the pictures it names.

Header `image_path,plate_text` and, if corners are known, `x1,y1,x2,y2,x3,y3,x4,y4`; other columns
are ignored. One row per plate:

- `image_path` is relative to the CSV; how it is spelled (separators, case, Unicode form) does not matter as long as it
  is clear, and neither does it where `src.read` was run that wrote it;
- `plate_text` is what the plate says, empty when nobody could read it; a `?` is a character that nobody could read, and
  whatever is read there is right;
- the corners are pixels of the picture as it is shown (EXIF orientation applied), clockwise from
  the plate's own top left; all eight or none;
- a picture without plates has one row with neither text nor corners.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..common.errors import UserError
from ..common.geometry import is_readable_quad
from ..common.plates import LabelledPlate, NoText
from ..common.texts import printable
from .annotation_rows import CORNERS, Row, read_rows
from .decode import picture_size, read_picture
from .picture_paths import PictureFinder
from .plate_texts import clean_text, invisible, text_problem

__all__ = [
    "ANNOTATIONS",
    "Photo",
    "PhotoSet",
    "clean_text",
    "load_photos",
    "read_picture",
    "validate",
]

ANNOTATIONS = "annotations.csv"
OVERSHOOT = 0.02
"""A corner may lie outside the picture by this share of its side: boxes drawn by hand do."""

_SHOWN_PROBLEMS = 10


@dataclass(frozen=True)
class Photo:
    """One picture and its plates, in the order of the CSV; none for a picture without plates.

    row: the number of the first one that names it.
    """

    path: Path
    plates: tuple[LabelledPlate, ...]
    row: int


@dataclass(frozen=True)
class PhotoSet:
    """All pictures of one folder, in the order in which the CSV first names them.

    strange: a line for each row with a text that a plate format does not have, if one was asked.
    """

    name: str
    photos: tuple[Photo, ...]
    strange: tuple[str, ...] = ()


def load_photos(
    folder: Path, alphabet: str | None = None, doubt: Callable[[str], str | None] | None = None
) -> PhotoSet:
    """Read a folder of labelled photographs. Pixels are left to `read_picture`.

    folder: holds `annotations.csv`.
    alphabet: the characters a text may have, or None to accept all of them: to score plates of other countries, which
        then simply count as read wrongly.
    doubt: says why a text is none of a plate format, None where it is one. That is no fault of the CSV: such rows
        count, and are named as ``strange``.

    Raises UserError when the CSV is missing or broken; the message names the first rows at fault.
    """
    photos, problems, rows = _examine(folder, alphabet, decode=False)
    if problems:
        shown = problems[:_SHOWN_PROBLEMS]
        if len(problems) > len(shown):
            shown.append(f"and {len(problems) - len(shown)} more")
        gap = " " if len(problems) == 1 else "\n  "
        raise UserError(f"{folder / ANNOTATIONS}: correct or remove{gap}" + "\n  ".join(shown))
    doubts = [(row, doubt(clean_text(row.text))) for row in rows if doubt and row.text]
    strange = tuple(_problem(row, why) for row, why in doubts if why)
    return PhotoSet(folder.resolve().name, tuple(photos), strange)


def validate(folder: Path, alphabet: str | None = None) -> list[str]:
    """Return every problem of a folder of photographs, one line each; decodes each picture whole.

    Never raises for what the folder holds: a CSV that cannot be read is the one problem reported.
    """
    try:
        return _examine(folder, alphabet, decode=True)[1]
    except UserError as error:
        return [str(error)]


class _Pictures:
    """The pictures that rows name: each of them once, however often and by whatever path it is named."""

    def __init__(self, folder: Path, decode: bool) -> None:
        self._finder = PictureFinder(folder)
        self._decode = decode
        self._known: dict[str, _Picture] = {}
        self._files: dict[tuple[int, int], _Picture] = {}

    def named(self, written: str) -> "_Picture":
        """Return the picture that a row names."""
        if written not in self._known:
            self._known[written] = self._look(written)
        return self._known[written]

    def _look(self, written: str) -> "_Picture":
        if not written:
            return _Picture(Path(), "names no picture")
        try:
            path = self._finder.find(written)
            status = path.stat()
        except UserError as error:
            return _Picture(Path(written), str(error))
        except (OSError, ValueError):
            unseen = invisible(written)
            why = f", and its path has characters that nobody sees: {unseen}" if unseen else ""
            return _Picture(Path(written), f"no such picture{why}")
        identity = (status.st_dev, status.st_ino)
        if identity not in self._files:
            self._files[identity] = _Picture(path, _size(path, self._decode))
        return self._files[identity]


@dataclass(frozen=True, eq=False)
class _Picture:
    """A picture that rows name. size: (width, height), or what is wrong with it."""

    path: Path
    size: tuple[int, int] | str


def _examine(
    folder: Path, alphabet: str | None, decode: bool
) -> tuple[list[Photo], list[str], list[Row]]:
    """Return the pictures, what is wrong with the rows, and the rows."""
    pictures = _Pictures(folder, decode)
    plates: dict[_Picture, list[LabelledPlate]] = {}
    empty: dict[_Picture, Row] = {}
    first: dict[_Picture, int] = {}
    seen: dict[tuple[_Picture, str, tuple[float, ...] | tuple[str, ...]], Row] = {}
    problems: list[str] = []
    rows = list(read_rows(folder / ANNOTATIONS))
    for row in rows:
        picture = pictures.named(row.image)
        text = clean_text(row.text)
        quad, wrong = _check(row, picture.size, alphabet)
        numbers = tuple(quad.flatten().tolist()) if quad is not None else row.corners
        key = (picture, text, numbers)
        if key in seen:
            wrong.append(_repeats(seen[key], row))
        seen.setdefault(key, row)
        problems += [_problem(row, what) for what in wrong]
        known = plates.setdefault(picture, [])
        first.setdefault(picture, row.number)
        if text or row.corners:
            known.append(LabelledPlate(text or NoText.UNREADABLE, quad=quad))
        else:
            empty.setdefault(picture, row)
    problems += [
        _problem(row, "says that the picture has no plate, other rows name one")
        for picture, row in empty.items()
        if plates[picture]
    ]
    photos = [Photo(one.path, tuple(known), first[one]) for one, known in plates.items()]
    return photos, problems, rows


def _problem(row: Row, what: str) -> str:
    return f"row {row.number} ({printable(row.image) or 'no path'}): {what}"


def _repeats(earlier: Row, row: Row) -> str:
    written = "" if earlier.image == row.image else f" ({printable(earlier.image)})"
    return f"repeats row {earlier.number}{written}"


def _size(path: Path, decode: bool) -> tuple[int, int] | str:
    """Return (width, height) of a picture, or what is wrong with it."""
    try:
        if decode:
            height, width = read_picture(path).shape
            return width, height
        return picture_size(path)
    except UserError as error:
        return str(error).removeprefix(f"{path}: ")


def _check(
    row: Row, size: tuple[int, int] | str, alphabet: str | None
) -> tuple[NDArray[np.float32] | None, list[str]]:
    """Return the row's quad, if it has a good one, and what is wrong with the row."""
    wrong = [size] if isinstance(size, str) else []
    if problem := text_problem(row.text, alphabet):
        wrong.append(problem)
    if not row.corners:
        return None, wrong
    if len(row.corners) != len(CORNERS):
        return None, [*wrong, f"has {len(row.corners)} of 8 corner values; give all or none"]
    try:
        numbers = [float(cell) for cell in row.corners]
    except ValueError:
        numbers = [math.nan]
    if not all(math.isfinite(number) for number in numbers):
        return None, [*wrong, "corners must be numbers"]
    quad = np.array(numbers, np.float32).reshape(4, 2)
    if not is_readable_quad(quad):
        wrong.append("corners must run clockwise round an area, from the plate's own top left")
    if not isinstance(size, str):
        side = np.array(size, np.float32)
        if (quad < -OVERSHOOT * side).any() or (quad > (1 + OVERSHOOT) * side).any():
            wrong.append(f"a corner lies outside the picture of {size[0]}x{size[1]}")
    return quad, wrong
