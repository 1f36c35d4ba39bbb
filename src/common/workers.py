"""Processes that all do one thing, each time with another argument."""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any

import cv2

from .errors import UserError

_work: Callable[[Any], Any] | None = None


def available_cores() -> int:
    """Return on how many cores this process may run; where the system does not say, how many there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def worker_count(multiprocessing: bool) -> int:
    """Return how many processes to draw with: one for each core, or 0 for none but this one."""
    return available_cores() if multiprocessing else 0


def start_workers(count: int, work: Callable[[Any], Any], niceness: int = 0) -> ProcessPoolExecutor:
    """Return ``count`` running processes that do ``work``: give them arguments with ``pool.map(do, arguments)``.

    niceness: how far they stand back for other processes, from 0 to 19.

    They are forked at once, so that they inherit ``work`` with all that it holds (the user's background pictures are
    dozens of megabytes) instead of being sent it with every argument. They end with this process, however that ends.
    """
    pool = ProcessPoolExecutor(count, get_context("fork"), _start, (work, niceness))
    pool.submit(_ready).result()
    return pool


def do(argument: Any) -> Any:
    """Do the work of `start_workers`, in one of its processes."""
    assert _work is not None, "not in a process of start_workers"
    return _work(argument)


@contextmanager
def lost_workers_told() -> Iterator[None]:
    """Raise UserError where a process of `start_workers` is ended from outside: what it was to do is never done."""
    try:
        yield
    except BrokenProcessPool:
        raise UserError(
            "a process that draws pictures was ended from outside, as the system does when memory is short: close "
            "other programs, or set MULTIPROCESSING = False in params.py, then start again"
        ) from None


def _start(work: Callable[[Any], Any], niceness: int) -> None:
    global _work
    _work = work
    os.nice(niceness)
    # Ctrl-C reaches every process of a terminal; the one that gives out the work decides what becomes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(0)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Without this, workers of a process that was killed would wait for work for ever, and hold their memory."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _ready() -> None:
    """Do nothing: all processes are there when this has run."""
