"""Concurrency limits: how much runs at once, how much may wait, and for how long."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from .refusal import ApiError

T = TypeVar("T")


class Gate:
    """Runs work in ``concurrency`` threads; ``queue`` more pieces may wait, and what comes then is refused.

    Threads are enough: ONNX Runtime, OpenCV and Pillow compute without Python's lock. Call it from one event loop.
    """

    def __init__(self, concurrency: int, queue: int, timeout_s: float) -> None:
        self._pool = ThreadPoolExecutor(concurrency, thread_name_prefix="read")
        self._concurrency, self._most, self._timeout_s = concurrency, concurrency + queue, timeout_s
        self._inside = self._late = 0

    @property
    def hung(self) -> bool:
        """Whether every thread runs a task beyond its time limit, so that nothing else can start."""
        return self._late >= self._concurrency

    @property
    def late(self) -> int:
        """Tasks that are still running beyond their time limit."""
        return self._late

    @property
    def waiting(self) -> int:
        """Tasks that no thread has taken up yet."""
        return max(0, self._inside - self._concurrency)

    @property
    def running(self) -> int:
        """Tasks that are running."""
        return min(self._inside, self._concurrency)

    async def run(self, work: Callable[[], T]) -> T:
        """Return what ``work`` returns.

        Raises ApiError: "busy" when the queue is full, "timeout" when there is no result in time; and whatever
        ``work`` raises. A thread cannot be stopped: work that is late keeps its place until it ends, so that late
        work never adds up.
        """
        if self._inside >= self._most:
            raise ApiError("busy", "all hands are full; try again in a moment")
        self._inside += 1
        loop = asyncio.get_running_loop()
        future = self._pool.submit(work)
        future.add_done_callback(lambda done: _call(loop, self._leave))
        try:
            async with asyncio.timeout(self._timeout_s):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            # Cancelled if it was waiting still; else a thread is at it.
            if future.running():
                self._late += 1
                future.add_done_callback(lambda done: _call(loop, self._end_late))
            raise ApiError(
                "timeout", f"no result within {self._timeout_s:g} s; try again"
            ) from None

    def close(self) -> None:
        """Take up no more work."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _leave(self) -> None:
        self._inside -= 1

    def _end_late(self) -> None:
        self._late -= 1


def _call(loop: asyncio.AbstractEventLoop, change: Callable[[], None]) -> None:
    """Have the loop make a change; for the thread that did the work, or the loop's own when work was cancelled."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(change)


class Budget:
    """Bytes of uploads that may be in memory at once, over all requests.

    A client may hold as many as are left for all others: one client half of them, a second one a quarter. So whatever
    some of them hold and how long, there is always room for the next one.
    """

    def __init__(self, most: int) -> None:
        self._left = most
        self._held = Counter[str]()

    @contextmanager
    def hold(self, client: str) -> Iterator[Callable[[int], None]]:
        """Yield a function that takes so many bytes, or raises ApiError "busy"; all are given back at the end.

        client: whose they are, an address.
        """
        taken = 0

        def take(count: int) -> None:
            nonlocal taken
            if self._held[client] + count > self._left - count:
                raise ApiError("busy", "too many uploads at once; try again in a moment")
            self._left -= count
            self._held[client] += count
            taken += count

        try:
            yield take
        finally:
            self._left += taken
            self._held[client] -= taken
            if not self._held[client]:
                del self._held[client]
