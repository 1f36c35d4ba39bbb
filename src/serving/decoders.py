"""Processes that decode pictures for the server, each with a deadline."""

import json
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from queue import LifoQueue
from typing import IO, TypeVar

import numpy as np
from numpy.typing import NDArray

from .decoder import ANSWER, REQUEST
from .log import log
from .refusal import ApiError

B = TypeVar("B", bytearray, memoryview)

# Where this package lies: a decoder finds it there, wherever the server was started.
_HOME = Path(__file__).resolve().parents[2]
_PIPE_BYTES = 1 << 20
_CRASHED = "the picture could not be decoded; save it again"


class Decoders:
    """So many processes, each with one picture at a time. Threads may share it.

    count: processes; as many pictures are decoded at once. max_pixels: as `decode_upload` takes it.
    """

    def __init__(self, count: int, max_pixels: int) -> None:
        self._max_pixels, self._closed = max_pixels, False
        self._idle: LifoQueue[subprocess.Popen[bytes]] = LifoQueue()
        self._all = {self._start() for _ in range(count)}
        for process in self._all:
            self._idle.put(process)

    def decode(self, content: bytes, declared: str, seconds: float) -> NDArray[np.uint8]:
        """Return what `decode_upload` returns, or raise what it raises, within so many seconds.

        Raises ApiError "timeout" when it takes longer, and "truncated_image" when the decoder crashed.
        """
        process = self._idle.get()
        try:
            return _ask(process, content, declared, seconds)
        except (EOFError, BrokenPipeError):
            process.kill()
            ended = process.wait()
            if ended == -signal.SIGALRM:
                raise ApiError("timeout", "the picture takes too long to decode") from None
            if self._closed:
                raise ApiError("busy", "shutting down") from None
            log("error", message="a decoder ended", exit_code=ended)
            raise ApiError("truncated_image", _CRASHED) from None
        finally:
            if process.returncode is not None and not self._closed:
                self._all.discard(process)
                process = self._start()
                self._all.add(process)
            self._idle.put(process)

    def close(self) -> None:
        """End all processes, also those at work."""
        self._closed = True
        for process in list(self._all):
            process.kill()
            process.wait()

    def _start(self) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            [sys.executable, "-m", f"{__package__}.decoder", str(self._max_pixels)],
            cwd=_HOME,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Ctrl-C in a terminal is for the server, which ends these.
            start_new_session=True,
        )
        for stream in (process.stdin, process.stdout):
            _widen(stream)
        return process


def _widen(stream: IO[bytes] | None) -> None:
    """Let a pipe hold a picture of common size in one piece, where the system allows that."""
    if stream is not None and sys.platform == "linux":
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(stream.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _ask(
    process: "subprocess.Popen[bytes]", content: bytes, declared: str, seconds: float
) -> NDArray[np.uint8]:
    assert process.stdin is not None
    assert process.stdout is not None
    kind = declared.encode()
    process.stdin.write(REQUEST.pack(max(seconds, 0.001), len(kind), len(content)) + kind)
    process.stdin.write(content)
    process.stdin.flush()
    height, width = ANSWER.unpack(_fill(process.stdout, bytearray(ANSWER.size)))
    if not height:
        code, message = json.loads(_fill(process.stdout, bytearray(width)))
        raise ApiError(code, message)
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
