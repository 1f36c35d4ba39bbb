"""Folders of labelled photographs: `annotations.csv` and the pictures it names.

Header `image_path,plate_text` and, if corners are known, `x1,y1,x2,y2,x3,y3,x4,y4`; other columns
are ignored. One row per plate:

- `image_path` is relative to the CSV;
- `plate_text` is what the plate says, empty when nobody could read it;
- the corners are pixels of the picture as it is shown (EXIF orientation applied), clockwise from
  the plate's own top left; all eight or none;
- a picture without plates has one row with neither text nor corners.
"""

import csv
import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from src.common.errors import UserError
from src.common.geometry import is_readable_quad
from src.datasets.decode import picture_size, read_picture

__all__ = [
    "ANNOTATIONS",
    "Photo",
    "PhotoSet",
    "PlateTruth",
    "clean_text",
    "load_photos",
    "read_picture",
    "validate",
]

ANNOTATIONS = "annotations.csv"
OVERSHOOT = 0.02
"""A corner may lie outside the picture by this share of its side: boxes drawn by hand do."""

_CORNERS = tuple(f"{axis}{corner}" for corner in range(1, 5) for axis in "xy")
_SHOWN_PROBLEMS = 10
_SEPARATORS = "-.·•"


@dataclass(frozen=True)
class PlateTruth:
    """One labelled plate: its text ("" when unreadable) and its quad float32 (4, 2) if known."""

    text: str
    quad: NDArray[np.float32] | None


@dataclass(frozen=True)
class Photo:
    """One picture and its plates, in the order of the CSV; none for a picture without plates."""

    path: Path
    plates: tuple[PlateTruth, ...]


@dataclass(frozen=True)
class PhotoSet:
    """All pictures of one folder, in the order in which the CSV first names them."""

    name: str
    photos: tuple[Photo, ...]


@dataclass(frozen=True)
class _Row:
    number: int  # as a spreadsheet counts: the header is row 1
    image: str
    text: str
    corners: tuple[str, ...]  # the cells that are filled in


def clean_text(text: str) -> str:
    """Return a plate's text as a reader reports it: capitals, no spaces, dots or hyphens."""
    # One way to write Ä and 가: some systems take them apart into a letter and its parts.
    text = unicodedata.normalize("NFC", text).upper()
    return "".join(c for c in text if not c.isspace() and c not in _SEPARATORS)


def load_photos(folder: Path, alphabet: str | None = None) -> PhotoSet:
    """Read a folder of labelled photographs. Pixels are left to `read_picture`.

    Args:
        folder: holds `annotations.csv`.
        alphabet: the characters a text may have, or None to accept all of them: to score plates
            of other countries, which then simply count as read wrongly.

    Raises:
        UserError: the CSV is missing or broken; the message names the first rows at fault.
    """
    photos, problems = _examine(folder, alphabet, decode=False)
    if problems:
        shown = problems[:_SHOWN_PROBLEMS]
        if len(problems) > len(shown):
            shown.append(f"and {len(problems) - len(shown)} more")
        gap = " " if len(problems) == 1 else "\n  "
        raise UserError(f"{folder / ANNOTATIONS}: correct or remove{gap}" + "\n  ".join(shown))
    return PhotoSet(folder.resolve().name, tuple(photos))


def validate(folder: Path, alphabet: str | None = None) -> list[str]:
    """Return every problem of a folder of photographs, one line each; decodes each picture whole.

    Never raises for what the folder holds: a CSV that cannot be read is the one problem reported.
    """
    try:
        return _examine(folder, alphabet, decode=True)[1]
    except UserError as error:
        return [str(error)]


def _examine(folder: Path, alphabet: str | None, decode: bool) -> tuple[list[Photo], list[str]]:
    plates: dict[str, list[PlateTruth]] = {}
    empty: dict[str, int] = {}
    sizes: dict[str, tuple[int, int] | str] = {}
    seen: dict[tuple[str, str, tuple[str, ...]], int] = {}
    problems: list[str] = []
    for row in _rows(folder / ANNOTATIONS):
        if row.image not in sizes:
            sizes[row.image] = _size(folder, row.image, decode)
        quad, wrong = _check(row, sizes[row.image], alphabet)
        key = (row.image, row.text, row.corners)
        if key in seen:
            wrong.append(f"repeats row {seen[key]}")
        seen.setdefault(key, row.number)
        problems += [f"row {row.number} ({row.image or 'no path'}): {what}" for what in wrong]
        known = plates.setdefault(row.image, [])
        if row.text or row.corners:
            known.append(PlateTruth(row.text, quad))
        else:
            empty.setdefault(row.image, row.number)
    problems += [
        f"row {number} ({image}): says that the picture has no plate, other rows name one"
        for image, number in empty.items()
        if plates[image]
    ]
    return [Photo(folder / image, tuple(known)) for image, known in plates.items()], problems


def _rows(path: Path) -> Iterator[_Row]:
    """Yield the rows of the CSV that are not blank.

    Raises:
        UserError: the file is missing, is not UTF-8 CSV, or its header is not the contract's.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:  # -sig: spreadsheets write a BOM
            cells = list(csv.reader(file, strict=True))
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; a folder of photographs needs one") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path}: cannot be read ({error}); save it as CSV in UTF-8") from error
    header = [name.strip() for name in cells[0]] if cells else []
    corner_names = [name for name in _CORNERS if name in header]
    needed = ["image_path", "plate_text", *(_CORNERS if corner_names else ())]
    if any(header.count(name) != 1 for name in needed):
        raise UserError(
            f"{path}: the first line must be image_path,plate_text or "
            f"image_path,plate_text,{','.join(_CORNERS)}; it is {','.join(header)[:100]!r}"
        )
    for number, values in enumerate(cells[1:], start=2):
        if not any(value.strip() for value in values):
            continue
        if len(values) > len(header):
            raise UserError(
                f"{path}: row {number} has {len(values)} cells, the header {len(header)}; "
                "put a value with a comma between double quotes"
            )
        cell = {name: value.strip() for name, value in zip(header, values, strict=False)}
        corners = tuple(cell[name] for name in corner_names if cell.get(name))
        text = clean_text(cell.get("plate_text", ""))
        yield _Row(number, cell.get("image_path", ""), text, corners)


def _size(folder: Path, image: str, decode: bool) -> tuple[int, int] | str:
    """Return (width, height) of a picture, or what is wrong with it."""
    if not image:
        return "names no picture"
    if Path(image).is_absolute():
        return "the path must be relative to the CSV"
    try:
        if decode:
            height, width = read_picture(folder / image).shape
            return width, height
        return picture_size(folder / image)
    except UserError as error:
        return str(error).removeprefix(f"{folder / image}: ")


def _check(
    row: _Row, size: tuple[int, int] | str, alphabet: str | None
) -> tuple[NDArray[np.float32] | None, list[str]]:
    """Return the row's quad, if it has a good one, and what is wrong with the row."""
    wrong = [size] if isinstance(size, str) else []
    foreign = "" if alphabet is None else "".join(sorted(set(row.text) - set(alphabet)))
    if foreign:
        wrong.append(f"text {row.text!r} has characters that the plate format does not: {foreign}")
    if not row.corners:
        return None, wrong
    if len(row.corners) != len(_CORNERS):
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
