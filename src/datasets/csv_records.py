"""The records of a CSV that others have written: what is wrong with one takes no other one along."""

import csv
import io
import itertools
from collections.abc import Callable, Iterator


def read_records(
    text: str,
    separator: str = ",",
    broken: Callable[[int, str], None] | None = None,
    strict: bool = True,
) -> Iterator[tuple[int, list[str]]]:
    """Yield the records of a text with their numbers from 1.

    broken: is told the number of each record that cannot be read, and why. The line behind its first one is then the
    next record: of a quote that nobody closes, all lines up to the next quote would be one. strict: no text may stand
    between a quote and the separator.

    Raises csv.Error where the first record cannot be read, and without `broken` where any cannot.
    """
    lines = _Lines(text)
    records = csv.reader(lines, delimiter=separator, strict=strict, skipinitialspace=True)
    for number in itertools.count(1):
        lines.begin_record()
        try:
            record = next(records, None)
        except csv.Error as error:
            if broken is None or number == 1:
                raise
            broken(number, str(error))
            lines.go_back()
            continue
        if record is None:
            return
        yield number, record


class _Lines:
    """The lines of a text, of which those behind a record's first one may be read once more."""

    def __init__(self, text: str) -> None:
        self._file = io.StringIO(text, newline="")
        self._second: int | None = None

    def begin_record(self) -> None:
        """Say that the next line is the first one of a record."""
        self._second = None

    def go_back(self) -> None:
        """Go back to the line behind the record's first one."""
        if self._second is not None:
            self._file.seek(self._second)

    def __iter__(self) -> Iterator[str]:
        """Return itself: whoever asks for lines gets the next ones."""
        return self

    def __next__(self) -> str:
        """Return the next line with its end."""
        line = next(self._file)
        if self._second is None:
            self._second = self._file.tell()
        return line
