"""Processes that share one piece of work."""

import os
import signal
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from src.common.workers import available_cores, do, start_workers, worker_count


class Heavy:
    """Work that cannot be sent to another process, only inherited."""

    def __init__(self, base: int) -> None:
        self.base = base

    def __reduce__(self) -> tuple[Any, ...]:
        raise AssertionError("work was sent instead of inherited")

    def __call__(self, argument: int) -> tuple[int, int]:
        return self.base + argument, os.getpid()


def test_work_is_inherited_and_results_are_in_order() -> None:
    with start_workers(2, Heavy(100)) as pool:
        results = list(pool.map(do, range(20)))
    assert [value for value, _ in results] == [100 + i for i in range(20)]
    assert os.getpid() not in {process for _, process in results}


def test_pools_do_not_mix_up_their_work() -> None:
    with start_workers(1, Heavy(0)) as first, start_workers(1, Heavy(50)) as second:
        assert next(second.map(do, [1]))[0] == 51
        assert next(first.map(do, [1]))[0] == 1


def niceness(_: int) -> int:
    return os.nice(0)


def test_they_stand_back_as_far_as_they_are_told() -> None:
    with start_workers(1, niceness) as pool, start_workers(1, niceness, 7) as other:
        own = next(pool.map(do, [0]))
        assert next(other.map(do, [0])) == min(19, own + 7)


def fail(argument: int) -> float:
    return 1 / argument


def test_errors_come_back() -> None:
    with start_workers(2, fail) as pool, pytest.raises(ZeroDivisionError):
        list(pool.map(do, [1, 0]))


def idle(told: Connection) -> None:
    """Start workers, tell who they are, and wait."""
    pool = start_workers(3, Heavy(0))
    told.send(list(pool._processes))
    time.sleep(60)


def alive(process: int) -> bool:
    """Say whether a process runs; one that only waits to be counted as dead does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def test_workers_of_a_killed_process_end() -> None:
    context = get_context("fork")
    here, there = context.Pipe()
    owner = context.Process(target=idle, args=(there,))
    owner.start()
    workers = here.recv()
    assert len(workers) == 3
    assert all(alive(worker) for worker in workers)
    assert owner.pid is not None
    os.kill(owner.pid, signal.SIGKILL)
    owner.join()
    end = time.monotonic() + 10
    while any(alive(worker) for worker in workers) and time.monotonic() < end:
        time.sleep(0.02)
    assert not any(alive(worker) for worker in workers)


def test_one_process_for_each_core_that_may_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {1, 5, 7}, raising=False)
    assert worker_count(True) == available_cores() == 3
    assert worker_count(False) == 0
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert available_cores() == 6
