"""Whoever logs never waits for whoever reads the log: lines are lost then, and counted."""

import errno
import json
import os
import threading
import time

import pytest

from src.serving.log_writer import MAX_BYTES, LogWriter

LINE = b"x" * 999 + b"\n"
LINES = 2 * MAX_BYTES // len(LINE)


def read_all(reading: int) -> list[bytes]:
    with os.fdopen(reading, "rb") as lines:
        return lines.readlines()


def test_unread_pipe_stops_nobody() -> None:
    reading, writing = os.pipe()
    writer, begin = LogWriter(writing), time.monotonic()
    for _ in range(LINES):
        writer.put(LINE)
    writer.wait(0.1)
    assert time.monotonic() - begin < 30
    # Somebody reads again.
    got = list[bytes]()
    thread = threading.Thread(target=lambda: got.extend(read_all(reading)))
    thread.start()
    writer.wait(30)
    writer.write("last\n")
    writer.wait(30)
    os.close(writing)
    thread.join(30)
    assert got[-1] == b"last\n"
    lost = [json.loads(line)["lost"] for line in got if line.startswith(b"{")]
    assert got.count(LINE) + sum(lost) == LINES
    assert 0 < sum(lost) < LINES


def test_what_must_not_block_is_tried_again() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    writer = LogWriter(writing)
    for _ in range(200):
        writer.put(LINE)
    writer.wait(0.1)

    def end() -> None:
        writer.wait(30)
        os.close(writing)

    thread = threading.Thread(target=end)
    thread.start()
    assert read_all(reading) == [LINE] * 200
    thread.join(30)


def test_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    writer, write, room = LogWriter(writing), os.write, [3, 0]

    def small(descriptor: int, text: memoryview) -> int:
        if descriptor != writing or not room:
            return write(descriptor, text)
        if not (taken := room.pop(0)):
            raise OSError(errno.ENOSPC, "full")
        return write(descriptor, text[:taken])

    monkeypatch.setattr(os, "write", small)
    writer.put(b"first\n")
    writer.wait(30)
    writer.put(b"second\n")
    writer.wait(30)
    os.close(writing)
    torn, told, second = read_all(reading)
    assert (torn, json.loads(told)["lost"], second) == (b"fir\n", 1, b"second\n")
