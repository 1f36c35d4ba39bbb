"""Threads whose results come in order."""

import time
from collections.abc import Iterator
from contextlib import closing
from threading import Barrier, Lock

import pytest

from src.reading.parallel import AHEAD, in_order


def test_order_is_kept_when_the_first_is_the_slowest() -> None:
    def work(item: int) -> int:
        time.sleep(0.03 * (item % 3 == 0))
        return item * item

    assert list(in_order(work, range(20), 4)) == [item * item for item in range(20)]


def test_threads_work_at_once() -> None:
    together = Barrier(3, timeout=10)  # breaks unless three are in work at the same time
    assert list(in_order(lambda _: together.wait() >= 0, range(6), 3)) == [True] * 6


def test_items_are_taken_as_they_are_needed() -> None:
    taken, lock = 0, Lock()

    def items() -> Iterator[int]:
        nonlocal taken
        for item in range(1000):
            with lock:
                taken += 1
            yield item

    with closing(in_order(lambda item: item, items(), 2)) as results:
        for _ in range(10):
            next(results)
    assert taken <= 10 + AHEAD * 2 + 1


def test_errors_come_in_their_turn() -> None:
    def work(item: int) -> int:
        return 6 // item

    results = in_order(work, (1, 2, 0, 3), 2)
    assert [next(results), next(results)] == [6, 3]
    with pytest.raises(ZeroDivisionError):
        next(results)
