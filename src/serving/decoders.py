"""Processes that decode pictures for the server, each with a deadline."""

import json
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from .decoder import ANSWER, REQUEST
from .processes import START_S, Process, Processes, fill
from .refusal import ApiError

# Longest text of a refusal, in bytes.
_MAX_TEXT = 1 << 16


class Decoders(Processes):
    """So many processes, each with one picture at a time. Threads may share it.

    count: processes; as many pictures are decoded at once. max_pixels: as `decode_upload` takes it.
    """

    work = "decode"
    crash = ("truncated_image", "the picture could not be decoded; save it again")

    def __init__(self, count: int, max_pixels: int) -> None:
        self._max_pixels = max_pixels
        super().__init__(count, "decoder", [str(max_pixels)])

    def greet(self, process: Process) -> None:
        """Have it refuse what is no picture: it runs then, which no picture's time should be for."""
        with suppress(ApiError):
            _ask(process, b"", "", START_S, self._max_pixels)

    def decode(self, content: bytes, declared: str, seconds: float) -> NDArray[np.uint8]:
        """Return what `decode_upload` returns, or raise what it or `Processes.run` raises."""
        return self.run(
            lambda process, left: _ask(process, content, declared, left, self._max_pixels), seconds
        )


def _ask(
    process: Process, content: bytes, declared: str, seconds: float, max_pixels: int
) -> NDArray[np.uint8]:
    """Return what a decoder answers, or raise its refusal; any other error where it is gone, or talks nonsense."""
    assert process.stdin is not None
    assert process.stdout is not None
    kind = declared.encode()
    process.stdin.write(REQUEST.pack(max(seconds, 0.001), len(kind), len(content)) + kind)
    process.stdin.write(content)
    process.stdin.flush()
    height, width = ANSWER.unpack(fill(process.stdout, bytearray(ANSWER.size)))
    if not height and width <= _MAX_TEXT:
        code, message = json.loads(fill(process.stdout, bytearray(width)))
        raise ApiError(code, message)
    if not 0 < height * width <= max_pixels:
        raise ValueError(f"a decoder answers with {width}×{height} pixels")
    grey = np.empty((height, width), np.uint8)
    fill(process.stdout, grey.data.cast("B"))
    return grey
