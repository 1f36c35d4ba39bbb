"""What was read in a picture, and what somebody says of it, as rows of `annotations.csv`."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import IO

import numpy as np
from numpy.typing import NDArray

from ..common.geometry import is_readable_quad
from ..datasets.annotation_rows import COLUMNS, CORNERS, Row
from ..datasets.plate_texts import clean_text, text_problem
from ..inference.reader import Reading

EXTRA = ("confidence", "feedback", "text_hash", "kept_at")
"""Columns of a collected picture's rows behind those of the contract."""

AS_READ, NO_PLATE = "=", "-"
"""In place of a text: nothing is said of this plate; and, there is no plate."""

# What `feedback` says of a row: its text or place is wrong, was mended, or is right.
WRONG, CORRECTED, CONFIRMED = "wrong", "corrected", "confirmed"

Hash = Callable[[str], str]


@dataclass(frozen=True)
class KeptRow:
    """A row of a collected picture. confidence: of the reading, as written. feedback: one of the words above, or "".

    text_hash: in place of a text that is not to be kept, else "".
    """

    row: Row
    confidence: str = ""
    feedback: str = ""
    text_hash: str = ""

    def hashed(self, text_hash: Hash) -> "KeptRow":
        """Return it without the text, which the hash stands for."""
        if not self.row.text:
            return self
        return replace(self, row=replace(self.row, text=""), text_hash=text_hash(self.row.text))


class RowWriter:
    """Writes rows of the contract, which `read_back` reads. more: names of columns behind those of the contract."""

    def __init__(self, file: IO[str], more: Iterable[str] = (), header: bool = True) -> None:
        self._writer = csv.writer(file)
        if header:
            self._writer.writerow((*COLUMNS, *more))

    def write(self, row: Row, more: Iterable[str] = ()) -> None:
        """Write a row."""
        corners = row.corners or ("",) * len(CORNERS)
        cells = (row.image, row.text, *corners, row.split, row.group, row.region, row.lines)
        self._writer.writerow((*cells, *more))


def read_back(file: Iterable[str]) -> Iterator[tuple[Row, list[str]]]:
    """Yield the rows that a `RowWriter` wrote, one at a time, and their cells behind the contract's columns.

    `read_rows` takes what others write, and holds all of the text.
    """
    records = csv.reader(file)
    next(records, None)
    for image, text, *cells in records:
        corners = tuple(cells[: len(CORNERS)]) if cells[0] else ()
        named = cells[len(CORNERS) :]
        own = len(COLUMNS) - len(CORNERS) - 2
        yield Row(0, image, text, corners, *named[:own]), named[own:]


def label_quad(quad: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32] | None:
    """Return corners (4, 2) as labels have them: those beyond the picture's edge moved to it.

    None where no area is left of them.
    """
    inside = np.clip(quad, 0, np.array([width, height], np.float32))
    return inside if is_readable_quad(inside) else None


def corner_cells(quad: NDArray[np.float32] | None) -> tuple[str, ...]:
    """Return the eight cells of corners (4, 2) in pixels; none for None."""
    return () if quad is None else tuple(f"{value:.2f}" for value in quad.flatten().tolist())


def as_read(
    image: str, group: str, readings: Sequence[Reading], width: int, height: int
) -> list[KeptRow]:
    """Return the rows of a picture as it was read, in the order of the readings; without any, one without a plate."""
    rows = []
    for reading in readings:
        corners = corner_cells(label_quad(reading.quad, width, height))
        row = Row(0, image, reading.pattern, corners, group=group, lines=str(reading.lines))
        rows.append(KeptRow(row, f"{reading.confidence:.4f}"))
    return rows or [KeptRow(Row(0, image, "", (), group=group))]


def corrected(rows: Sequence[KeptRow], texts: Sequence[str]) -> list[KeptRow]:
    """Return the rows of a picture after what somebody says of it.

    rows: as `as_read` returns. texts: for each plate, in the order in which they were read, what really stands there:
    its text, "" for what nobody knows, `NO_PLATE`, or `AS_READ`; behind them the texts of plates that were missed.
    Plates of which nothing is said stay as they were read. No texts at all: something is wrong.

    Raises ValueError, with a sentence for whoever wrote them, for texts that no plate can have.
    """
    found = [] if not (rows[0].row.text or rows[0].row.corners) else list(rows)
    if not texts:
        return [replace(one, feedback=WRONG) for one in rows]
    kept = [
        said
        for number, one in enumerate(found)
        if (said := _said(one, texts[number] if number < len(texts) else AS_READ)) is not None
    ]
    group, image = rows[0].row.group, rows[0].row.image
    for text in texts[len(found) :]:
        if not _checked(text):
            raise ValueError(f"{len(found)} plates were read, and a missed one needs its text")
        kept.append(KeptRow(Row(0, image, _checked(text), (), group=group), "", CORRECTED))
    return kept or [KeptRow(Row(0, image, "", (), group=group), "", CORRECTED)]


def _said(one: KeptRow, text: str) -> KeptRow | None:
    """Return a plate's row after what is said of it; None where it is no plate."""
    if text == AS_READ:
        return one
    if text == NO_PLATE:
        return None
    right = _checked(text)
    if not right:
        return replace(one, feedback=WRONG)
    if right == one.row.text:
        return replace(one, feedback=CONFIRMED)
    return replace(one, row=replace(one.row, text=right), feedback=CORRECTED)


def _checked(text: str) -> str:
    """Return a text as labels have it; raises ValueError for what no plate says."""
    if text in (AS_READ, NO_PLATE):
        return ""
    if problem := text_problem(text, None):
        raise ValueError(problem)
    return clean_text(text)
