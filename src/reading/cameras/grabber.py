"""The process of one camera: `python -m src.reading.cameras.grabber`, started by `Feed`.

It connects, takes in what comes, and decodes: all that a stranger's bytes reach. It has so much memory, and so much
time for each picture, after which the kernel ends it; a decoder that crashes or hangs costs one camera a reconnection.
`channel.py` says what it reads and writes. Nothing secret is on its command line or in its environment.
"""

import os
import signal
import sys
import warnings
from typing import BinaryIO, Protocol

import cv2

from ...common.untrusted import one_line
from ...sandbox.memory import limit_growth, return_large_blocks
from .channel import END, FRAME, GONE, HEAD, LOST, MOST_TEXT, Frame, Order
from .http_source import HttpSource
from .pictures import SourceError
from .secrets import masked
from .video_source import FileSource, StreamSource

# Memory in bytes that decoding may take: for each pixel (a progressive JPEG's coefficients are 6, its pixels 4, of
# which there are copies), and besides, for FFmpeg's threads with their stacks.
_PIXEL_BYTES, _BESIDES = 24, 1_500_000_000
GRACE_S = 3.0
"""Seconds that a picture may take beyond connecting and waiting for it."""


class _Source(Protocol):
    @property
    def has_thread(self) -> bool:
        """Whether a thread takes in what comes, between pictures as well."""

    def next(self) -> Frame:
        """Return a picture; raises SourceError, or EOFError after the last one."""

    def close(self) -> None:
        """Let go of it."""


def main() -> None:
    """Answer requests until the program is gone, or a stream broke off."""
    # The program ends it; an interrupt from the keyboard is for the program.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process, whatever it is at
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # libraries print to standard output
    order = Order.read(sys.stdin.buffer.readline())
    warnings.simplefilter("ignore")
    cv2.setNumThreads(1)
    return_large_blocks()
    limit_growth(_BESIDES + _PIXEL_BYTES * order.most_pixels)
    _answer(order, sys.stdin.buffer, answers)
    answers.flush()
    os._exit(0)  # threads may hang in what a camera does not send


def _answer(order: Order, requests: BinaryIO, answers: BinaryIO) -> None:
    source: _Source | None = None
    while requests.read(1):
        signal.setitimer(signal.ITIMER_REAL, order.connect_s + order.stall_s + GRACE_S)
        try:
            source = source or _open(order)
            frame = source.next()
            height, width = frame.picture.shape
            answers.write(HEAD.pack(FRAME, frame.seconds, height, width, 0) + frame.picture.data)
        except EOFError:
            answers.write(HEAD.pack(END, 0, 0, 0, 0))
            return
        except Exception as error:  # a camera may do anything
            said = error if isinstance(error, SourceError) else f"{type(error).__name__}: {error}"
            text = masked(one_line(Exception(said), MOST_TEXT // 4), order.secrets).encode()
            gone = source is not None and source.has_thread
            answers.write(HEAD.pack(GONE if gone else LOST, 0, 0, 0, len(text)) + text)
            if gone:
                return  # the thread may hang in what does not come
            if source is not None:
                source.close()
                source = None
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        answers.flush()


def _open(order: Order) -> _Source:
    if order.kind == "http":
        return HttpSource(order)
    return FileSource(order) if order.kind == "file" else StreamSource(order)


if __name__ == "__main__":
    main()
