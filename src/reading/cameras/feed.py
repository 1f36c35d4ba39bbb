"""A camera's process, from the side of the program: the newest picture, within a time, or why there is none."""

import os
import select
import signal
import subprocess
import sys
import threading
import time
from typing import TypeAlias

import numpy as np

from ...sandbox.process import HOME, has_crashed, widen
from .channel import END, FRAME, GONE, HEAD, LOST, MOST_TEXT, NEXT, Frame, Order
from .grabber import GRACE_S
from .settings import Camera

_Process: TypeAlias = "subprocess.Popen[bytes]"

# Seconds for a process to start, with its libraries, on a machine that is busy.
_START_S = 60.0


class LostError(Exception):
    """A camera gives no picture. The message says why, and nothing secret."""


class Feed:
    """The pictures of one camera. One thread takes them, and another may `stop` it.

    Raises LostError from `next` where the camera cannot be had; the next call tries again.
    """

    def __init__(self, camera: Camera) -> None:
        limits = camera.limits
        self._order = Order(
            kind=camera.kind,
            source=camera.source.reveal(),
            user=camera.user,
            password="" if camera.password is None else camera.password.reveal(),
            verify=camera.verify,
            ca_file="" if camera.ca_file is None else str(camera.ca_file),
            transport=camera.transport,
            rate=camera.rate,
            connect_s=limits.connect_s,
            stall_s=limits.stall_s,
            most_bytes=round(limits.megabytes * 1e6),
            most_pixels=round(limits.megapixels * 1e6),
        )
        self._longest = limits.connect_s + limits.stall_s + 2 * GRACE_S
        self._process: _Process | None = None
        self._code = 0
        self._due: float | None = None  # when an answer that was asked for has to be there
        self._stopped = False
        self._changing = threading.Lock()

    def next(self, seconds: float) -> Frame | None:
        """Return the next picture; None where there is none within so many seconds: then it is still awaited.

        Raises EOFError after the last picture of a file. Raises LostError.
        """
        try:
            if self._process is None:
                self._start()
            elif self._due is None:
                self._write(NEXT)
                self._due = time.monotonic() + self._longest
            pipe = self._pipe()
            assert self._due is not None, "a picture was asked for"
            left = self._due - time.monotonic()
            if not _readable(pipe, min(seconds, left)):
                if left <= seconds:
                    raise self._lost("its process does not answer")
                return None
            return self._answer(pipe)
        except OSError as error:  # the process is gone
            raise self._lost(f"its process ended ({error.strerror or error})") from None

    def stop(self) -> None:
        """End it for good; a thread that waits for a picture gets a LostError."""
        with self._changing:
            self._stopped = True
            if self._process is not None:
                # Its pipes are closed by the thread that reads them, so that no other file has their numbers by then.
                self._process.kill()

    def close(self) -> None:
        """End it; the next picture starts it anew. For the thread that takes them."""
        with self._changing:
            process, self._process, self._due = self._process, None, None
        if process is not None:
            process.kill()
            self._code = process.wait()
            for stream in (process.stdin, process.stdout):
                assert stream is not None
                stream.close()

    def _start(self) -> None:
        with self._changing:
            if self._stopped:
                raise LostError("it was stopped")
            self._process = subprocess.Popen(
                [sys.executable, "-m", f"{__package__}.grabber"],
                cwd=HOME,
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # What libraries write there may hold the address with its password.
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            widen(self._process.stdout)
        self._due = time.monotonic() + self._longest + _START_S
        self._write(self._order.line() + NEXT)

    def _write(self, content: bytes) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(content)

    def _pipe(self) -> int:
        assert self._process is not None
        assert self._process.stdout is not None
        return self._process.stdout.fileno()

    def _answer(self, pipe: int) -> Frame:
        head = self._read(pipe, HEAD.size)
        kind, seconds, height, width, length = HEAD.unpack(head)
        self._due = None
        if kind == FRAME and 0 < height * width <= self._order.most_pixels:
            pixels = np.frombuffer(self._read(pipe, height * width), np.uint8)
            return Frame(pixels.reshape(height, width), seconds)
        if kind == END:
            self.close()
            raise EOFError
        if kind not in (LOST, GONE) or length > MOST_TEXT:
            raise self._lost("its process talks nonsense")
        why = self._read(pipe, length).decode(errors="replace")
        if kind == LOST:
            raise LostError(why)
        self.close()
        raise LostError(why)

    def _read(self, pipe: int, count: int) -> bytearray:
        content, done = bytearray(count), 0
        deadline = time.monotonic() + GRACE_S
        while done < count:
            if not _readable(pipe, deadline - time.monotonic()):
                raise self._lost("its process hangs")
            part = os.read(pipe, count - done)
            if not part:
                raise self._lost("its process ended")
            content[done : done + len(part)] = part
            done += len(part)
        return content

    def _lost(self, why: str) -> LostError:
        """End the process, and return why there is no picture."""
        self.close()
        if self._stopped:
            return LostError("it was stopped")
        if self._code == -signal.SIGALRM:
            return LostError("it takes too long, and its process was ended")
        if has_crashed(self._code):
            return LostError("a decoder crashed on what it sends")
        return LostError(f"{why} ({self._code})")


def _readable(pipe: int, seconds: float) -> bool:
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    return bool(poll.poll(max(seconds, 0) * 1000))
