"""Answers that wait for their target, in their order: as files, so that they outlive the program, or in memory."""

import re
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from ...common.errors import UserError
from ...common.files import atomic_path
from ...common.progress import tell

_NAME = re.compile(r"(\d{12})-([A-Za-z0-9_-]{1,64})\.json")
_REFUSED = "refused"
MOST_LETTERS = 100_000
"""Answers that wait, at most, however small they are."""


@dataclass(frozen=True)
class Letter:
    """An answer on its way. key: its id, the same at every attempt. content: JSON, UTF-8."""

    key: str
    content: bytes


@dataclass
class _Held:
    number: int
    key: str
    size: int
    content: bytes | None
    """None where a file holds it."""


class Spool:
    """A queue of letters. Not for several threads at once: `Outbox` sees to that.

    folder: of the files; None: they are held in memory alone. most_bytes: when there are more, the oldest are dropped,
    and told. name: of the target, for what is told. dropped: how many were.

    Raises UserError where the folder cannot be used.
    """

    def __init__(self, name: str, folder: Path | None, most_bytes: int) -> None:
        self._name, self._folder, self._most = name, folder, most_bytes
        self._queue: deque[_Held] = deque()
        self._bytes = self.dropped = 0
        self._next = 1
        self._on_disk = True
        if folder is not None:
            self._open(folder)

    def __len__(self) -> int:
        return len(self._queue)

    def put(self, letter: Letter) -> None:
        """Keep a letter; when this returns, it is on the disk, or the disk does not take it and that was told."""
        held = _Held(self._next, letter.key, len(letter.content), letter.content)
        self._next += 1
        if self._folder is not None and self._write(held, letter.content):
            held.content = None
        self._queue.append(held)
        self._bytes += held.size
        while self._queue and (self._bytes > self._most or len(self._queue) > MOST_LETTERS):
            self._drop_oldest()

    def first(self) -> Letter | None:
        """Return the oldest letter; None where there is none."""
        while self._queue:
            held = self._queue[0]
            if held.content is not None:
                return Letter(held.key, held.content)
            try:
                return Letter(held.key, self._path(held).read_bytes())
            except OSError as error:
                tell(
                    f"error: {self._name}: an answer is lost, its file cannot be read ({error.strerror})"
                )
                self.dropped += 1
                self._forget()
        return None

    def remove(self) -> None:
        """Forget the oldest letter: its target has it."""
        held = self._forget()
        if held.content is None:
            self._path(held).unlink(missing_ok=True)

    def set_aside(self) -> None:
        """Take the oldest letter out of the queue, its target never takes it; its file goes to a folder beside."""
        held = self._forget()
        self.dropped += 1
        if held.content is None:
            aside = self._path(held).parent / _REFUSED
            aside.mkdir(exist_ok=True)
            self._path(held).replace(aside / self._path(held).name)
            _keep_newest(aside, self._most)

    def only_in_memory(self) -> int:
        """Return how many letters no file holds: they are lost when the program ends."""
        return sum(held.content is not None for held in self._queue)

    def _open(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for path in folder.glob(".*.partial.json"):
                path.unlink()  # the program was killed while it wrote
            names = sorted(path.name for path in folder.iterdir() if _NAME.fullmatch(path.name))
            sizes = [(folder / name).stat().st_size for name in names]
        except OSError as error:
            raise UserError(
                f"{folder} cannot hold what waits for {self._name} ({error.strerror}): choose another folder (state)"
            ) from error
        for name, size in zip(names, sizes, strict=True):
            found = _NAME.fullmatch(name)
            assert found is not None
            self._queue.append(_Held(int(found[1]), found[2], size, None))
            self._bytes += size
        if self._queue:
            self._next = self._queue[-1].number + 1
            tell(f"{self._name}: {len(self._queue):,} answers from before wait for it")

    def _write(self, held: _Held, content: bytes) -> bool:
        try:
            with atomic_path(self._path(held)) as partial:
                partial.write_bytes(content)
        except (OSError, UserError) as error:
            if self._on_disk:
                tell(f"error: {self._name}: answers wait in memory alone ({error})")
            self._on_disk = False
            return False
        self._on_disk = True
        return True

    def _drop_oldest(self) -> None:
        if not self.dropped:
            tell(f"error: {self._name}: more answers wait than may; the oldest are dropped")
        self.dropped += 1
        self.remove()

    def _forget(self) -> _Held:
        held = self._queue.popleft()
        self._bytes -= held.size
        return held

    def _path(self, held: _Held) -> Path:
        assert self._folder is not None
        return self._folder / f"{held.number:012}-{held.key}.json"


def _keep_newest(folder: Path, most_bytes: int) -> None:
    """Remove the oldest files of a folder until the others have at most so many bytes."""
    taken = 0
    for path in sorted(folder.glob("*.json"), reverse=True):
        taken += path.stat().st_size
        if taken > most_bytes:
            path.unlink()
