"""Writes log lines for everybody, so that nobody who logs waits for whoever reads the log."""

import os
import threading
import time
from collections import deque

from .log import line

MAX_BYTES = 1 << 20
"""Of lines that wait to be written; what comes then is dropped, and counted."""

# Seconds between two tries, where a descriptor that must not block takes nothing.
_RETRY_S = 0.1


class LogWriter:
    """Lines to a file descriptor, in order, from a thread of its own. It is a text stream for `logging` too.

    While nobody reads a pipe, or a disk is full, lines are lost; the first that is written again says how many.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._waiting, self._bytes, self._lost = deque[bytes](), 0, 0
        # Whether a line was written in part, so that the next one has to begin a new one.
        self._torn = False
        self._changed = threading.Condition()
        threading.Thread(target=self._run, daemon=True).start()

    def write(self, text: str) -> None:
        """Take whole lines of text."""
        self.put(text.encode())

    def flush(self) -> None:
        """Do nothing: lines are written as soon as that can be."""

    def put(self, text: bytes) -> None:
        """Take whole lines, or drop them where too many wait."""
        with self._changed:
            if self._waiting and self._bytes + len(text) > MAX_BYTES:
                self._lost += text.count(b"\n")
                return
            self._waiting.append(text)
            self._bytes += len(text)
            self._changed.notify_all()

    def wait(self, seconds: float) -> None:
        """Wait until everything is written, so many seconds at most."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting, seconds)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._waiting))
                # It stays there until it is written: `wait` waits for it.
                text, lost = self._waiting[0], self._lost
            written = self._write(_told(lost) + text)
            with self._changed:
                self._bytes -= len(self._waiting.popleft())
                self._lost += -lost if written else text.count(b"\n")
                self._changed.notify_all()

    def _write(self, text: bytes) -> bool:
        """Write lines, however long it takes; say whether that could be done."""
        left = memoryview(b"\n" + text if self._torn else text)
        while left:
            try:
                left = left[os.write(self._descriptor, left) :]
                self._torn = True
            except BlockingIOError:
                time.sleep(_RETRY_S)
            except OSError:
                return False
        self._torn = False
        return True


def _told(lost: int) -> bytes:
    if not lost:
        return b""
    facts = {"message": "lines of the log were lost: nobody took them", "lost": lost}
    return (line("warning", facts) + "\n").encode()
