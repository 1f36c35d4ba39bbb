"""What a server has written of the pictures that it read: a line of JSON for each."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..common.errors import UserError
from ..common.untrusted import one_line, parse_json
from .observation import Observation, from_facts
from .summary import Summary, empty_summary

_MOST_LINE = 100_000
_NAMED = 3


@dataclass
class LogSummary:
    """The pictures of a log. summary: of them. first, last: when the first and the last were read, as ISO 8601 has it.

    models: pictures by the version of the model that read them. broken: lines that are none of a server.
    """

    summary: Summary
    first: str = ""
    last: str = ""
    models: dict[str, int] = field(default_factory=dict)
    broken: int = 0


def read_log(
    paths: Iterable[Path], tell: Callable[[str], None], since: datetime | None = None
) -> LogSummary:
    """Return the pictures of log files, whatever their order.

    since: leave out what is older. tell: gets a line for the first lines that are broken. Raises UserError where a file
    cannot be read, where no picture is left, or where they were read for several plate formats.
    """
    found: LogSummary | None = None
    broken = 0
    for path in paths:
        for number, line in enumerate(_lines(path), start=1):
            try:
                entry = _entry(line)
            except ValueError as error:
                broken += 1
                if broken <= _NAMED:
                    tell(f"note: {path}: line {number} is left out: {one_line(error)}")
                continue
            if entry is None or (since is not None and entry.time < since):
                continue
            if found is None:
                found = LogSummary(empty_summary(entry.plate_format))
            _count(found, entry, path)
    if found is None:
        raise UserError(
            "there is no picture in the log; PLATES_DRIFT_LOG=FILE has a server write it"
            + (
                ""
                if since is None
                else f", and what is older than {since:%Y-%m-%d %H:%M} was left out"
            )
        )
    found.broken = broken
    return found


@dataclass(frozen=True)
class _Entry:
    time: datetime
    version: str
    plate_format: str
    seen: Observation


def _lines(path: Path) -> Iterator[bytes]:
    try:
        if path.exists() and not path.is_file():
            raise UserError(f"{path}: is no file; name the log of a server")
        with path.open("rb") as file:
            yield from iter(lambda: file.readline(_MOST_LINE), b"")
    except OSError as error:
        raise UserError(
            f"{path}: cannot be read ({error.strerror}); name the log of a server"
        ) from error


def _entry(line: bytes) -> _Entry | None:
    """Return a line's picture; None for a line about the log itself. Raises ValueError for anything else."""
    content: Any = parse_json(line.decode("utf-8"))
    if not isinstance(content, dict):
        raise ValueError("it is no object")
    if "seen" not in content and "message" in content:
        return None
    try:
        time = datetime.fromisoformat(content["time"])
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
        model = content["model"]
        return _Entry(
            time, str(model["version"]), str(model["format"]), from_facts(content["seen"])
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"it lacks {error}, or has something else there") from error


def _count(found: LogSummary, entry: _Entry, path: Path) -> None:
    if entry.plate_format != found.summary.plate_format:
        raise UserError(
            f"{path}: has pictures read for {entry.plate_format} plates, and others for {found.summary.plate_format}: "
            "compare what is of one of them, with --days since the change"
        )
    moment = entry.time.isoformat(timespec="seconds")
    found.first = min(found.first or moment, moment)
    found.last = max(found.last, moment)
    found.models[entry.version] = found.models.get(entry.version, 0) + 1
    found.summary.add(entry.seen)
