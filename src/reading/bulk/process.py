"""A process that reads pictures (`worker`), seen from the one that gives them out."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from typing import Any

from ...common.errors import UserError
from ...sandbox.process import HOME, has_crashed, widen
from .items import Item

START_S = 300.0
"""Seconds that a process may take to load its model, on a machine that does other things as well."""
LATE_S = 900.0
"""Seconds without an answer after which a process is ended: it hangs, and not at work, which is limited otherwise."""

_MOST_LINE = 4_000_000
_CHUNK = 1 << 16


class EndedError(Exception):
    """A process is gone. error: what that says of the picture it was at, one of `rows.ERRORS`. sure: whether it was the
    picture; else something from outside may have ended it, and another try tells."""

    def __init__(self, error: str, reason: str, sure: bool) -> None:
        super().__init__(reason)
        self.error, self.reason, self.sure = error, reason, sure


class Worker:
    """One process that reads. Not for several threads.

    settings: what to read with, as `worker` takes it.
    """

    def __init__(self, settings: Mapping[str, Any], late_s: float = LATE_S) -> None:
        """Start the process; `ready` waits until it has loaded its model."""
        self._late, self._held = late_s, b""
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"{__package__}.worker"],
            cwd=HOME,
            # One process for each core: no library is to start threads for others.
            env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Ctrl-C in a terminal is for the command, which ends these.
            start_new_session=True,
        )
        widen(self._process.stdout)
        self._poll = select.poll()
        assert self._process.stdout is not None
        self._poll.register(self._process.stdout, select.POLLIN)
        self._write(json.dumps(settings))

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    def ready(self) -> None:
        """Wait until pictures can be given; raises UserError when the model cannot be read with, and EndedError."""
        answer = self._line(START_S)
        if "refused" in answer:
            raise UserError(str(answer["refused"]))

    def give(self, items: Sequence[Item]) -> None:
        """Give pictures to read, after those that it has. What is wrong with the process says `answer`."""
        self._write(json.dumps([astuple(item) for item in items]))

    def answer(self) -> dict[str, Any]:
        """Return what the first picture says that was given and has no answer yet; raises EndedError."""
        return self._line(self._late)

    def close(self) -> None:
        """End the process, whatever it is at."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            try:
                stream.close()
            except BrokenPipeError:  # what nobody has read
                continue

    def _write(self, line: str) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{line}\n".encode())
            self._process.stdin.flush()
        except BrokenPipeError:
            return  # it is gone, which whoever waits for its answer finds

    def _line(self, seconds: float) -> dict[str, Any]:
        assert self._process.stdout is not None
        end = time.monotonic() + seconds
        while b"\n" not in self._held:
            left = end - time.monotonic()
            if left <= 0 or not self._poll.poll(1000 * left):
                self.close()
                raise EndedError("timeout", f"no answer for {seconds:.0f} seconds", sure=False)
            content = os.read(self._process.stdout.fileno(), _CHUNK)
            self._held += content
            if not content:
                raise self._end()
            if len(self._held) > _MOST_LINE:
                raise self._nonsense()
        line, _, self._held = self._held.partition(b"\n")
        try:
            answer = json.loads(line)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise self._nonsense()
        return answer

    def _nonsense(self) -> EndedError:
        self.close()
        return EndedError("crashed", "the process that read it answers nonsense, twice", sure=False)

    def _end(self) -> EndedError:
        """Return why the process is gone."""
        try:
            code = self._process.wait(5.0)
        except subprocess.TimeoutExpired:
            code = 0
        self.close()
        if code == -signal.SIGPROF:
            return EndedError("timeout", "takes too long to decode or to read; save it again", True)
        if has_crashed(code):
            return EndedError("crashed", "ends the process that decodes it; save it again", True)
        text = f"the process that read it was ended, twice (exit code {code}): is there too little memory?"
        return EndedError("crashed", text, sure=False)
