"""Progress on stderr: a bar for people, a line now and then for logs; and what is to be said in between."""

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TypeVar

from tqdm import tqdm

from .texts import printable

LOG_EVERY_S = 10.0

T = TypeVar("T")


def progress(iterable: Iterable[T], total: int, description: str) -> Iterator[T]:
    """Pass `iterable` through and show how far it is.

    On a terminal: a tqdm bar with the time left. Elsewhere (a log, a continuous-integration job):
    at most one plain line every `LOG_EVERY_S` seconds, and none at all for shorter work.

    iterable: what to pass through.
    total: number of items expected.
    description: a few words for the reader, e.g. "scenes train".
    """
    if sys.stderr.isatty():
        yield from tqdm(iterable, total=total, desc=description, file=sys.stderr)
        return
    started = said = time.monotonic()
    for done, item in enumerate(iterable):
        now = time.monotonic()
        if now - said >= LOG_EVERY_S:
            said = now
            rate = done / (now - started)
            print(f"{description}: {done}/{total}, {rate:.1f}/s", file=sys.stderr, flush=True)
        yield item


def tell(text: str) -> None:
    """Write a line for people on stderr, and not through a progress bar.

    Where nothing can be written there, nobody can be told; the work goes on.
    """
    if sys.stderr is None:  # closed by who started this
        return
    with suppress(OSError), tqdm.external_write_mode(file=sys.stderr):
        print(printable(text), file=sys.stderr, flush=True)
