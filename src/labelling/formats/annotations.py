"""The project's own `annotations.csv`: what `src.read --csv` wrote, and what others have corrected by hand."""

import marshal
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from ...common.errors import UserError
from ...datasets.annotation_rows import Row, read_rows
from ...datasets.photos import ANNOTATIONS
from ...datasets.picture_paths import PictureFinder
from ..corners import pairs
from ..documents import number
from ..one_by_one import usable
from ..record import (
    BAD_CORNERS,
    BROKEN,
    NO_PICTURE,
    REPEATED,
    Asked,
    BrokenRow,
    Labelled,
    Labels,
    Plate,
    Rejected,
)
from ..sides import most_held_back
from .base import LabelFormat


def read(source: Path, asked: Asked) -> Labels:
    """Return the pictures of a folder with `annotations.csv`, or of such a file, with all their rows."""
    table = source / ANNOTATIONS if source.is_dir() else source
    broken: list[Rejected] = []

    def reject(number_of: int, image: str, why: str) -> None:
        broken.append(Rejected(f"{table.name}:{number_of}", image, BROKEN, why))

    rows = _Packed(read_rows(table, reject))
    finder = PictureFinder(asked.pictures or table.parent)
    return Labels(len(rows) + len(broken), chain(broken, _pictures(finder, table.name, rows)))


class _Packed:
    """Rows by picture, in the order in which the pictures are first named.

    A picture's rows may be far apart, so all rows are held: as bytes, since objects would take six times the memory.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        self._bytes = bytearray()
        # Of each row, by its number from 0: where its bytes begin, and the next row of its picture, 0 for none.
        self._starts, self._next = array("Q"), array("L")
        self._firsts = array("L")
        lasts: dict[int, int] = {}  # by the hash of the picture's name
        for number_of, row in enumerate(rows):
            self._starts.append(len(self._bytes))
            self._next.append(0)
            self._bytes += marshal.dumps(tuple(vars(row).values()))
            last = lasts.get(picture := hash(row.image))
            if last is None:
                self._firsts.append(number_of)
            else:
                self._next[last] = number_of
            lasts[picture] = number_of

    def __len__(self) -> int:
        """How many pictures there are."""
        return len(self._firsts)

    def __iter__(self) -> Iterator[list[Row]]:
        """Yield the rows of each picture."""
        with memoryview(self._bytes) as packed:
            for first in self._firsts:
                found: list[Row] = []
                place = first
                while not found or place:
                    found.append(Row(*marshal.loads(packed[self._starts[place] :])))
                    place = self._next[place]
                yield found


def _pictures(
    finder: PictureFinder, table: str, pictures: Iterable[list[Row]]
) -> Iterator[Labelled | Rejected]:
    for rows in pictures:
        where, name = f"{table}:{rows[0].number}", rows[0].image
        found = usable(where, name, _picture, finder, table, where, name, rows)
        if isinstance(found, Rejected):
            yield from (replace(found, where=f"{table}:{row.number}") for row in rows)
        else:
            yield found
            yield from _repeated(rows, table)


def _repeated(rows: list[Row], table: str) -> Iterator[Rejected]:
    """Yield the rows that say once more that a picture has no plate, where none names one."""
    if not any(_names_plate(row) for row in rows):
        for row in rows[1:]:
            why = "says what an earlier row has said"
            yield Rejected(f"{table}:{row.number}", row.image, REPEATED, why)


def _names_plate(row: Row) -> bool:
    return bool(row.text or row.corners)


def _picture(finder: PictureFinder, table: str, where: str, name: str, rows: list[Row]) -> Labelled:
    if not name:
        raise BrokenRow(NO_PICTURE, "names no picture")
    try:
        path = finder.find(name)
    except UserError as error:
        raise BrokenRow(NO_PICTURE, str(error)) from error
    faults: list[Rejected] = []
    plates = tuple(_plates(rows, table, faults))
    split = most_held_back(row.split for row in rows)
    return Labelled(path, plates, where, split, faults=tuple(faults), name=name)


def _plates(rows: list[Row], table: str, faults: list[Rejected]) -> Iterator[Plate]:
    says_none = sum(not _names_plate(row) for row in rows)
    for row in rows:
        where = f"{table}:{row.number}"
        if not _names_plate(row):
            if says_none < len(rows):
                why = "says that the picture has no plate, other rows name one"
                faults.append(Rejected(where, row.image, BROKEN, why))
            continue
        try:
            corners = None
            if row.corners:
                if len(row.corners) != 8:
                    raise BrokenRow(BAD_CORNERS, f"has {len(row.corners)} of 8 corner values")
                corners = pairs([number(cell) for cell in row.corners])
            extra = (row.region, row.lines, row.group, where)
            yield Plate(row.text, corners, False, True, *extra)
        except BrokenRow as error:
            faults.append(error.rejected(where, row.image))


FORMAT = LabelFormat("annotations.csv of this project, or what `src.read --csv` wrote", read)
