"""From what a format says to rows of `annotations.csv` that are right, and pictures in their place."""

import errno
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath

import numpy as np

from ..common.errors import UserError
from ..common.texts import UNREADABLE_CHARACTER
from ..common.untrusted import one_line
from ..datasets.annotation_checks import LINES, quad_problem
from ..datasets.annotation_rows import Row
from ..datasets.decode import picture_size
from ..datasets.photos import SPLITS
from ..datasets.plate_texts import clean_text, text_problem
from .corners import own_order
from .find import is_file
from .names import IMAGES, Names, picture_name, plain_name
from .record import (
    BAD_CORNERS,
    BAD_PICTURE,
    BAD_TEXT,
    BROKEN,
    NO_PICTURE,
    OTHER_SIZE,
    REPEATED,
    BrokenRow,
    Labelled,
    Plate,
    Rejected,
)
from .sides import key_of_file

# Folders that say what a file is, or which side it is on; nothing is lost without them.
_PLAIN = frozenset(
    {
        *("images", "image", "imgs", "img", "jpegimages", "data", "labels", "annotations"),
        *("train", "training", "val", "valid", "validation", "test", "testing"),
    }
)
_LONGEST_WORD = 100
# What people write for a plate that nobody can read.
_UNREADABLE = frozenset({"UNREADABLE", "UNKNOWN", "ILLEGIBLE", "NONE", "N/A", "#", "##", "###"})

# Errors that are those of one picture: its name is too long here, or it has gone.
_OF_ONE = (errno.ENAMETOOLONG, errno.ENOENT, errno.ELOOP)

Put = Callable[[Path, Path], None]
"""Brings a picture to a place."""


def link(picture: Path, place: Path) -> None:
    """Link a picture to a place: one file under two names where that can be, else a link that leads to it."""
    if picture.is_symlink():
        picture = picture.resolve()
    try:
        os.link(picture, place)
    except OSError:
        place.symlink_to(picture.resolve())


def copy(picture: Path, place: Path) -> None:
    """Copy a picture to a place."""
    shutil.copyfile(picture, place)


