"""Which pictures were named before, however many there are: kept on disk."""

import sqlite3
from hashlib import blake2b
from types import TracebackType

from .items import Item

_CACHE_KB = 65_536


class Seen:
    """A set of pictures, in a file that ends with the process. One thread uses it."""

    def __init__(self) -> None:
        # Without a name SQLite takes a temporary file that no folder lists: what is killed leaves nothing behind.
        self._base = sqlite3.connect("", isolation_level=None)
        # Nothing of it outlasts the process, so that it need not withstand its end.
        for pragma in ("journal_mode=OFF", "synchronous=OFF", f"cache_size=-{_CACHE_KB}"):
            self._base.execute(f"PRAGMA {pragma}")
        self._base.execute("CREATE TABLE seen (key BLOB PRIMARY KEY) WITHOUT ROWID")
        self._base.execute("BEGIN")

    def add(self, item: Item) -> bool:
        """Say whether a picture is new, and remember it."""
        name = f"{item.path}\0{item.member or ''}".encode("utf-8", "surrogateescape")
        key = blake2b(name, digest_size=16).digest()
        done = self._base.execute("INSERT OR IGNORE INTO seen VALUES (?)", (key,))
        return done.rowcount == 1

    def __enter__(self) -> "Seen":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._base.close()
