"""The rows of `annotations.csv`, as spreadsheets of many systems save them: what measuring and training read.

Columns: image_path, plate_text, optionally the eight corners, and optionally each of split, group, region and lines.
`src.datasets.photos` says what they mean and checks them.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..common.errors import UserError
from .csv_records import read_records

CORNERS = tuple(f"{axis}{corner}" for corner in range(1, 5) for axis in "xy")

NAMES = ("image_path", "plate_text")
OPTIONAL = ("split", "group", "region", "lines")
COLUMNS = (*NAMES, *CORNERS, *OPTIONAL)
"""All columns of the contract, in the order in which they are written."""

_SEPARATORS = ",;\t|"

# Takes the number of a row that cannot be used, its picture as far as it is known, and why.
Broken = Callable[[int, str, str], None]


@dataclass(frozen=True)
class Row:
    """One row of the file, its cells without outer spaces.

    number: as a spreadsheet counts, the header being row 1. text: the plate's, as written. corners: the cells that are
    filled in, with a point for decimals. split, group, region, lines: as written, "" where the column is not there.
    """

    number: int
    image: str
    text: str
    corners: tuple[str, ...]
    split: str = ""
    group: str = ""
    region: str = ""
    lines: str = ""


def read_rows(path: Path, broken: Broken | None = None) -> Iterator[Row]:
    """Yield the rows of the file that are not blank.

    Columns may be separated by commas, semicolons, tabs or bars; where it is not by commas, decimals may have them.
    broken: is told each row that is not UTF-8 or no CSV, which is then left out; without it such a row is an error.

    Raises UserError when the file is missing, is not UTF-8 CSV, its header is not the contract's, or it has no rows.
    """
    text = _content(path, strict=broken is None)
    header, separator = _header(path, text)
    for row, _ in _rows(path, text, header, separator, broken):
        yield row


def with_splits(path: Path, split_of: Callable[[Row], str]) -> str:
    """Return what the file holds with another split in each row; all other columns stay as they are.

    Raises UserError as `read_rows` does.
    """
    text = _content(path)
    header, separator = _header(path, text)
    names = header if "split" in header else [*header, "split"]
    place = names.index("split")
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator)
    writer.writerow(names)
    for row, values in _rows(path, text, header, separator):
        cells = [*values, *[""] * (len(names) - len(values))]
        cells[place] = split_of(row)
        writer.writerow(cells)
    return out.getvalue()


def _rows(
    path: Path, text: str, header: list[str], separator: str, broken: Broken | None = None
) -> Iterator[tuple[Row, list[str]]]:
    """Yield the rows, and their cells as they are."""
    corner_names = [name for name in CORNERS if name in header]
    records = _records(path, text, separator, broken=broken)
    next(records)
    empty = True
    for number, values in records:
        stripped = [value.strip() for value in values]
        if not any(stripped):
            continue
        empty = False
        cell = dict(zip(header, stripped, strict=False))
        if why := _unusable(values, header, separator):
            if broken is None:
                raise UserError(f"{path}: row {number} {why}")
            broken(number, _shown(cell.get("image_path", "")), why)
            continue
        corners = tuple(cell[name] for name in corner_names if cell.get(name))
        if separator != ",":
            corners = tuple(corner.replace(",", ".") for corner in corners)
        optional = (cell.get(name, "") for name in OPTIONAL)
        row = Row(
            number, cell.get("image_path", ""), cell.get("plate_text", ""), corners, *optional
        )
        yield row, values
    if empty:
        raise UserError(f"{path}: has a header and no rows; write one for each plate or picture")


def _unusable(values: list[str], header: list[str], separator: str) -> str:
    """Return why the cells are no row of the file, "" where they are."""
    if len(values) > len(header):
        return (
            f"has {len(values)} cells, the header {len(header)}; "
            f"put a value with a {_called(separator)} between double quotes"
        )
    if any(value != _shown(value) for value in values):
        return "is not UTF-8; save the file as CSV in UTF-8"
    return ""


def _shown(value: str) -> str:
    """Return a cell with a replacement character for each byte that is not UTF-8."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _content(path: Path, strict: bool = True) -> str:
    if path.exists() and not path.is_file():  # a pipe would never end
        raise UserError(f"{path}: is no file; a folder of photographs needs one of that name")
    try:
        # -sig: spreadsheets write a BOM. Bytes that are not UTF-8 become lone surrogates, by which their row is told.
        errors = "strict" if strict else "surrogateescape"
        with path.open(encoding="utf-8-sig", errors=errors, newline="") as file:
            return file.read()
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; a folder of photographs needs one") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read ({error}); save it as CSV in UTF-8") from error


def _header(path: Path, text: str) -> tuple[list[str], str]:
    """Return the names of the columns and the separator."""
    first: list[str] = []
    for separator in _SEPARATORS:
        _, cells = next(_records(path, text, separator, strict=False), (1, []))
        names = [_shown(name.strip()) for name in cells]
        needed = [*NAMES, *(CORNERS if any(name in names for name in CORNERS) else ())]
        needed += [name for name in OPTIONAL if name in names]
        if all(names.count(name) == 1 for name in needed):
            return names, separator
        first = first or names
    raise UserError(
        f"{path}: the first line must be {','.join(NAMES)} or {','.join((*NAMES, *CORNERS))}, "
        f"separated by commas, semicolons, tabs or bars; it is {','.join(first)[:100]!r}"
    )


def _records(
    path: Path, text: str, separator: str, strict: bool = True, broken: Broken | None = None
) -> Iterator[tuple[int, list[str]]]:
    """Yield the records with their numbers from 1; the first one, the header, has to be readable."""

    def tell(number: int, why: str) -> None:
        if broken is None:
            raise _unreadable(path, number, why)
        broken(number, "", _why(why))

    try:
        yield from read_records(text, separator, tell, strict)
    except csv.Error as error:
        raise _unreadable(path, 1, str(error)) from error


def _unreadable(path: Path, number: int, why: str) -> UserError:
    return UserError(f"{path}: row {number} {_why(why)}")


def _why(error: str) -> str:
    return f"cannot be read ({error}); save it as CSV in UTF-8"


def _called(separator: str) -> str:
    return {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}[separator]
