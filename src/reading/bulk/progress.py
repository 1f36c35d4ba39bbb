"""How far a long run is: a bar for people, a line now and then for logs, with the rate and the time left."""

import sys
import time
from collections.abc import Iterable, Iterator

from tqdm import tqdm

from ...common.progress import LOG_EVERY_S, tell


def follow(ticks: Iterable[int], done: int, total: int, description: str) -> Iterator[int]:
    """Pass on how many more pictures are done each time, and show how far that is.

    done: how many were there before. total: of all, 0 where nobody knows. The rate is that of this run alone.
    """
    if sys.stderr.isatty():
        with tqdm(total=total or None, initial=done, desc=description, file=sys.stderr) as bar:
            for count in ticks:
                bar.update(count)
                yield count
        return
    began = said = 0.0
    first = here = done
    for count in ticks:
        here += count
        now = time.monotonic()
        if not began:  # before the first one models are loaded
            first, began, said = here, now, now
        elif now - said >= LOG_EVERY_S:
            said = now
            tell(f"{description}: {line(here, total, (here - first) / (now - began))}")
        yield count


def line(done: int, total: int, rate: float) -> str:
    """Return how far it is in a line. rate: pictures a second."""
    if not total:
        return f"{done:,}, {rate:,.1f}/s"
    left = f", {duration((total - done) / rate)} left" if rate > 0 else ""
    return f"{done:,}/{total:,} ({done / total:.0%}), {rate:,.1f}/s{left}"


def duration(seconds: float) -> str:
    """Return a time for people: "40 s", "12 min", "3 h 05 min"."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60:02} min"
