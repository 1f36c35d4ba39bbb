"""What lies in a folder into which servers collect, and how others take it from there."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

from ..datasets.photos import ANNOTATIONS
from .rows import EXTRA, KeptRow, RowWriter, read_back

PICTURES, LOCK = "pictures", ".lock"
NAME = re.compile(r"[0-9a-f]{32}\.(?:jpg|png|webp|bmp)")
"""Of a picture in there. No other file is ever removed."""


def is_collection(folder: Path) -> bool:
    """Say whether servers collect into a folder, or have."""
    return (folder / LOCK).is_file() and (folder / PICTURES).is_dir()


@contextmanager
def collected(folder: Path) -> Iterator[list[tuple[str, list[KeptRow]]]]:
    """Yield the pictures of such a folder with their rows, the oldest first; no server changes it meanwhile.

    A picture is named by its path below the folder. Raises OSError where it cannot be read.
    """
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CLOEXEC)
    try:
        with locked(descriptor), (folder / ANNOTATIONS).open(encoding="utf-8", newline="") as table:
            pictures: dict[str, list[KeptRow]] = {}
            for one, _ in kept_rows(table):
                if (folder / one.row.image).is_file():
                    pictures.setdefault(one.row.image, []).append(one)
            yield list(pictures.items())
    finally:
        os.close(descriptor)


@contextmanager
def locked(descriptor: int) -> Iterator[None]:
    """Hold the lock of an open file, which no other process, and no other opening of it, then has."""
    import fcntl  # not there on Windows

    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def kept_rows(lines: Iterable[str]) -> Iterator[tuple[KeptRow, float | None]]:
    """Yield the rows of a table, whose first line is its header, and since when each is kept, in seconds since 1970.

    None where it does not say; rows that name no picture of such a folder are left out.
    """
    for row, more in read_back(lines):
        folder, _, name = row.image.partition("/")
        if folder != PICTURES or not NAME.fullmatch(name) or len(more) != len(EXTRA):
            continue
        confidence, feedback, text_hash, moment = more
        since = None
        with suppress(ValueError):
            since = datetime.fromisoformat(moment).timestamp()
        yield KeptRow(row, confidence, feedback, text_hash), since


def header() -> bytes:
    """Return the first line of the table."""
    text = StringIO(newline="")
    RowWriter(text, EXTRA)
    return text.getvalue().encode()


def lines_of(name: str, rows: Sequence[KeptRow], since: float) -> bytes:
    """Return the lines of a picture. name: of its file. since: when it was kept, in seconds since 1970."""
    text = StringIO(newline="")
    writer = RowWriter(text, header=False)
    moment = datetime.fromtimestamp(since, UTC).isoformat(timespec="seconds")
    for one in rows:
        row = replace(one.row, image=f"{PICTURES}/{name}")
        writer.write(row, (one.confidence, one.feedback, one.text_hash, moment))
    return text.getvalue().encode()
