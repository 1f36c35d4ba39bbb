"""Processes of the server, each with one picture at a time and a deadline for it."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import LifoQueue
from typing import IO, ClassVar, TypeAlias, TypeVar

from ..sandbox.process import HOME, has_crashed, widen
from .log import log
from .refusal import ApiError

T = TypeVar("T")
B = TypeVar("B", bytearray, memoryview)
Process: TypeAlias = "subprocess.Popen[bytes]"

_CLOSED = "shutting down"
# Processes that one picture may take.
_TRIES = 2
# Seconds between two looks for processes that are late, and what they have beyond the time that they keep themselves.
_LOOK_S, _GRACE_S = 0.2, 0.5


class _LostError(Exception):
    """A process is gone, by no fault of its picture."""


class Processes:
    """So many processes that run a module of this package. Threads may share them.

    work: what they do to a picture, for messages. crash: the refusal of a picture that crashes one; None where it is
    not the picture's fault.
    """

    work: ClassVar[str]
    crash: ClassVar[tuple[str, str] | None] = None

    def __init__(self, count: int, module: str, arguments: Sequence[str]) -> None:
        self._command = [sys.executable, "-m", f"{__package__}.{module}", *arguments]
        self._closed = False
        self._idle: LifoQueue[Process] = LifoQueue()
        self._all = {self._start() for _ in range(count)}
        for process in self._all:
            self._idle.put(process)
        # When each that is at work has to be done, by time.monotonic().
        self._due: dict[Process, float] = {}
        threading.Thread(target=self._end_late, daemon=True).start()

    def run(self, ask: Callable[[Process, float], T], seconds: float) -> T:
        """Return what a process is asked, within so many seconds. ask: gets a process and the seconds that are left.

        Raises ApiError: what ``ask`` raises, "timeout" when it takes longer, `crash` when the process crashed, and
        "busy" when something else ended the process and then another one that got the same picture.
        """
        end = time.monotonic() + seconds
        for _ in range(_TRIES):
            with suppress(_LostError):
                return self._run(ask, end)
        raise ApiError("busy", f"what {self.work}s pictures was ended here; try again in a moment")

    def close(self) -> None:
        """End all processes, also those at work."""
        self._closed = True
        for process in list(self._all):
            process.kill()
            process.wait()

    def _run(self, ask: Callable[[Process, float], T], end: float) -> T:
        """As `run`, with one process; raises _LostError where that is gone, and not by its picture."""
        process = self._idle.get()
        try:
            if self._closed:
                raise ApiError("busy", _CLOSED)
            if process.returncode is not None:
                process = self._replace(process)
            self._due[process] = end + _GRACE_S
            return ask(process, end - time.monotonic())
        except ApiError:
            raise
        except Exception as error:  # whatever it was, its next answer would belong to this picture
            process.kill()
            ended = process.wait()
            if ended == -signal.SIGALRM or time.monotonic() > end:
                raise ApiError("timeout", f"the picture takes too long to {self.work}") from None
            if self._closed:
                raise ApiError("busy", _CLOSED) from None
            log(
                "error",
                message=f"what {self.work}s pictures ended",
                exit_code=ended,
                error=repr(error),
            )
            if self.crash is not None and has_crashed(ended):
                raise ApiError(*self.crash) from None
            raise _LostError from error
        finally:
            self._due.pop(process, None)
            if process.returncode is not None and not self._closed:
                # At once, so that it is ready for the next picture; where that fails now, the next picture tries again.
                with suppress(OSError):
                    process = self._replace(process)
            self._idle.put(process)

    def _replace(self, process: Process) -> Process:
        another = self._start()
        self._all.discard(process)
        self._all.add(another)
        return another

    def _start(self) -> Process:
        process = subprocess.Popen(
            self._command,
            cwd=HOME,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Ctrl-C in a terminal is for the server, which ends these.
            start_new_session=True,
        )
        for stream in (process.stdin, process.stdout):
            widen(stream)
        return process

    def _end_late(self) -> None:
        """End what is beyond its time: the clock of a process that was stopped does not end it."""
        while not self._closed:
            time.sleep(_LOOK_S)
            now = time.monotonic()
            for process, due in self._due.copy().items():
                if now > due:
                    process.kill()


def fill(stream: IO[bytes], content: B) -> B:
    """Fill a buffer from a stream and return it; raises EOFError when the stream ends before."""
    left = memoryview(content)
    while left:
        count = stream.readinto(left)  # type: ignore[attr-defined]
        if not count:
            raise EOFError
        left = left[count:]
    return content
