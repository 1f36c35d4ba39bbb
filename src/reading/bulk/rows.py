"""The answers as Parquet: a row for each picture, also for one that could not be read; and what a part counts."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from ...common.plates import NUMBER_KEY, PREFIX_KEY
from .items import Item, shown

_REGION = [("code", pa.string()), ("name", pa.string())]
_PLATE = pa.struct(
    [
        ("text", pa.string()),
        (PREFIX_KEY, pa.string()),
        (NUMBER_KEY, pa.string()),
        ("confidence", pa.float32()),
        ("confidence_min", pa.float32()),
        ("characters", pa.list_(pa.struct([("char", pa.string()), ("confidence", pa.float32())]))),
        ("box", pa.list_(pa.float32())),
        ("quad", pa.list_(pa.list_(pa.float32()))),
        ("score", pa.float32()),
        ("partial", pa.bool_()),
        ("pattern", pa.string()),
        (
            "region",
            pa.struct(
                [*_REGION, ("confidence", pa.float32()), ("subdivision", pa.struct(_REGION))]
            ),
        ),
    ]
)
SCHEMA = pa.schema(
    [
        pa.field("path", pa.string(), nullable=False),
        ("member", pa.string()),
        ("width", pa.int32()),
        ("height", pa.int32()),
        ("plate", pa.string()),
        (PREFIX_KEY, pa.string()),
        (NUMBER_KEY, pa.string()),
        ("plates", pa.list_(_PLATE)),
        ("notes", pa.list_(pa.string())),
        ("seconds", pa.float32()),
        ("error", pa.string()),
        ("reason", pa.string()),
    ]
)
"""A row: what `bundle.endpoint.describe` gives to every client, beside the picture's name; or, in ``error``, one of
ERRORS and in ``reason`` a sentence. ``plates`` is null where a picture could not be read, empty where it has none."""

ERRORS = {
    "listed": "known to be broken when it was listed",
    "not_found": "not there any more",
    "unreachable": "cannot be fetched",
    "too_large": "a file beyond the limit",
    "unreadable": "no picture, or a damaged one",
    "timeout": "takes too long",
    "crashed": "ended the process that read it",
    "failed": "the reader failed on it",
}
"""What may be wrong with a picture, by what ``error`` calls it."""

Row = dict[str, Any]
_RUN, _PART, _COUNTS = b"plates.run", b"plates.part", b"plates.counts"


@dataclass
class Counts:
    """What a part, or several, holds.

    pictures: rows. with_plates: pictures with a plate. plates: of all. errors: pictures that could not be read, by
    their ``error``. seconds: of the processor, for decoding and reading. began, ended: when, in seconds since 1970.
    """

    pictures: int = 0
    with_plates: int = 0
    plates: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    began: float = float("inf")
    ended: float = 0.0

    def add(self, other: "Counts") -> None:
        """Count another part too."""
        self.pictures += other.pictures
        self.with_plates += other.with_plates
        self.plates += other.plates
        self.errors.update(other.errors)
        self.seconds += other.seconds
        self.began, self.ended = min(self.began, other.began), max(self.ended, other.ended)

    def to_json(self) -> str:
        """Return them as text."""
        return json.dumps({**vars(self), "errors": dict(self.errors)})

    @classmethod
    def from_json(cls, text: str | bytes) -> "Counts":
        """Return what `to_json` wrote; raises ValueError, KeyError or TypeError for what it has not written."""
        content = json.loads(text)
        return cls(**{**content, "errors": Counter(content["errors"])})

    @property
    def settled(self) -> bool:
        """Whether another try would give the same; a picture that could not be reached may be reached then."""
        return not self.errors["unreachable"]

    @property
    def broken(self) -> int:
        """Pictures that could not be read."""
        return self.errors.total()


def answered(item: Item, answer: Mapping[str, Any]) -> Row:
    """Return the row of a picture that was read. answer: what `describe` gives, with ``notes`` and ``seconds``."""
    size = answer["image"]
    return {**_name(item), **answer, "width": size["width"], "height": size["height"]}


def broken(item: Item, error: str, reason: str) -> Row:
    """Return the row of a picture that could not be read. error: one of ERRORS."""
    return {**_name(item), "error": error, "reason": reason}


def count(rows: Sequence[Row], began: float, ended: float) -> Counts:
    """Return what rows hold."""
    counts = Counts(len(rows), began=began, ended=ended)
    for row in rows:
        plates = row.get("plates") or ()
        counts.plates += len(plates)
        counts.with_plates += bool(plates)
        counts.seconds += row.get("seconds") or 0.0
        if "error" in row:
            counts.errors[row["error"]] += 1
    return counts


def to_parquet(rows: Sequence[Row], counts: Counts, run: str, part: int) -> bytes:
    """Return a part as a Parquet file that says of which run it is, which part, and what it holds."""
    whole = [{name: row.get(name) for name in SCHEMA.names} for row in rows]
    about = {_RUN: run, _PART: str(part), _COUNTS: counts.to_json()}
    table = pa.Table.from_pylist(whole, SCHEMA.with_metadata(about))
    content = BytesIO()
    pq.write_table(table, content, compression="zstd")
    return content.getvalue()


def counts_of(file: IO[bytes], run: str, part: int) -> Counts | None:
    """Return what a part counts; None where the file is not whole, or is not this part of this run."""
    try:
        with pq.ParquetFile(file) as parquet:
            about, rows = parquet.metadata.metadata or {}, parquet.metadata.num_rows
        if (about[_RUN], about[_PART]) != (run.encode(), str(part).encode()):
            return None
        counts = Counts.from_json(about[_COUNTS])
    except (pa.ArrowException, OSError, KeyError, TypeError, ValueError):
        return None
    return counts if counts.pictures == rows else None


def _name(item: Item) -> Row:
    return {
        "path": shown(item.path),
        "member": None if item.member is None else shown(item.member),
    }
