"""The process that decodes and reads pictures, and nothing else: `python -m src.reading.bulk.worker`.

Whatever a picture does here ends this process at worst, and its row says so. It has so many seconds of the processor,
after which the kernel ends the process, and so much memory.

Standard input brings lines of JSON: what to read with, then lists of pictures. Standard output gives a line for each
picture, in their order. When standard input ends, so does this.
"""

import json
import os
import signal
import sys
import time
import warnings
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Any

import cv2

from ...bundle.bundle import load_trusted
from ...bundle.endpoint import describe
from ...common.errors import UserError
from ...common.untrusted import printable
from ...datasets.decode import MAX_PIXELS, Note, read_picture
from ...inference.reader import Reading
from ...inference.rotation import Picture, rotated
from ...sandbox.memory import limit_growth, return_large_blocks
from ..narrow import narrow
from .fetch import Fetcher, FetchError, as_file
from .items import Item
from .stores import is_url

Answer = dict[str, Any]

DECODE_S, READ_S = 30, 120
"""Seconds of the processor for decoding a picture, and then for reading it."""

# Memory beyond that at the start: for each pixel of the largest picture, and besides, threads' stacks included.
_PIXEL_BYTES, _BESIDES = 24, 2_000_000_000
# Threads that fetch pictures from elsewhere, and bytes that wait to be read; larger files come in their turn.
_FETCHERS, _AHEAD_BYTES = 8, 128_000_000
_UNKNOWN_BYTES = 8_000_000


def main() -> None:
    """Read pictures until nobody wants more."""
    # Who started it ends it; an interrupt of a terminal would tear the answer at hand.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print
    warnings.simplefilter("ignore")
    cv2.setNumThreads(0)
    return_large_blocks()
    settings = json.loads(sys.stdin.buffer.readline())
    try:
        read = _reader(settings)
    except UserError as error:
        _say(answers, {"refused": str(error)})
        return
    limit_growth(_BESIDES + _PIXEL_BYTES * MAX_PIXELS)
    inbox: SimpleQueue[Item] = SimpleQueue()
    Thread(target=_take, args=(inbox,), daemon=True).start()
    _say(answers, {"ready": True})
    _work(read, Fetcher(settings["roots"]), inbox, answers)


def _reader(settings: dict[str, Any]) -> Callable[[Picture], list[Reading]]:
    """Return what reads a grey picture (H, W); gives what is sure enough."""
    bundle = load_trusted(Path(settings["model"]))
    countries = tuple(settings["countries"])
    chosen = narrow(bundle, settings["min_confidence"], settings["format"], countries)
    read = rotated(chosen.read, settings["rotate"])
    return lambda picture: [r for r in read(picture) if r.confidence >= chosen.min_confidence]


def _take(inbox: "SimpleQueue[Item]") -> None:
    """Take lists of pictures from standard input."""
    for line in sys.stdin.buffer:
        for fields in json.loads(line):
            inbox.put(Item(*fields))
    os._exit(0)  # whoever started this is gone, or has all answers


def _work(
    read: Callable[[Picture], list[Reading]],
    fetcher: Fetcher,
    inbox: "SimpleQueue[Item]",
    answers: IO[bytes],
) -> None:
    ahead: deque[tuple[Item, Future[bytes] | None, int]] = deque()
    waiting: Item | None = None
    taken = 0
    with ThreadPoolExecutor(_FETCHERS, "fetch") as pool:
        while True:
            while waiting is not None or (waiting := _next(inbox, wait=not ahead)) is not None:
                cost = _cost(waiting)
                if ahead and taken + cost > _AHEAD_BYTES:
                    break
                alone = cost == 0 or cost > _AHEAD_BYTES
                future = None if alone else pool.submit(fetcher.fetch, waiting)
                ahead.append((waiting, future, cost))
                taken, waiting = taken + cost, None
            item, future, cost = ahead.popleft()
            _say(answers, answer(read, fetcher, item, future))
            del future
            taken -= cost


def answer(
    read: Callable[[Picture], list[Reading]],
    fetcher: Fetcher,
    item: Item,
    fetched: "Future[bytes] | None" = None,
) -> Answer:
    """Return what a picture says, as `describe` has it, or what is wrong with it: ``error`` and ``reason``.

    ``seconds`` is the time of the processor that decoding and reading took, which one thread does.
    fetched: its bytes, where they were asked for before.
    """
    if item.problem is not None:
        return _broken("listed", item.problem)
    notes: list[str] = []
    begin = time.thread_time()  # that of the process goes by ticks while it is limited
    try:
        grey = _decoded(fetcher, item, fetched, notes.append)
    except FetchError as error:
        return _broken(error.error, str(error))
    except UserError as error:
        return _broken("unreadable", str(error))
    try:
        _limit(READ_S)
        readings = read(grey)
    except Exception as error:  # one odd picture must not end a run of a million
        return _broken("failed", f"the reader failed on it ({type(error).__name__}: {error})")
    finally:
        _limit(0)
    height, width = grey.shape
    seconds = round(time.thread_time() - begin, 5)
    return {**describe(readings, width, height), "notes": notes, "seconds": seconds}


def _decoded(fetcher: Fetcher, item: Item, fetched: "Future[bytes] | None", note: Note) -> Picture:
    """Return a picture's pixels; raises FetchError, and UserError for what is none."""
    if _is_here(item):
        fetcher.check(item)
        try:
            return _in_time(Path(item.path), note)
        except UserError as error:
            # The way to the file may fail while it is decoded.
            if isinstance(error.__cause__, OSError) and error.__cause__.errno is not None:
                raise fetcher.reason(item, error.__cause__) from error
            raise
    if fetched is not None:
        content = fetched.result()
    else:
        content = fetcher.fetch_in_order(item) if item.streamed else fetcher.fetch(item)
    with as_file(content) as path:
        try:
            return _in_time(path, note)
        except UserError as error:
            raise UserError(str(error).replace(str(path), item.member or item.path, 1)) from error


def _in_time(path: Path, note: Note) -> Picture:
    try:
        _limit(DECODE_S)
        return read_picture(path, note)
    finally:
        _limit(0)


def _limit(seconds: float) -> None:
    """End this process once it has worked for so many seconds more; 0 for never. Waiting does not count."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


def _is_here(item: Item) -> bool:
    return item.member is None and not is_url(item.path)


def _cost(item: Item) -> int:
    """Return the bytes that fetching an item ahead takes; 0 for one that is not."""
    if item.problem is not None or _is_here(item) or item.streamed:
        return 0
    return item.size if item.size >= 0 else _UNKNOWN_BYTES


def _next(inbox: "SimpleQueue[Item]", wait: bool) -> Item | None:
    try:
        return inbox.get(block=wait)
    except Empty:
        return None


def _broken(error: str, reason: str) -> Answer:
    return {"error": error, "reason": printable(" ".join(reason.split()))[:500]}


def _say(answers: IO[bytes], content: Answer) -> None:
    try:
        answers.write(json.dumps(content, allow_nan=False).encode() + b"\n")
        answers.flush()
    except BrokenPipeError:  # whoever started this is gone
        os._exit(1)


if __name__ == "__main__":
    main()
