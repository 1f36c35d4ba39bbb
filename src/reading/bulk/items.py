"""One picture to read, and the table that lists some: what a run is to read is written down before it begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import pyarrow as pa

from ..sources import ARCHIVES

# Paths are bytes: a file's name may be no UTF-8.
LIST_SCHEMA = pa.schema(
    [
        ("path", pa.binary()),
        ("member", pa.binary()),
        ("offset", pa.int64()),
        ("size", pa.int64()),
        ("problem", pa.string()),
    ]
)
UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Item:
    """One picture.

    path: of the file, absolute, or its URL; of the archive whose member this is. member: its name in the archive.
    offset: where its bytes begin in its archive, as that is unpacked. size: in bytes, or UNKNOWN. problem: why it
    cannot be read, where that was known when it was listed.
    """

    path: str
    member: str | None = None
    offset: int = UNKNOWN
    size: int = UNKNOWN
    problem: str | None = None

    @property
    def streamed(self) -> bool:
        """Whether it can only be reached through all that is before it in its archive."""
        return self.member is not None and is_compressed(self.path)


def is_archive(name: str) -> bool:
    """Say whether a file or URL, by its name, is an archive whose members are read."""
    return name.lower().endswith(ARCHIVES)


def is_compressed(name: str) -> bool:
    """Say whether an archive, by its name, is compressed as a whole."""
    return is_archive(name) and PurePath(name).suffix.lower() != ".tar"


def shown(path: str) -> str:
    """Return a path as text that Parquet can hold: what is no UTF-8 in it as backslash escapes."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def to_table(items: Sequence[Item]) -> pa.Table:
    """Return a table of LIST_SCHEMA, a row for each item."""
    columns: dict[str, list[Any]] = {
        "path": [_bytes(item.path) for item in items],
        "member": [None if i.member is None else _bytes(i.member) for i in items],
        "offset": [item.offset for item in items],
        "size": [item.size for item in items],
        "problem": [None if i.problem is None else shown(i.problem) for i in items],
    }
    return pa.table(columns, LIST_SCHEMA)


def from_table(table: pa.Table) -> list[Item]:
    """Return the items of a table that `to_table` made."""
    return [
        Item(
            _text(row["path"]),
            None if row["member"] is None else _text(row["member"]),
            row["offset"],
            row["size"],
            row["problem"],
        )
        for row in table.to_pylist()
    ]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")
