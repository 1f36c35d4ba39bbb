"""The project's own `annotations.csv`: what `src.read --csv` wrote, and what others have corrected by hand."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from ...common.errors import UserError
from ...datasets.annotation_rows import Row, read_rows
from ...datasets.photos import ANNOTATIONS
from ...datasets.picture_paths import PictureFinder
from ..corners import pairs
from ..documents import number
from ..one_by_one import usable
from ..record import BAD_CORNERS, NO_PICTURE, Asked, BrokenRow, Labelled, Labels, Plate, Rejected
from ..sides import most_held_back
from .base import LabelFormat


def read(source: Path, asked: Asked) -> Labels:
    """Return the pictures of a folder with `annotations.csv`, or of such a file, with all their rows."""
    table = source / ANNOTATIONS if source.is_dir() else source
    rows: dict[str, list[Row]] = {}
    for row in read_rows(table):
        rows.setdefault(row.image, []).append(row)
    finder = PictureFinder(asked.pictures or table.parent)
    return Labels(len(rows), _pictures(finder, table.name, rows.values()))


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
    for row in rows:
        if not row.text and not row.corners:
            continue
        where = f"{table}:{row.number}"
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
