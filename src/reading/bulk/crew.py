"""All cores at work: processes that read, and for each a thread that gives it pictures and takes its answers."""

import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any

from ...common.errors import UserError
from .board import CHUNK, Board, Chunk, Place
from .items import Item
from .plan import Run
from .process import EndedError, Worker
from .rows import Counts, Row, answered, broken
from .target import Target

UNREACHABLE = 10
"""Pictures in a row that cannot be fetched, for one process, after which a run is stopped: it is the way to them."""

_TRIES = 2  # processes that one picture may take by ends that need not be its fault
_STARTS = 3  # processes that may end in a row before they have loaded their model

Say = Callable[[int | Counts | BaseException | None], None]


class Crew:
    """So many processes that read, kept until it is closed."""

    def __init__(self, settings: Mapping[str, Any], size: int) -> None:
        """settings: what they read with, as `worker` takes it. size: how many."""
        self._members = [_Member(settings) for _ in range(size)]

    def __enter__(self) -> "Crew":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes, whatever they are at."""
        for member in self._members:
            member.close()

    @property
    def pids(self) -> list[int]:
        """Numbers of the processes that are there now."""
        return [m.worker.pid for m in self._members if m.worker is not None]

    def read(
        self, tasks: Iterable[list[int]], run: Run, target: Target
    ) -> Generator[int | Counts, None, None]:
        """Read parts and write them: yield 1 for each picture that was read, and for each part what it holds.

        tasks: parts that one process reads one after the other, as `plan.tasks` gives them. Raises UserError when the
        model cannot be loaded, a part cannot be written, or the pictures cannot be reached; the parts that were written
        stay. When the caller stops, all processes are ended.
        """
        said: queue.SimpleQueue[int | Counts | BaseException | None] = queue.SimpleQueue()
        # So many that nobody waits for another, and so few that their rows take little memory.
        board = Board(tasks, target, run, 2 * len(self._members) + 4, said.put)
        threads = [
            threading.Thread(target=_follow, args=(member, board, said.put), daemon=True)
            for member in self._members
        ]
        for thread in threads:
            thread.start()
        busy = len(threads)
        try:
            while busy:
                one = said.get()
                if one is None:
                    busy -= 1
                elif isinstance(one, BaseException):
                    raise one
                else:
                    yield one
        finally:
            if busy:
                board.stop()
                self.close()
            for thread in threads:
                thread.join()


def _follow(member: "_Member", board: Board, say: Say) -> None:
    try:
        member.work(board, say)
    except BaseException as error:  # whoever waits for the answers decides
        say(error)
    finally:
        say(None)


class _Member:
    """One process at a time."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings
        self.worker: Worker | None = None
        self._closed = False
        self._guard = threading.Lock()

    def close(self) -> None:
        """End the process, and start no other one."""
        with self._guard:
            self._closed = True
            if self.worker is not None:
                self.worker.close()

    def work(self, board: Board, say: Say) -> None:
        """Read what the board has, until there is no more or this is closed."""
        chunks: Iterator[Chunk] = iter(())
        pending: deque[tuple[Place, Item]] = deque()
        tries = unreachable = 0
        while True:
            while len(pending) <= CHUNK:
                chunk = next(chunks, None)
                if chunk is not None:
                    self._process().give([item for _, item in chunk])
                    pending.extend(chunk)
                elif (more := board.take(wait=not pending)) is not None:
                    chunks = more
                else:
                    break
            if not pending:
                return
            place, item = pending[0]
            try:
                row = _row(item, self._process().answer())
            except EndedError as end:
                if self._closed:
                    return
                self.worker, tries = None, tries + 1
                blamed = end.sure or tries >= _TRIES
                left = [i for _, i in pending][blamed:]
                if left:
                    self._process().give(left)
                if not blamed:
                    continue
                row = broken(item, end.error, end.reason)
            pending.popleft()
            tries = 0
            unreachable = unreachable + 1 if row.get("error") == "unreachable" else 0
            if unreachable == UNREACHABLE:
                raise UserError(
                    f"{unreachable} pictures in a row cannot be reached, the last because {row['reason']}; mend that "
                    "and run the same command again, which goes on from here"
                )
            board.fill(place, row)
            say(1)

    def _process(self) -> Worker:
        """Return the process, another one where it has ended; raises UserError when none can be started."""
        if self.worker is not None:
            return self.worker
        for _ in range(_STARTS):
            with self._guard:
                if self._closed:
                    raise EndedError("failed", "closed", sure=False)
                self.worker = worker = Worker(self._settings)
            try:
                worker.ready()
            except EndedError as error:
                last = error
            else:
                return worker
        self.worker = None
        raise UserError(
            f"the processes that read end before they have loaded the model ({last}): is there too little memory?"
        )


def _row(item: Item, answer: Mapping[str, Any]) -> Row:
    if "error" in answer:
        return broken(item, answer["error"], answer["reason"])
    return answered(item, answer)
