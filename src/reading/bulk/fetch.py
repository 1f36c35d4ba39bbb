"""The bytes of a picture, from wherever it lies; and whether that it cannot be had is for ever."""

import errno
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TypeVar

from ...common.untrusted import one_line, printable
from .items import Item
from .stores import is_url, open_store
from .tars import opened

MOST_BYTES = 300_000_000
"""Larger files are not fetched: 80 megapixels without any compression are 240 MB."""

T = TypeVar("T")

_WAITS = (1.0, 4.0, 16.0)  # seconds before another try
# What is wrong with a file, or with its name; all else may be wrong with the way to it.
_LASTING = (
    *(errno.EACCES, errno.EPERM, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.ENOTDIR),
    *(errno.EINVAL, errno.EILSEQ),
)


class FetchError(Exception):
    """A picture's bytes cannot be had. error: one of `rows.ERRORS`; "unreachable" may pass, and others will not."""

    def __init__(self, error: str, reason: str) -> None:
        super().__init__(reason)
        self.error = error


class Fetcher:
    """Gets pictures' bytes. Threads may share it, but for what is in compressed archives."""

    def __init__(self, roots: Sequence[str], sleep: Callable[[float], None] = time.sleep) -> None:
        """roots: folders here that pictures were listed in. sleep: waits so many seconds before another try."""
        self._roots, self._sleep = roots, sleep
        self._stream: tuple[str, IO[bytes]] | None = None
        self._kept = ExitStack()

    def fetch(self, item: Item) -> bytes:
        """Return the bytes of a picture that is no file of its own here; raises FetchError."""
        if item.size > MOST_BYTES:
            raise _too_large(item)
        return self._patiently(self._fetch, item)

    def fetch_in_order(self, item: Item) -> bytes:
        """Return the bytes of a picture in a compressed archive, which is gone through from the last one on."""
        if item.size > MOST_BYTES:
            raise _too_large(item)
        try:
            if self._stream is None or self._stream[0] != item.path:
                self._kept.close()
                self._stream = item.path, self._kept.enter_context(opened(item.path))
            self._stream[1].seek(item.offset)
            return _whole(item, self._stream[1].read(item.size))
        except FetchError:
            raise
        except Exception as error:
            self._stream = None
            raise self.reason(item, error) from error

    def check(self, item: Item) -> None:
        """Raise FetchError when a file here cannot be opened, or is too large."""
        self._patiently(self._check, item)

    def _patiently(self, get: Callable[[Item], T], item: Item) -> T:
        for wait in _WAITS:
            try:
                return get(item)
            except FetchError as error:
                if error.error != "unreachable":
                    raise
                self._sleep(wait)
        return get(item)

    def _check(self, item: Item) -> None:
        try:
            with Path(item.path).open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                file.read(1)
        except OSError as error:
            raise self.reason(item, error) from error
        if size > MOST_BYTES:
            raise _too_large(item)

    def _fetch(self, item: Item) -> bytes:
        try:
            if not is_url(item.path):
                with Path(item.path).open("rb") as file:
                    file.seek(item.offset)
                    return _whole(item, file.read(item.size))
            files, path = open_store(item.path)
            if item.member is not None:
                end = item.offset + item.size
                return _whole(item, files.cat_file(path, start=item.offset, end=end))
            if item.size >= 0:
                return bytes(files.cat_file(path))
            with files.open(path, "rb") as handle:
                content = bytes(handle.read(MOST_BYTES + 1))
        except FetchError:
            raise
        except Exception as error:  # each store has errors of its own
            raise self.reason(item, error) from error
        if len(content) > MOST_BYTES:
            raise _too_large(item)
        return content

    def reason(self, item: Item, error: Exception) -> FetchError:
        """Return what an error says of a picture: that it is not there, cannot be opened, or cannot be reached now."""
        name, why = printable(item.path), one_line(error)
        if isinstance(error, FileNotFoundError):
            if self._is_away(item.path):
                return FetchError(
                    "unreachable",
                    f"{name}: all that it was listed with is away; is its disk mounted?",
                )
            return FetchError("not_found", f"{name}: no such picture")
        if not is_url(item.path) and isinstance(error, OSError) and error.errno in _LASTING:
            return FetchError("unreadable", f"{name}: cannot be opened ({why})")
        return FetchError("unreachable", f"{name}: cannot be fetched ({why})")

    def _is_away(self, path: str) -> bool:
        """Say whether the folder that a picture was listed in is not there, or empty as where nothing is mounted."""
        roots = [root for root in self._roots if Path(path).is_relative_to(root)]
        return bool(roots) and not any(map(_holds_something, roots))


@contextmanager
def as_file(content: bytes) -> Iterator[Path]:
    """Give bytes a path, which decoders take; it leads to a file in no folder, that ends with this process."""
    with TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        yield Path(f"/dev/fd/{file.fileno()}")


def _holds_something(root: str) -> bool:
    try:
        with os.scandir(root) as entries:
            return next(entries, None) is not None
    except NotADirectoryError:
        return True
    except OSError:
        return False


def _whole(item: Item, content: bytes) -> bytes:
    if len(content) != item.size:
        name = printable(f"{item.path}: {item.member}")
        raise FetchError("unreadable", f"{name}: the archive has changed since it was listed")
    return bytes(content)


def _too_large(item: Item) -> FetchError:
    name = printable(item.member or item.path)
    return FetchError("too_large", f"{name}: a file of more than {MOST_BYTES // 10**6} MB")