class Intake:
    """Takes pictures one by one, puts them below a folder, and returns their rows.

    root: what pictures lie below, which the places keep. folder: where pictures go, into its `images`.
    """

    def __init__(self, root: Path, folder: Path, put: Put) -> None:
        self._root, self._folder, self._put = root, folder, put
        # Files, places and rows are known by hashes: of a hundred thousand, texts would take many times the memory. Two
        # names of one file are one picture.
        self._places: dict[int, tuple[str, int, int]] = {}
        self._names = Names()
        self._seen: set[int] = set()
        self._empty: set[int] = set()
        self._last: int | None = None
        self._inners: dict[Path, str] = {}

    def take(self, record: Labelled) -> tuple[list[Row], list[Rejected]]:
        """Return the rows of a picture and what is wrong with the others; without rows the picture was not put."""
        name, picture = record.name or record.picture.name, _identity(record.picture)
        try:
            size = self._size(record)
        except BrokenRow as error:
            places = [plate.where or record.where for plate in record.plates] or [record.where]
            return [], [*record.faults, *(error.rejected(place, name) for place in places)]
        rows, rejected, keys = [], list(record.faults), []
        wheres: list[str] = []
        for plate in record.plates:
            where = plate.where or record.where
            try:
                row = plate_row(plate, size)
            except BrokenRow as error:
                rejected.append(error.rejected(where, name))
                continue
            key = hash((picture, row.text, row.corners))
            if key in self._seen or key in keys:
                why = "says what an earlier row has said"
                rejected.append(Rejected(where, name, REPEATED, why))
                continue
            keys.append(key)
            wheres.append(where)
            rows.append(row)
        if not record.plates and not record.faults:
            if picture in self._places:
                why = "says that the picture has no plate, and an earlier row is about it"
                return [], [Rejected(record.where, name, REPEATED, why)]
            wheres.append(record.where)
            rows.append(Row(0, "", "", ()))
        elif picture in self._empty:
            why = "an earlier row says that the picture has no plate"
            return [], [*rejected, *(Rejected(where, name, REPEATED, why) for where in wheres)]
        if rows and record.split not in ("", *SPLITS):
            why = f"split {record.split!r} is none of {', '.join(SPLITS)}"
            return [], [*rejected, *(Rejected(where, name, BROKEN, why) for where in wheres)]
        if not rows:
            return [], rejected
        try:
            place = self._place(record.picture, size)
        except OSError as error:
            if error.errno in _OF_ONE:
                why = one_line(error)
                return [], [*rejected, *(Rejected(where, name, BROKEN, why) for where in wheres)]
            if error.errno is None or error.filename is None:
                raise
            raise UserError(
                f"{record.picture}: cannot be linked or copied ({error.strerror})"
            ) from error
        self._seen.update(keys)
        if not keys:
            self._empty.add(picture)
        return [replace(row, image=place, split=record.split) for row in rows], rejected

    def forget(self, picture: Path) -> None:
        """Take the last picture away again, unless earlier rows are about it too."""
        if self._last == _identity(picture):
            (self._folder / self._places.pop(self._last)[0]).unlink()

    def _size(self, record: Labelled) -> tuple[int, int]:
        known = self._places.get(_identity(record.picture))
        if known is not None:
            return known[1:]
        try:
            size = picture_size(record.picture)
        except UserError as error:
            why = str(error).removeprefix(f"{record.picture}: ")
            missing = not is_file(record.picture)
            raise BrokenRow(NO_PICTURE if missing else BAD_PICTURE, why) from error
        if record.size and record.size != size and all(record.size):
            turned = ", which its camera turned" if record.size == size[::-1] else ""
            raise BrokenRow(
                OTHER_SIZE,
                f"was labelled as a picture of {record.size[0]}x{record.size[1]}, and has {size[0]}x{size[1]}{turned}",
            )
        return size

    def _place(self, picture: Path, size: tuple[int, int]) -> str:
        """Put a picture into the folder once, and return where, relative to it."""
        self._last, key = None, _identity(picture)
        known = self._places.get(key)
        if known is not None:
            return known[0]
        name = self._names.free(self._inner(picture.parent), picture_name(picture.name))
        self._put(picture, self._folder / name)
        self._places[key] = (name, *size)
        self._last = key
        return name

    def _inner(self, folder: Path) -> str:
        """Return the folder for pictures of a folder, which is there then."""
        if folder not in self._inners:
            parts = (
                folder.relative_to(self._root).parts if folder.is_relative_to(self._root) else ()
            )
            kept = (plain_name(part) for part in parts if part.casefold() not in _PLAIN)
            inner = PurePosixPath(IMAGES, *kept)
            (self._folder / inner).mkdir(parents=True, exist_ok=True)
            self._inners[folder] = inner.as_posix()
        return self._inners[folder]


def _identity(picture: Path) -> int:
    return hash(key_of_file(picture) or str(picture))


def plate_row(plate: Plate, size: tuple[int, int]) -> Row:
    """Return a plate's row without picture and split; raises BrokenRow where it cannot be used.

    size: (width, height) of its picture.
    """
    text = clean_text(plate.text)
    if text in _UNREADABLE or not text.strip(UNREADABLE_CHARACTER):
        text = ""
    if text and (problem := text_problem(plate.text, None)):
        raise BrokenRow(BAD_TEXT, problem)
    if plate.lines not in ("", *LINES):
        raise BrokenRow(BROKEN, f"lines {plate.lines!r} is neither 1 nor 2")
    corners: tuple[str, ...] = ()
    if plate.corners is not None:
        corners = _corners(plate, size)
    elif not text:
        raise BrokenRow(BAD_TEXT, "a plate without text and without a place")
    return Row(0, "", text, corners, "", word(plate.group), word(plate.region), plate.lines)


def word(text: str) -> str:
    """Return a name of a group or region that any table can hold."""
    return "".join(c for c in text if c.isprintable()).strip()[:_LONGEST_WORD]


def _corners(plate: Plate, size: tuple[int, int]) -> tuple[str, ...]:
    across, down = size if plate.shares else (1, 1)
    points = tuple((x * across, y * down) for x, y in plate.corners or ())
    if len(points) != 4:
        raise BrokenRow(BAD_CORNERS, f"has {len(points)} corners")
    if not plate.own_order:
        points = own_order(points)
    cells = tuple(_short(value) for point in points for value in point)
    quad = np.array([float(cell) for cell in cells], np.float32).reshape(4, 2)
    if problems := quad_problem(quad, size):
        if plate.own_order and quad_problem(quad, None):  # somebody has drawn it anew
            return _corners(replace(plate, own_order=False), size)
        raise BrokenRow(BAD_CORNERS, "; ".join(problems))
    return cells


def _short(value: float) -> str:
    """Return a number with at most two decimals, and none that say nothing."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
