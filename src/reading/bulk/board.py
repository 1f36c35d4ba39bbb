"""The work that is left, in chunks, and the parts that fill with rows: what the threads of a crew share."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from . import plan
from .items import Item
from .rows import Counts, Row, count, to_parquet
from .target import Target

CHUNK = 16
"""Pictures that a process is given at a time; it has one such chunk in hand and one in wait."""


class Place(NamedTuple):
    """Where a row belongs."""

    part: int
    row: int


Chunk = list[tuple[Place, Item]]


class Board:
    """Gives out chunks of pictures, takes their rows, and writes each part once it is full. Threads share it."""

    def __init__(
        self,
        tasks: Iterable[list[int]],
        target: Target,
        run: plan.Run,
        most: int,
        written: Callable[[Counts], None],
    ) -> None:
        """Take what is to be done from ``tasks`` (see `plan.tasks`), when it is its turn.

        most: parts that may be begun at a time; a picture that takes minutes holds up the end of its own part alone.
        written: called with what a part holds, when it is written.
        """
        self._tasks, self._target, self._run = iter(tasks), target, run
        self._most, self._written = most, written
        self._open: dict[int, _Part] = {}
        self._chunks: Iterator[Chunk] = iter(())
        self._change = threading.Condition()
        self._stopped = False

    def stop(self) -> None:
        """Give out no more."""
        with self._change:
            self._stopped = True
            self._change.notify_all()

    def take(self, wait: bool) -> Iterator[Chunk] | None:
        """Return chunks for one process, to be taken one by one; None where there are none.

        wait: wait where none can be given out before a part is written; else that is None as well.
        """
        with self._change:
            while not self._stopped:
                chunk = next(self._chunks, None)
                if chunk is not None:
                    return iter([chunk])
                if len(self._open) < self._most:
                    task = next(self._tasks, None)
                    if task is None:
                        return None
                    if len(task) > 1:
                        return self._one_by_one(task)
                    self._chunks = self._begin(task[0])
                elif wait:
                    self._change.wait()
                else:
                    return None
            return None

    def fill(self, place: Place, row: Row) -> None:
        """Put a row where it belongs; write the part when that was its last. Raises UserError when that cannot be."""
        with self._change:
            part = self._open[place.part]
            if not part.fill(place.row, row):
                return
        counts = part.write(self._target, self._run.id, place.part)
        with self._change:
            del self._open[place.part]
            self._change.notify_all()
        self._written(counts)

    def _begin(self, number: int) -> Iterator[Chunk]:
        items = plan.items_of(self._target, number)
        self._open[number] = _Part(len(items))
        places = [(Place(number, row), item) for row, item in enumerate(items)]
        return iter([places[at : at + CHUNK] for at in range(0, len(places), CHUNK)])

    def _one_by_one(self, task: list[int]) -> Iterator[Chunk]:
        for number in task:
            with self._change:
                chunks = self._begin(number)
            yield from chunks


class _Part:
    def __init__(self, size: int) -> None:
        self._rows: list[Row | None] = [None] * size
        self._left, self._began = size, time.time()

    def fill(self, place: int, row: Row) -> bool:
        """Put a row in its place; say whether it was the last one."""
        assert self._rows[place] is None, "a picture was read twice"
        self._rows[place] = row
        self._left -= 1
        return not self._left

    def write(self, target: Target, run: str, number: int) -> Counts:
        """Write a full part, and return what it holds."""
        rows = [row for row in self._rows if row is not None]
        counts = count(rows, self._began, time.time())
        target.write(plan.part_name(number), to_parquet(rows, counts, run, number))
        return counts
