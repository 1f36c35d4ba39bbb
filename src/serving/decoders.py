"""Processes that decode pictures for the server, each with a deadline."""

import json
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from queue import LifoQueue
from typing import IO, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..sandbox.process import HOME, has_crashed, widen
from .decoder import ANSWER, REQUEST
from .log import log
from .refusal import ApiError

B = TypeVar("B", bytearray, memoryview)
_Process: TypeAlias = "subprocess.Popen[bytes]"

_CRASHED = "the picture could not be decoded; save it again"
_CLOSED = "shutting down"
# Decoders that one picture may take.
_TRIES = 2
# Seconds between two looks for decoders that are late, and what they have beyond the time that they keep themselves.
_LOOK_S, _GRACE_S = 0.2, 0.5
# Longest text of a refusal, in bytes.
_MAX_TEXT = 1 << 16


class _LostError(Exception):
    """A decoder is gone, by no fault of its picture."""


class Decoders:
    """So many processes, each with one picture at a time. Threads may share it.

    count: processes; as many pictures are decoded at once. max_pixels: as `decode_upload` takes it.
    """

    def __init__(self, count: int, max_pixels: int) -> None:
        self._max_pixels, self._closed = max_pixels, False
        self._idle: LifoQueue[_Process] = LifoQueue()
        self._all = {self._start() for _ in range(count)}
        for process in self._all:
            self._idle.put(process)
        # When each that is at work has to be done, by time.monotonic().
        self._due: dict[_Process, float] = {}
        threading.Thread(target=self._end_late, daemon=True).start()

    def decode(self, content: bytes, declared: str, seconds: float) -> NDArray[np.uint8]:
        """Return what `decode_upload` returns, or raise what it raises, within so many seconds.

        Raises ApiError "timeout" when it takes longer, "truncated_image" when the decoder crashed, and "busy" when
        something else ended the decoder and then another one that got the same picture.
        """
        end = time.monotonic() + seconds
        for _ in range(_TRIES):
            with suppress(_LostError):
                return self._decode(content, declared, end)
        raise ApiError("busy", "what decodes pictures was ended here; try again in a moment")

    def close(self) -> None:
        """End all processes, also those at work."""
        self._closed = True
        for process in list(self._all):
            process.kill()
            process.wait()

    def _decode(self, content: bytes, declared: str, end: float) -> NDArray[np.uint8]:
        """As `decode`, with one process; raises _LostError where that is gone, and not by what it decoded."""
        process = self._idle.get()
        try:
            if self._closed:
                raise ApiError("busy", _CLOSED)
            if process.returncode is not None:
                process = self._replace(process)
            self._due[process] = end + _GRACE_S
            return _ask(process, content, declared, end - time.monotonic(), self._max_pixels)
        except ApiError:
            raise
        except Exception as error:  # whatever it was, its next answer would belong to this picture
            process.kill()
            ended = process.wait()
            if ended == -signal.SIGALRM or time.monotonic() > end:
                raise ApiError("timeout", "the picture takes too long to decode") from None
            if self._closed:
                raise ApiError("busy", _CLOSED) from None
            log("error", message="a decoder ended", exit_code=ended, error=repr(error))
            if has_crashed(ended):
                raise ApiError("truncated_image", _CRASHED) from None
            raise _LostError from error
        finally:
            self._due.pop(process, None)
            if process.returncode is not None and not self._closed:
                # At once, so that it is ready for the next picture; where that fails now, the next picture tries again.
                with suppress(OSError):
                    process = self._replace(process)
            self._idle.put(process)

    def _replace(self, process: "_Process") -> "_Process":
        another = self._start()
        self._all.discard(process)
        self._all.add(another)
        return another

    def _start(self) -> "_Process":
        process = subprocess.Popen(
            [sys.executable, "-m", f"{__package__}.decoder", str(self._max_pixels)],
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


def _ask(
    process: "_Process", content: bytes, declared: str, seconds: float, max_pixels: int
) -> NDArray[np.uint8]:
    """Return what a decoder answers, or raise its refusal; any other error where it is gone, or talks nonsense."""
    assert process.stdin is not None
    assert process.stdout is not None
    kind = declared.encode()
    process.stdin.write(REQUEST.pack(max(seconds, 0.001), len(kind), len(content)) + kind)
    process.stdin.write(content)
    process.stdin.flush()
    height, width = ANSWER.unpack(_fill(process.stdout, bytearray(ANSWER.size)))
    if not height and width <= _MAX_TEXT:
        code, message = json.loads(_fill(process.stdout, bytearray(width)))
        raise ApiError(code, message)
    if not 0 < height * width <= max_pixels:
        raise ValueError(f"a decoder answers with {width}×{height} pixels")
    grey = np.empty((height, width), np.uint8)
    _fill(process.stdout, grey.data.cast("B"))
    return grey


def _fill(stream: IO[bytes], content: B) -> B:
    """Fill a buffer from a stream and return it; raises EOFError when the stream ends before."""
    left = memoryview(content)
    while left:
        count = stream.readinto(left)  # type: ignore[attr-defined]
        if not count:
            raise EOFError
        left = left[count:]
    return content
