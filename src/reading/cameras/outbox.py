"""Sending answers to one target, one after the other, by a thread of its own: again and again while it is away."""

import threading
import time
from collections.abc import Callable

from ...common.progress import tell
from .backoff import Backoff
from .spool import Letter, Spool

Send = Callable[[Letter], None]
"""Delivers a letter; raises AwayError or RefusedError."""

# Seconds between two times that the same trouble is told.
_TOLD_S = 600.0


class AwayError(Exception):
    """A target cannot be reached or is busy: the letter is to be sent again. wait_s: as long as it asks to wait."""

    def __init__(self, why: str, wait_s: float = 0.0) -> None:
        super().__init__(why)
        self.wait_s = wait_s


class RefusedError(Exception):
    """A target never takes this letter, and may take the next one."""


class Outbox:
    """Letters for one target. Several threads may put.

    name: what the target is called in what is told. send: called by its own thread. sent: how many were delivered.
    """

    def __init__(self, name: str, spool: Spool, send: Send, backoff: Backoff) -> None:
        self.name, self._spool, self._send, self._backoff = name, spool, send, backoff
        self._changed = threading.Condition()
        self._closing = False
        self._told, self._told_at = "", 0.0
        self.sent = 0
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Letters that were not delivered yet."""
        with self._changed:
            return len(self._spool)

    @property
    def dropped(self) -> int:
        """Letters that never will be."""
        return self._spool.dropped

    def put(self, letter: Letter) -> None:
        """Keep a letter to be sent."""
        with self._changed:
            self._spool.put(letter)
            self._changed.notify()

    def close(self, seconds: float) -> int:
        """Send for at most so many seconds what is there, and stop; return how many letters are lost by that.

        What files hold is not lost: it is sent when the program runs again.
        """
        deadline = time.monotonic() + seconds
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(max(deadline - time.monotonic(), 0))
        with self._changed:
            left, lost = len(self._spool), self._spool.only_in_memory()
        if left > lost:
            tell(f"{self.name}: {left - lost:,} answers wait in the spool for the next run")
        return lost

    def _run(self) -> None:
        while True:
            with self._changed:
                while (letter := self._spool.first()) is None:
                    if self._closing:
                        return
                    self._changed.wait()
            try:
                self._send(letter)
            except AwayError as error:
                self._tell(f"{self.name}: {error}; answers wait")
                if self._pause(max(self._backoff.wait(), error.wait_s)):
                    return
                continue
            except RefusedError as error:
                self._tell(f"error: {self.name}: refuses an answer, which is set aside ({error})")
                with self._changed:
                    self._spool.set_aside()
                continue
            except Exception as error:  # a defect must not end it, and the answer is still there
                self._tell(f"error: {self.name}: {type(error).__name__}; answers wait")
                if self._pause(self._backoff.wait()):
                    return
                continue
            self._backoff.reset()
            with self._changed:
                self._spool.remove()
                self.sent += 1
            if self._told:
                self._told = ""
                tell(f"{self.name}: takes answers again")

    def _pause(self, seconds: float) -> bool:
        """Wait; return at once, with True, where it is to end."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while not self._closing and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)
            return self._closing

    def _tell(self, text: str) -> None:
        now = time.monotonic()
        if text != self._told or now - self._told_at > _TOLD_S:
            self._told, self._told_at = text, now
            tell(text)
