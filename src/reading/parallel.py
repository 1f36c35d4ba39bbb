"""Work by several threads whose results come in the order of the work."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

AHEAD = 2
"""Items in work or waiting for their turn, for each thread: pictures are large."""

A = TypeVar("A")
B = TypeVar("B")


def in_order(work: Callable[[A], B], items: Iterable[A], threads: int) -> Generator[B, None, None]:
    """Yield ``work(item)`` for each item, in their order, ``threads`` of them at work at once.

    Items are taken one by one, and only as many as can soon be worked on. What ``work`` or ``items`` raises is raised
    here, after the results before it. When the caller stops, what has not begun is dropped, and what has is waited for.
    """
    with ThreadPoolExecutor(threads, "read") as pool:
        waiting: deque[Future[B]] = deque()
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                while waiting and (waiting[0].done() or len(waiting) >= AHEAD * threads):
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
