"""Logs of servers, and of whoever else writes into their files."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from src.common.errors import UserError
from src.monitoring.log import LogSummary, read_log

SEEN = {"brightness": 50.0, "blur": 9.0, "plates": []}


def line(time: Any = "2026-11-01T10:00:00+00:00", **more: Any) -> str:
    model = {"version": "0123456789ab", "format": "swiss"}
    return json.dumps({"time": time, "level": "info", "model": model, "seen": SEEN, **more})


def read(path: Path, *lines: str, since: datetime | None = None) -> tuple[LogSummary, list[str]]:
    path.write_text(
        "".join(f"{one}\n" for one in lines), encoding="utf-8", errors="surrogateescape"
    )
    told: list[str] = []
    return read_log([path], told.append, since), told


def test_pictures_models_and_times(tmp_path: Path) -> None:
    other = {"version": "b", "format": "swiss"}
    log, told = read(
        tmp_path / "log",
        line("2026-11-02T10:00:00.123+00:00"),
        line("2026-11-03T01:00:00+02:00", model=other),
        json.dumps({"time": "x", "level": "warning", "message": "lines were lost", "lost": 3}),
    )
    assert (log.summary.pictures, log.broken, told) == (2, 0, [])
    assert (log.first, log.last) == ("2026-11-02T10:00:00+00:00", "2026-11-02T23:00:00+00:00")
    assert log.models == {"0123456789ab": 1, "b": 1}


def test_older_ones_are_left_out(tmp_path: Path) -> None:
    lines = [line(f"2026-11-{day:02}T00:00:00+00:00") for day in range(1, 11)]
    log, _ = read(tmp_path / "log", *lines, since=datetime(2026, 11, 8, tzinfo=UTC))
    assert log.summary.pictures == 3
    with pytest.raises(UserError, match="what is older than 2027-01-01 00:00 was left out"):
        read(tmp_path / "log", *lines, since=datetime(2027, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "broken",
    [
        "words",
        "[]",
        "{}",
        line(seen={}),
        line(model="x"),
        line(time="yesterday"),
        line(time=5),
        line(seen={**SEEN, "blur": float("inf")}),
        line()[:-5],
        "\udcff\udcfe",
        "[" * 5000,
    ],
)
def test_a_broken_line_is_counted_and_no_more(tmp_path: Path, broken: str) -> None:
    log, told = read(tmp_path / "log", line(), broken, line())
    assert (log.summary.pictures, log.broken) == (2, 1)
    assert len(told) == 1
    assert "line 2 is left out" in told[0]
    assert told[0].isprintable()


def test_of_many_broken_lines_the_first_are_named(tmp_path: Path) -> None:
    log, told = read(tmp_path / "log", *["x"] * 50, line())
    assert (log.broken, len(told)) == (50, 3)


def test_what_is_no_log(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no picture in the log; PLATES_DRIFT_LOG"):
        read(tmp_path / "log", "x")
    with pytest.raises(UserError, match="cannot be read"):
        read_log([tmp_path / "none"], print)
    with pytest.raises(UserError, match="is no file"):
        read_log([tmp_path], print)


def test_pictures_of_two_plate_formats_are_not_one_street(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="for european plates, and others for swiss"):
        read(tmp_path / "log", line(), line(model={"version": "b", "format": "european"}))
