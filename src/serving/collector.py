"""Keeps pictures that are read badly for people to label, without any request waiting for the disk."""

import hmac
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from queue import Empty, Full, Queue
from typing import NamedTuple

from ..collecting.rows import KeptRow, as_read, corrected
from ..collecting.store import KEPT, KNOWN, Collection
from ..inference.reader import Reading
from .log import log
from .refusal import ApiError
from .settings import Settings
from .tokens import Tokens, digest_of
from .uploads import suffix_of

# Seconds between two looks for pictures whose days are over.
_LOOK_S = 600.0
# Pictures that may wait for the disk, and bytes of them.
_WAITING, _WAITING_BYTES = 64, 64_000_000
_END_S = 2.0

DROPPED, FAILED = "dropped", "failed"
"""What came of a picture, besides what `Collection.add` returns: too many waited, or the disk did not take it."""


class Seen(NamedTuple):
    """A picture and what was read in it. size: (width, height) in pixels. group: what its rows' `group` is."""

    content: bytes
    readings: Sequence[Reading]
    size: tuple[int, int]
    group: str


class _Task(NamedTuple):
    content: bytes
    digest: bytes
    rows: Sequence[KeptRow]
    replace: bool
    done: "Future[str]"


class Collector:
    """A collection, and the one thread that writes to it.

    count: called with what came of each picture that was to be kept: one of the words of `Collection.add`, DROPPED or
    FAILED. Raises UserError as `Collection` does.
    """

    def __init__(self, settings: Settings, count: Callable[[str], None]) -> None:
        key = settings.collect_key.encode() or secrets.token_bytes(32)
        self._below, self._count = settings.collect_below, count
        self._tokens = Tokens(key)
        self._text_key = hmac.digest(key, b"text", "sha256") if settings.collect_hash else None
        self._collection = Collection(
            Path(settings.collect), round(settings.collect_mb * 1e6), settings.collect_days
        )
        self._queue: Queue[_Task | None] = Queue(_WAITING)
        self._bytes, self._lock = 0, threading.Lock()
        self._failing = False
        self._thread = threading.Thread(target=self._run, name="collect", daemon=True)
        self._thread.start()

    def offer(self, seen: Seen) -> str:
        """Keep a picture if its best reading is doubtful; return the token by which its client may say what is wrong.

        Where nothing was read, nothing is kept: most pictures of a street are empty.
        """
        digest = digest_of(seen.content)
        best = max((reading.confidence for reading in seen.readings), default=1.0)
        if best < self._below:
            self._put(seen, digest, self._rows(seen), replace=False)
        return self._tokens.give(seen.group, digest)

    def group_of(self, token: str, content: bytes) -> str:
        """Return the group in a token of this picture; raises ApiError "invalid_field" for any other token."""
        return self._tokens.check(token, digest_of(content))

    def correct(self, seen: Seen, texts: Sequence[str]) -> "Future[str]":
        """Keep a picture with what its client says of it, as `corrected` takes it; return what will have come of it.

        Raises ApiError "invalid_field" for texts that no plate can have.
        """
        try:
            rows = corrected(self._rows(seen, hashed=False), texts)
        except ValueError as error:
            raise ApiError("invalid_field", str(error)) from None
        return self._put(seen, digest_of(seen.content), self._hashed(rows), replace=True)

    def close(self) -> None:
        """Write what waits, for as long as that takes, but not longer than the end of a server may."""
        try:
            self._queue.put(None, timeout=_END_S)
        except Full:
            return
        self._thread.join(_END_S)

    def _rows(self, seen: Seen, hashed: bool = True) -> list[KeptRow]:
        rows = as_read("", seen.group, seen.readings, *seen.size)
        return self._hashed(rows) if hashed else rows

    def _hashed(self, rows: list[KeptRow]) -> list[KeptRow]:
        key = self._text_key
        if key is None:
            return rows
        return [
            one.hashed(lambda text: hmac.digest(key, text.encode(), "sha256").hex()) for one in rows
        ]

    def _put(
        self, seen: Seen, digest: bytes, rows: Sequence[KeptRow], replace: bool
    ) -> "Future[str]":
        task = _Task(seen.content, digest, rows, replace, Future())
        with self._lock:
            if self._bytes + len(task.content) <= _WAITING_BYTES and not self._queue.full():
                self._queue.put_nowait(task)
                self._bytes += len(task.content)
                return task.done
        self._count(DROPPED)
        task.done.set_result(DROPPED)
        return task.done

    def _run(self) -> None:
        look = time.monotonic() + _LOOK_S
        while True:
            if time.monotonic() >= look:
                self._try(lambda: str(self._collection.expire()))
                look = time.monotonic() + _LOOK_S
            try:
                task = self._queue.get(timeout=max(0.0, look - time.monotonic()))
            except Empty:
                continue
            if task is None:
                self._collection.close()
                return
            outcome = self._keep(task)
            with self._lock:
                self._bytes -= len(task.content)
            self._count(outcome)
            task.done.set_result(outcome)

    def _keep(self, task: _Task) -> str:
        stem, suffix = task.digest.hex()[:32], suffix_of(task.content)
        return self._try(
            lambda: self._collection.add(stem, suffix, task.content, task.rows, task.replace)
        )

    def _try(self, change: Callable[[], str]) -> str:
        """Return what a change of the collection returns, or FAILED; the log has the first of failures in a row."""
        try:
            outcome = change()
        except Exception as error:  # a full disk, or whatever else: the next picture may do better
            if not self._failing:
                log("error", message="pictures cannot be collected", error=repr(error))
            self._failing = True
            return FAILED
        self._failing = False
        return outcome


def is_kept(outcome: str) -> bool:
    """Say whether a picture is in the collection."""
    return outcome in (KEPT, KNOWN)
