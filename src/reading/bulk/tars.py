"""Tar files: which members they have, and where; within limits, for they may come from anywhere."""

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from ...common.errors import UserError
from ...common.untrusted import one_line, printable
from .items import is_compressed
from .stores import is_url, open_store

MOST_FILES = 2_000_000
"""Files in one tar: their names are held in memory, of several tars at a time."""
MOST_HEADER = 1 << 20
"""Bytes that are read in one piece while a tar is gone through: long names, and nothing else."""
MOST_RATIO, RATIO_FROM = 100, 100_000_000
"""Times its own size that a compressed tar may have in all, from so many bytes on. Pictures hardly shrink."""

_BLOCK = 5 << 20
_DAMAGED = (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError)


@dataclass(frozen=True, slots=True)
class Member:
    """A plain file in a tar. offset: where its bytes begin in the tar as it is unpacked; size: how many there are."""

    name: str
    offset: int
    size: int


def members(path: str) -> Iterator[Member]:
    """Yield the plain files of a tar, which may have a URL, in their order.

    Folders, links and devices are passed over. Raises UserError when it cannot be read to its end, or is beyond limits.
    """
    with opened(path) as file:
        yield from _go_through(path, file)


@contextmanager
def opened(path: str) -> Iterator[IO[bytes]]:
    """Open a tar, unpacked where it is compressed."""
    with _raw(path) as file:
        if not is_compressed(path):
            yield file
            return
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        with gzip.GzipFile(fileobj=file) as unpacked:
            yield cast(IO[bytes], _Bounded(unpacked, size))


def _raw(path: str) -> IO[bytes]:
    if not is_url(path):
        file = Path(path)
        if not file.is_file():  # a pipe would never end
            raise UserError(f"{printable(path)}: no file")
        return file.open("rb")
    files, inner = open_store(path)
    # Headers lie so close together that reading all is less than asking for each.
    handle: IO[bytes] = files.open(inner, "rb", block_size=_BLOCK, cache_type="readahead")
    return handle


def _go_through(path: str, file: IO[bytes]) -> Iterator[Member]:
    try:
        with tarfile.open(fileobj=cast(IO[bytes], _Pieces(file)), mode="r:") as tar:
            position, count = -1, 0
            while (entry := tar.next()) is not None:
                # Sizes below zero and beyond the end have sent readers round in circles.
                if entry.offset <= position or entry.size < 0 or entry.offset_data <= entry.offset:
                    raise ValueError("its headers lead back")
                position, count = entry.offset, count + 1
                if count > MOST_FILES:
                    raise ValueError(
                        f"it has more than {MOST_FILES:,} files: make several tars of it"
                    )
                tar.members.clear()  # type: ignore[attr-defined]  # which would all be kept
                if entry.isreg() and not entry.issparse():
                    yield Member(entry.name, entry.offset_data, entry.size)
    except (*_DAMAGED, ValueError, OverflowError) as error:
        raise UserError(f"{printable(path)}: no whole tar ({one_line(error)})") from error


class _Pieces:
    """A file of which no more than MOST_HEADER bytes are read in one piece."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, count: int = -1) -> bytes:
        if not 0 <= count <= MOST_HEADER:
            raise ValueError(f"a header of more than {MOST_HEADER:,} bytes")
        return self._file.read(count)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class _Bounded:
    """What a compressed file unpacks to, up to MOST_RATIO times its size."""

    def __init__(self, unpacked: gzip.GzipFile, packed: int) -> None:
        self._file, self._most = unpacked, max(RATIO_FROM, MOST_RATIO * packed)

    def read(self, count: int = -1) -> bytes:
        content = self._file.read(count)
        self._check()
        return content

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_SET and place > self._most:
            raise ValueError(f"it unpacks to more than {MOST_RATIO} times its size")
        at = self._file.seek(place, whence)
        self._check()
        return at

    def _check(self) -> None:
        if self._file.tell() > self._most:
            raise ValueError(f"it unpacks to more than {MOST_RATIO} times its size")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)
