"""Processes of the server, each with one picture at a time and a deadline for it."""

import signal
import subprocess
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import Empty, LifoQueue
from typing import IO, ClassVar, TypeAlias, TypeVar

from ..common.errors import UserError
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
START_S = 60.0
"""Seconds that a process has until it is ready."""

# Seconds before the next one is started in place of one that never was: at first, doubled each time, and at most.
_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 30.0
# Seconds for a process whose pipes are closed to end by itself, so that its own exit code is told.
_EXIT_S = 1.0


class _LostError(Exception):
    """A process is gone, by no fault of its picture."""


class Processes(ABC):
    """So many processes that run a module of this package. Threads may share them.

    work: what they do to a picture, for messages. crash: the refusal of a picture that crashes one; None where it is
    not the picture's fault. Raises UserError where they do not start.
    """

    work: ClassVar[str]
    crash: ClassVar[tuple[str, str] | None] = None

    def __init__(self, count: int, module: str, arguments: Sequence[str]) -> None:
        self._command = [sys.executable, "-m", f"{__package__}.{module}", *arguments]
        self._closed = False
        # Those that wait for a picture, and all that were started, which none is any more once it is closed.
        self._idle: LifoQueue[Process] = LifoQueue()
        self._all: set[Process] = set()
        self._lock = threading.Lock()
        # When each that is at work has to be done, by time.monotonic().
        self._due: dict[Process, float] = {}
        # How many there are to be, and how many of these are not ready.
        self._count, self._missing = count, 0
        threading.Thread(target=self._end_late, daemon=True).start()
        try:
            with ThreadPoolExecutor(count) as pool:
                ready = list(pool.map(self._is_ready, [self._start() for _ in range(count)]))
        except OSError as error:
            self.close()
            raise UserError(f"no process that {self.work}s can be started: {error}") from error
        if not all(ready):
            self.close()
            raise UserError(f"the processes that {self.work} did not start, see above")
        for process in self._all:
            self._idle.put(process)

    @property
    def ready(self) -> bool:
        """Whether any of them works; the others are being replaced."""
        return self._missing < self._count

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
        with self._lock:
            self._closed = True
        for process in list(self._all):
            process.kill()
            process.wait()

    @abstractmethod
    def greet(self, process: Process) -> None:
        """Return when a process that was just started is ready; any error where it will not be."""

    def _run(self, ask: Callable[[Process, float], T], end: float) -> T:
        """As `run`, with one process; raises _LostError where that is gone, and not by its picture."""
        process = self._take(end)
        try:
            now = time.monotonic()
            self._due[process] = max(end, now) + _GRACE_S
            return ask(process, end - now)
        except ApiError:
            raise
        except Exception as error:  # whatever it was, its next answer would belong to this picture
            ended = _end(process, error)
            if ended == -signal.SIGALRM or time.monotonic() > end:
                raise ApiError("timeout", f"the picture takes too long to {self.work}") from None
            if self._closed:
                raise ApiError("busy", _CLOSED) from None
            self._tell(ended, error)
            if self.crash is not None and has_crashed(ended):
                raise ApiError(*self.crash) from None
            raise _LostError from error
        finally:
            self._due.pop(process, None)
            if process.returncode is None:
                self._idle.put(process)
            else:
                self._replace(process)

    def _take(self, end: float) -> Process:
        """Return an idle process; raises ApiError where there is none by then."""
        while not self._closed:
            left = end - time.monotonic()
            with suppress(Empty):
                process = self._idle.get(timeout=max(0.0, min(left, _LOOK_S)))
                if process.poll() is None:
                    return process
                # It was ended while it had nothing to do.
                self._tell(process.returncode)
                self._replace(process)
                continue
            if left <= 0:
                raise ApiError("timeout", f"nothing was free to {self.work} the picture; try again")
        raise ApiError("busy", _CLOSED)

    def _replace(self, process: Process) -> None:
        """Have another process take the place of one that ended, once it is ready: no picture's time is for that."""
        with self._lock:
            self._missing += 1
            self._all.discard(process)
        another = self._start_anew()
        threading.Thread(target=self._bring, args=(another,), daemon=True).start()

    def _bring(self, process: "Process | None") -> None:
        """Offer a process when it is ready; where there is none or it never is, the next one."""
        pause = _PAUSE_S
        while not self._closed:
            if process is not None and self._is_ready(process):
                with self._lock:
                    self._missing -= 1
                self._idle.put(process)
                return
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)
            process = self._start_anew()

    def _is_ready(self, process: Process) -> bool:
        self._due[process] = time.monotonic() + START_S
        try:
            self.greet(process)
            return True
        except Exception as error:  # whatever it was, there is no such process
            ended = _end(process, error)
            self._all.discard(process)
            if not self._closed:
                self._tell(ended, error)
            return False
        finally:
            self._due.pop(process, None)

    def _tell(self, ended: int, error: Exception | None = None) -> None:
        message = f"what {self.work}s pictures ended"
        log("error", message=message, exit_code=ended, error=repr(error))

    def _start_anew(self) -> "Process | None":
        """Return a process, or None where the system has no room for one, or none is wanted any more."""
        try:
            return None if self._closed else self._start()
        except OSError as error:
            log("error", message=f"no process that {self.work}s can be started", error=repr(error))
            return None

    def _start(self) -> Process:
        process = self._open()
        with self._lock:
            self._all.add(process)
            if self._closed:
                process.kill()
        return process

    def _open(self) -> Process:
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


def _end(process: Process, error: Exception) -> int:
    """End a process that failed and return its exit code: its own where it was ending already."""
    if isinstance(error, EOFError | OSError):
        with suppress(subprocess.TimeoutExpired):
            return process.wait(_EXIT_S)
    process.kill()
    return process.wait()


def fill(stream: IO[bytes], content: B) -> B:
    """Fill a buffer from a stream and return it; raises EOFError when the stream ends before."""
    left = memoryview(content)
    while left:
        count = stream.readinto(left)  # type: ignore[attr-defined]
        if not count:
            raise EOFError
        left = left[count:]
    return content
