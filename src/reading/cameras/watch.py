"""A list of plates that are watched for, found also where the reader took one character for another."""

import csv
import io
import time
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...common.errors import UserError
from ...common.progress import tell
from ...common.untrusted import one_line, printable
from ...inference.reader import Reading
from .confusions import Costs
from .keys import meant

_TEXT, _NOTE = "plate_text", "note"
_MOST_BYTES, _MOST_ENTRIES, _MOST_CHARACTERS, _MOST_NOTE = 20_000_000, 200_000, 20, 200
# Hits of one text, and seconds between two looks whether the file has changed.
_MOST_HITS, _LOOK_S = 5, 5.0


class Entry(NamedTuple):
    """A line of the list: the text without blanks and signs, in capitals; as it is written there; and a note."""

    text: str
    written: str
    note: str


def plain(text: str) -> str:
    """Return the letters and digits of a plate, in capitals: how blanks, dots and hyphens are written differs."""
    return "".join(char for char in text.upper() if char.isalnum())


def read_list(path: Path) -> list[Entry]:
    """Return the entries of a CSV with a column plate_text, and a column note where there is one.

    Raises UserError, with the row, for a file that is none.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise UserError(f"{path}: over {_MOST_BYTES // 10**6} MB")
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        head = next(rows, [])
        if _TEXT not in head:
            near = next((meant(name, [_TEXT]) for name in head if meant(name, [_TEXT])), "")
            raise UserError(f"{path}: the first row has no column {_TEXT}{near}")
        entries = [_entry(path, number, head, row) for number, row in enumerate(rows, 2) if row]
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror})") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path}: no CSV in UTF-8 ({one_line(error)})") from error
    if len(entries) > _MOST_ENTRIES:
        raise UserError(f"{path}: over {_MOST_ENTRIES:,} plates")
    return entries


def _entry(path: Path, number: int, head: list[str], row: list[str]) -> Entry:
    values = dict(zip(head, row, strict=False))
    written, note = printable(values.get(_TEXT, "").strip()), printable(values.get(_NOTE, ""))
    text = plain(written)
    if not 0 < len(text) <= _MOST_CHARACTERS:
        raise UserError(f"{path}: row {number}: {written!r:.40} is no plate")
    return Entry(text, written, note[:_MOST_NOTE])


class WatchList:
    """The list, read anew when its file changes. Threads may share it.

    distance: the greatest sum of costs (`Costs`) at which a text that was read may stand for one of the list.
    Raises UserError when the file is none.
    """

    def __init__(self, path: Path, costs: Costs, distance: float) -> None:
        self._path, self._costs, self._most = path, costs, distance
        self._stamp = _stamp(path)
        self._table = _Table(read_list(path), costs)
        self._looked = time.monotonic()

    def find(self, reading: Reading) -> list[dict[str, Any]]:
        """Return the entries that a reading may stand for, the nearest first, as plain JSON; for a partial one none."""
        self._look()
        table = self._table
        if reading.partial or not table.entries:
            return []
        distances = table.distances(plain(reading.text))
        order = np.argsort(distances, kind="stable")[:_MOST_HITS]
        return [
            {
                "plate_text": table.entries[n].written,
                "note": table.entries[n].note,
                "distance": round(float(distances[n]), 3),
            }
            for n in order.tolist()
            if distances[n] <= self._most
        ]

    def _look(self) -> None:
        now = time.monotonic()
        if now - self._looked < _LOOK_S:
            return
        self._looked = now
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._table = _Table(read_list(self._path), self._costs)
            tell(f"watch list: read anew, {len(self._table.entries):,} plates")
        except UserError as error:
            tell(f"error: {error}; the watch list stays as it was")


class _Table:
    """The entries by their length, so that all of one length are compared at once."""

    def __init__(self, entries: list[Entry], costs: Costs) -> None:
        self.entries, self._costs = entries, costs
        lengths: dict[int, list[int]] = defaultdict(list)
        self._same: dict[str, list[int]] = defaultdict(list)
        for number, entry in enumerate(entries):
            self._same[entry.text].append(number)
            lengths[len(entry.text)].append(number)
        self._groups = [
            (np.array(numbers), np.stack([costs.numbers(entries[n].text) for n in numbers]))
            for numbers in lengths.values()
        ]

    def distances(self, text: str) -> NDArray[np.float32]:
        """Return for each entry the least cost (N,) of reading ``text`` where the entry stands."""
        found = np.empty(len(self.entries), np.float32)
        read = self._costs.numbers(text).tolist()
        for numbers, true in self._groups:
            found[numbers] = self._between(true, read)
        # The same text is that plate, also where the reader was never measured on a character of it.
        found[self._same.get(text, [])] = 0
        return found

    def _between(self, true: NDArray[np.int64], read: list[int]) -> NDArray[np.float32]:
        """Return the least cost (N,) of reading one text for each of N of one length (N, M), by dynamic programming."""
        costs = self._costs
        missed = costs.miss[true]
        above = np.zeros((len(true), true.shape[1] + 1), np.float32)
        np.cumsum(missed, axis=1, out=above[:, 1:])
        for char in read:
            row = above + costs.invent[char]
            changed = above[:, :-1] + costs.change[true, char]
            np.minimum(row[:, 1:], changed, out=row[:, 1:])
            for column in range(true.shape[1]):
                np.minimum(
                    row[:, column + 1], row[:, column] + missed[:, column], out=row[:, column + 1]
                )
            above = row
        return above[:, -1]


def _stamp(path: Path) -> tuple[int, int, int]:
    """Return what changes when a file does; raises nothing where it is gone."""
    try:
        status = path.stat()
    except OSError:
        return (0, 0, 0)
    return status.st_ino, status.st_size, status.st_mtime_ns
