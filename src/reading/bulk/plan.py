"""What a run is to read, written down before it begins: the list of its pictures, cut into parts."""

import json
import time
import uuid
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from io import BytesIO
from typing import Any

import pyarrow.parquet as pq

from ...common.errors import UserError
from ...common.untrusted import one_line
from .items import LIST_SCHEMA, Item, from_table, to_table
from .target import Target

RUN = "_bulk/run.json"
LEAST, MOST, SHARE = 50, 5000, 100
"""Pictures in a part: a hundredth of those that were listed before it, within limits. So a few hundred pictures are
many parts, for all cores of a cluster to share, and a hundred million are not a million files."""

_FORMAT = 1
# Bytes of the file of a run.
_MOST_RUN = 1_000_000
# Parts whose lists are in one file, a row group each.
_TOGETHER = 100
_STREAMS = b"plates.streams"


@dataclass(frozen=True)
class Run:
    """A run: what it reads and how, and how many pictures and parts that is.

    sources: as absolute paths and URLs. options: of the command, by name. model: version of the saved model.
    left_out: how many things were passed over, by what they are.
    """

    id: str
    sources: list[str]
    options: dict[str, Any]
    model: str
    pictures: int
    parts: int
    left_out: dict[str, int]
    created: str
    format: int = _FORMAT


@dataclass
class _Written:
    pictures: int = 0
    parts: int = 0
    streams: list[int] = field(default_factory=list)


def part_name(number: int) -> str:
    """Return the name of a part's file."""
    return f"part-{number:08}.parquet"


def load_run(target: Target) -> Run | None:
    """Return the run that a target belongs to; None for an empty one.

    Raises UserError when something else is there, or the run is of another version or damaged.
    """
    if target.has(RUN):
        try:
            with target.open(RUN) as file:
                run = Run(**json.loads(file.read(_MOST_RUN)))
            if run.format != _FORMAT:
                raise ValueError(f"it is of format {run.format}")
        except (ValueError, TypeError, RecursionError) as error:
            raise UserError(
                f"{target.name}/{RUN} is damaged or of another version ({one_line(error)}): name another --out"
            ) from error
        return run
    others = sorted(name for name in target.files() if name != RUN.partition("/")[0])
    if others:
        raise UserError(
            f"--out {target.name} holds other files ({', '.join(others[:3])}): name an empty folder, or a new one"
        )
    return None


def check_same(run: Run, sources: list[str], options: Mapping[str, Any], model: str) -> None:
    """Raise UserError when a run that is there was begun with something else than what is asked for now."""
    asked = {"SOURCE": sources, "the model": model, **options}
    begun = {"SOURCE": run.sources, "the model": run.model, **run.options}
    different = [name for name, value in asked.items() if begun.get(name) != value]
    if different:
        name = different[0]
        raise UserError(
            f"the run there was begun with another value of {', '.join(different)} ({name}: {begun.get(name)}, now "
            f"{asked[name]}): go on with the same, or name another --out"
        )


def new_run(
    target: Target,
    sources: list[str],
    options: Mapping[str, Any],
    model: str,
    items: Iterable[Item],
    left_out: Callable[[], Mapping[str, int]],
) -> Run:
    """Write the list of a run's pictures, and then the run itself; a list without one is written anew.

    left_out: gives what was passed over, once all items are taken. Raises UserError when there are no pictures.
    """
    written = _Written()
    _write_lists(target, _cut(items), written)
    if not written.pictures:
        passed = ", ".join(f"{n:,} {what}" for what, n in left_out().items())
        raise UserError(f"nothing to read: no pictures are there{passed and f', but {passed}'}")
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    counts = written.pictures, written.parts
    run = Run(uuid.uuid4().hex, sources, dict(options), model, *counts, dict(left_out()), created)
    target.write(RUN, json.dumps(asdict(run), indent=1).encode())
    return run


def tasks(target: Target, run: Run, done: Container[int]) -> Iterator[list[int]]:
    """Yield what is left to do: parts, one by one, or those of one compressed archive, which is gone through once."""
    together: list[int] = []
    before = 0
    for number in range(run.parts):
        if number % _TOGETHER == 0:
            streams = _streams(target, number)
        stream = streams[number % _TOGETHER]
        if together and (not stream or stream != before):
            yield together
            together = []
        before = stream
        if number not in done:
            together.append(number)
            if not stream:
                yield together
                together = []
    if together:
        yield together


def items_of(target: Target, part: int) -> list[Item]:
    """Return the pictures of a part, in the order of its rows."""
    with target.open(_list_name(part)) as file, pq.ParquetFile(file) as lists:
        return from_table(lists.read_row_group(part % _TOGETHER))


def _list_name(part: int) -> str:
    return f"_bulk/list-{part // _TOGETHER:06}.parquet"


def _streams(target: Target, part: int) -> list[int]:
    """Return of each part in a list's file the number of the compressed archive that it is of, or 0."""
    with target.open(_list_name(part)) as file, pq.ParquetFile(file) as lists:
        streams: list[int] = json.loads(lists.metadata.metadata[_STREAMS])
        return streams


def _cut(items: Iterable[Item]) -> Iterator[tuple[list[Item], str | None]]:
    """Yield parts, each with the compressed archive that it is of; no part has pictures of two of them."""
    part: list[Item] = []
    stream, total, size = None, 0, LEAST
    for item in items:
        of = item.path if item.streamed else None
        if part and (of != stream or len(part) >= size):
            yield part, stream
            total, part = total + len(part), []
            size = min(max(total // SHARE, LEAST), MOST)
        stream = of
        part.append(item)
    if part:
        yield part, stream


def _write_lists(
    target: Target, parts: Iterable[tuple[list[Item], str | None]], written: _Written
) -> None:
    content, writer, before, number = BytesIO(), None, None, 0
    for items, stream in parts:
        if writer is None:
            content = BytesIO()
            writer = pq.ParquetWriter(content, LIST_SCHEMA, compression="zstd")
        number += stream is not None and stream != before
        before = stream
        written.streams.append(number if stream is not None else 0)
        writer.write_table(to_table(items), row_group_size=len(items))
        written.pictures += len(items)
        written.parts += 1
        if written.parts % _TOGETHER == 0:
            _close(target, writer, content, written)
            writer = None
    if writer is not None:
        _close(target, writer, content, written)


def _close(target: Target, writer: pq.ParquetWriter, content: BytesIO, written: _Written) -> None:
    writer.add_key_value_metadata({_STREAMS: json.dumps(written.streams)})
    writer.close()
    target.write(_list_name(written.parts - 1), content.getvalue())
    written.streams.clear()
