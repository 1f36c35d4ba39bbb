"""Collecting pictures into a folder, within a bound of bytes and days.

Several processes write to it, each under the lock of a file in it, and each may be killed at any moment. What holds at
every moment: all files together are within the bound, and each picture there is has its row. Rows come before their
picture and go after it, so a row without a picture is what a killed process has left, and is passed over.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..common.errors import UserError
from ..common.files import atomic_path
from ..datasets.photos import ANNOTATIONS
from .folder import LOCK, NAME, PICTURES, header, kept_rows, lines_of, locked
from .rows import KeptRow

MOST_PICTURES = 100_000
"""More than programs like in one folder, and than small pictures should be of it, whatever bytes they have."""

KEPT, KNOWN, TOO_LARGE = "kept", "known", "too_large"
"""What came of a picture: it is there now, it was there, or it is larger than all that may be there."""

_PARTIAL = ".partial"
# What a file takes of a disk is whole blocks.
_BLOCK = 4096
# Where there is no room, so much of the bound is made free at once, for each time all rows are written anew.
_FREED = 0.1
_DAY_S = 86_400.0
# What the lock's file and the folders take.
_FIXED = 4 * _BLOCK


class Collection:
    """A folder of pictures, at most so many bytes of them, rows included, and each for so many days at most.

    One thread of a process may use it. clock: seconds since 1970.

    Raises UserError where the folder cannot be written, or holds an `annotations.csv` of another kind.
    """

    def __init__(
        self, folder: Path, most_bytes: int, days: float, clock: Callable[[], float] = time.time
    ) -> None:
        self._folder, self._most, self._days, self._clock = folder, most_bytes, days, clock
        self._pictures, self._path = folder / PICTURES, folder / ANNOTATIONS
        # By the picture's file name, the oldest first: bytes on the disk, and since when.
        self._entries: dict[str, tuple[int, float]] = {}
        # Of all pictures, and bytes of the table that are known.
        self._held = self._read = 0
        self._table = -1
        try:
            for made in (folder, self._pictures):
                # Pictures of cars and what they say are for nobody else on the machine.
                made.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self.expire()
        except OSError as error:
            raise UserError(
                f"{folder}: pictures cannot be collected there ({error.strerror}); name a folder that the server may "
                "write to"
            ) from error

    def add(
        self, stem: str, suffix: str, content: bytes, rows: Sequence[KeptRow], replace: bool = False
    ) -> str:
        """Keep a picture with its rows; return one of the words above.

        stem: 32 hexadecimal digits. suffix: as ".jpg". replace: a picture that is there gets these rows.
        Raises OSError or UserError where the disk does not take it; what is there stays as it was.
        """
        name = f"{stem}{suffix}"
        if not NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a picture")
        with self._locked():
            known = self._entries.get(name)
            if known and not replace:
                return KNOWN
            since = known[1] if known else self._clock()
            lines = lines_of(name, rows, since)
            if not self._make_room(_on_disk(len(content)) + 2 * _on_disk(len(lines))):
                return TOO_LARGE
            if name in self._entries:
                self._rewrite({name: lines})
            else:
                self._append(name, content, lines, since)
            return KEPT

    def expire(self) -> int:
        """Remove the pictures whose days are over; return how many."""
        with self._locked():
            oldest = self._clock() - self._days * _DAY_S
            gone = [name for name, (_, since) in self._entries.items() if since < oldest]
            self._drop(gone)
            return len(gone)

    def close(self) -> None:
        """Close the files that are held open."""
        for descriptor in (self._table, self._lock):
            if descriptor >= 0:
                os.close(descriptor)
        self._table = self._lock = -1

    @property
    def held_bytes(self) -> int:
        """What all of it takes on the disk, with the room that it takes to write the rows anew."""
        return _FIXED + self._held + 2 * _on_disk(self._read)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with locked(self._lock):
            (self._folder / _PARTIAL).unlink(missing_ok=True)
            self._follow()
            yield

    def _follow(self) -> None:
        """Learn what other processes have written since the last time."""
        size = -1
        if self._table >= 0 and self._path.exists():
            known, now = os.fstat(self._table), self._path.stat()
            # No other file has its number while it is open here.
            if (known.st_dev, known.st_ino) == (now.st_dev, now.st_ino):
                size = now.st_size
        if size < self._read or not self._read:
            self._load()
        elif size > self._read:
            self._learn(os.pread(self._table, size - self._read, self._read))

    def _load(self) -> None:
        """Read all rows, and remove pictures that have none."""
        first = header()
        if not self._path.exists() or not self._path.stat().st_size:
            with atomic_path(self._path) as partial:
                _write(partial, [first])
        if self._table >= 0:
            os.close(self._table)
        self._table = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
        content = self._path.read_bytes()
        if not content.startswith(first):
            raise UserError(
                f"{self._path} is of another kind: servers collect only into folders of their own, so name an empty one"
            )
        self._entries, self._held, self._read = {}, 0, len(first)
        self._learn(content[len(first) :])
        for found in list(os.scandir(self._pictures)):
            if NAME.fullmatch(found.name) and found.name not in self._entries:
                Path(found.path).unlink(missing_ok=True)

    def _learn(self, added: bytes) -> None:
        """Take in rows at the end of the table; what was not written to its end is taken away."""
        whole = added.rfind(b"\n") + 1
        if whole < len(added):
            os.ftruncate(self._table, self._read + whole)
        self._read += whole
        lines = (header() + added[:whole]).decode("utf-8", "replace").splitlines(keepends=True)
        for one, since in kept_rows(lines):
            name = one.row.image.removeprefix(f"{PICTURES}/")
            if name not in self._entries and (self._pictures / name).is_file():
                size = _on_disk((self._pictures / name).stat().st_size)
                self._entries[name] = (size, self._clock() if since is None else since)
                self._held += size

    def _make_room(self, needed: int) -> bool:
        """Remove the oldest pictures until so many bytes more are within the bound; say whether that could be done."""
        if needed + _FIXED + 2 * _on_disk(len(header())) > self._most:
            return False
        over = self.held_bytes + needed - self._most
        many = len(self._entries) + 1 - MOST_PICTURES
        if over <= 0 and many <= 0:
            return True
        free, count, gone = over + _FREED * self._most, many + _FREED * MOST_PICTURES, []
        for name, (size, _) in self._entries.items():
            if (over <= 0 or free <= 0) and (many <= 0 or count <= 0):
                break
            gone.append(name)
            free, count = free - size, count - 1
        self._drop(gone)
        return self.held_bytes + needed <= self._most

    def _drop(self, names: Sequence[str]) -> None:
        if not names:
            return
        for name in names:
            (self._pictures / name).unlink(missing_ok=True)
            self._held -= self._entries.pop(name)[0]
        self._rewrite({})

    def _append(self, name: str, content: bytes, lines: bytes, since: float) -> None:
        partial = self._folder / _PARTIAL
        try:
            _write(partial, [content])
            _write_all(self._table, lines, self._read)
            partial.replace(self._pictures / name)
        except BaseException:
            os.ftruncate(self._table, self._read)
            raise
        finally:
            partial.unlink(missing_ok=True)
        self._entries[name] = (_on_disk(len(content)), since)
        self._held += self._entries[name][0]
        self._read += len(lines)

    def _rewrite(self, changed: Mapping[str, bytes]) -> None:
        """Write the rows of the pictures that there are anew, some of them changed."""
        with self._path.open("rb") as table, atomic_path(self._path) as partial:
            _write(partial, self._lines(table, changed))
        self._load()

    def _lines(self, table: Iterable[bytes], changed: Mapping[str, bytes]) -> Iterator[bytes]:
        left = dict(changed)
        for number, line in enumerate(table):
            name = line.partition(b",")[0].decode("utf-8", "replace").removeprefix(f"{PICTURES}/")
            if name in changed:
                yield left.pop(name, b"")
            elif not number or name in self._entries:
                yield line


def _on_disk(count: int) -> int:
    return -(-count // _BLOCK) * _BLOCK


def _write(path: Path, parts: Iterable[bytes]) -> None:
    """Write a file that its owner alone can read."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.writelines(parts)


def _write_all(descriptor: int, content: bytes, place: int) -> None:
    left = memoryview(content)
    while left:
        count = os.pwrite(descriptor, left, place)
        left, place = left[count:], place + count
