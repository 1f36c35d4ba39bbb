"""The process that reads, for real: what it answers, what ends it, and that it outlives nobody."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest

from src.bundle.bundle import RELEASE
from src.common.errors import UserError
from src.reading.bulk.items import Item
from src.reading.bulk.process import EndedError, Worker
from src.sandbox.process import HOME
from tests.reading.bulk.test_worker import grey

SETTINGS: dict[str, Any] = {
    "model": str(RELEASE), "min_confidence": None, "format": None, "countries": [], "rotate": "0",
    "roots": [],
}  # fmt: skip


@pytest.fixture
def worker() -> Iterator[Worker]:
    started = Worker(SETTINGS)
    started.ready()
    yield started
    started.close()


def test_a_process_answers_in_order_and_says_how_it_ended(worker: Worker, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(grey(100))
    (tmp_path / "words.jpg").write_bytes(b"words")
    items = [Item(f"{tmp_path}/a.png"), Item(f"{tmp_path}/words.jpg"), Item("/x", problem="p")]
    worker.give(items)
    answers = [worker.answer() for _ in items]
    assert answers[0]["image"] == {"width": 64, "height": 48}
    assert [answer.get("error") for answer in answers] == [None, "unreadable", "listed"]
    os.kill(worker.pid, signal.SIGSEGV)
    worker.give(items)
    with pytest.raises(EndedError) as ended:
        worker.answer()
    assert (ended.value.error, ended.value.sure) == ("crashed", True)


def stand_in(monkeypatch: pytest.MonkeyPatch, code: str) -> Worker:
    """A process that runs some Python in place of the one that reads."""
    plain = subprocess.Popen
    program = f"import json, os, signal, sys, time\nout = os.fdopen(1, 'wb', 0)\n{code}\n"

    def start(_: object, **others: Any) -> "subprocess.Popen[bytes]":
        return plain([sys.executable, "-c", program], **others)

    monkeypatch.setattr(subprocess, "Popen", start)
    return Worker(SETTINGS, late_s=0.3)


@pytest.mark.parametrize(
    ("code", "error", "sure"),
    [
        ("signal.setitimer(signal.ITIMER_PROF, 0.01)\nwhile True: pass", "timeout", True),
        ("os.abort()", "crashed", True),
        ("os.kill(os.getpid(), 9)", "crashed", False),
        ("sys.exit(1)", "crashed", False),
        ("time.sleep(60)", "timeout", False),
        ("out.write(b'words\\n'); time.sleep(60)", "crashed", False),
        ("out.write(b'[1]\\n'); time.sleep(60)", "crashed", False),
        ("while True: out.write(b'1' * 100_000)", "crashed", False),
    ],
)
def test_how_a_process_ends_says_whether_it_was_the_picture(
    monkeypatch: pytest.MonkeyPatch, code: str, error: str, sure: bool
) -> None:
    worker = stand_in(monkeypatch, code)
    if not code.startswith("time.sleep"):
        worker._late = 60.0  # a busy machine
    with pytest.raises(EndedError) as ended:
        worker.answer()
    assert (ended.value.error, ended.value.sure) == (error, sure)
    assert worker._process.returncode is not None


def test_a_model_that_is_none_is_refused() -> None:
    worker = Worker({**SETTINGS, "model": "/nowhere"})
    with pytest.raises(UserError, match="no model in /nowhere"):
        worker.ready()
    worker.close()


def test_a_process_ends_with_the_one_that_started_it() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "src.reading.bulk.worker"],
        cwd=HOME, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    items = json.dumps([astuple(Item("/x", problem="p"))])
    process.stdin.write(f"{json.dumps(SETTINGS)}\n{items}\n".encode())
    process.stdin.flush()
    assert json.loads(process.stdout.readline()) == {"ready": True}
    assert json.loads(process.stdout.readline())["error"] == "listed"
    begin = time.monotonic()
    process.stdin.close()
    assert process.wait(60) == 0
    assert time.monotonic() - begin < 60
    process.stdout.close()
