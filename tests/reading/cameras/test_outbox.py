"""Answers are sent one after the other, until the target has them."""

import threading
from pathlib import Path

import numpy as np
import pytest

from src.reading.cameras.backoff import Backoff
from src.reading.cameras.outbox import AwayError, Outbox, RefusedError, Send
from src.reading.cameras.spool import Letter, Spool
from tests.reading.cameras.made import wait_for


def outbox(send: Send, folder: Path | None = None, wait_s: float = 0.001) -> Outbox:
    backoff = Backoff(wait_s, wait_s, np.random.default_rng(0))
    return Outbox("hook", Spool("hook", folder, 10**6), send, backoff)


def letter(number: int) -> Letter:
    return Letter(f"key{number}", b"{}")


def test_all_are_sent_in_their_order() -> None:
    sent: list[str] = []
    box = outbox(lambda one: sent.append(one.key))
    for n in range(50):
        box.put(letter(n))
    assert box.close(60) == 0
    assert sent == [f"key{n}" for n in range(50)]
    assert (box.sent, box.waiting) == (50, 0)


def test_what_cannot_be_sent_is_sent_again_before_the_next(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tried: list[str] = []

    def send(one: Letter) -> None:
        tried.append(one.key)
        if len(tried) < 4:
            raise AwayError("is away")

    box = outbox(send)
    for n in range(2):
        box.put(letter(n))
    wait_for(lambda: box.sent == 2)
    assert tried == ["key0"] * 4 + ["key1"]
    assert box.close(60) == 0
    told = capsys.readouterr().err.splitlines()
    assert told == ["hook: is away; answers wait", "hook: takes answers again"]


def test_what_is_refused_does_not_stop_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    sent: list[str] = []

    def send(one: Letter) -> None:
        if one.key == "key1":
            raise RefusedError("answers 422")
        sent.append(one.key)

    box = outbox(send)
    for n in range(3):
        box.put(letter(n))
    assert box.close(60) == 0
    assert (sent, box.dropped) == (["key0", "key2"], 1)
    assert "refuses an answer, which is set aside (answers 422)" in capsys.readouterr().err


def test_a_defect_loses_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    failures = [KeyError("a"), ZeroDivisionError()]

    def send(one: Letter) -> None:
        if failures:
            raise failures.pop()

    box = outbox(send)
    box.put(letter(0))
    wait_for(lambda: box.sent == 1)
    assert "error: hook: ZeroDivisionError; answers wait" in capsys.readouterr().err


def test_at_the_end_files_wait_and_memory_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def send(one: Letter) -> None:
        raise AwayError("is away", wait_s=3600)

    kept, held = outbox(send, tmp_path), outbox(send)
    for n in range(3):
        kept.put(letter(n))
        held.put(letter(n))
    assert kept.close(60) == 0
    assert held.close(60) == 3
    assert "hook: 3 answers wait in the spool for the next run" in capsys.readouterr().err


def test_a_target_that_hangs_does_not_hold_the_end(tmp_path: Path) -> None:
    hanging = threading.Event()

    def send(one: Letter) -> None:
        hanging.wait(60)

    box = outbox(send, tmp_path)
    box.put(letter(0))
    assert box.close(0.05) == 0
    assert len(list(tmp_path.iterdir())) == 1
    hanging.set()
