"""The process that decodes pictures, and nothing else: `python -m src.serving.decoder PIXELS`, started by `Decoders`.

A decoder of picture files runs on whatever strangers send. Here it has so many seconds, after which the kernel ends the
process, and so much memory; and where it crashes, it is not the server that does.

Standard input brings (seconds, bytes of the declared type, bytes of the file) and both of these. Standard output gives
(height, width) and the pixels, or (0, bytes of text) and a refusal as JSON.
"""

import json
import os
import signal
import struct
import sys
import warnings
from typing import BinaryIO

import cv2

from ..sandbox.memory import limit_growth, return_large_blocks
from .refusal import ApiError
from .uploads import decode_upload

REQUEST, ANSWER = struct.Struct("<dQQ"), struct.Struct("<QQ")
# Memory that decoding may take at its worst, in bytes for each pixel (coefficients of a progressive JPEG are 6, pixels
# 4, of which WebP has three copies), and besides.
_PIXEL_BYTES, _BESIDES = 24, 256_000_000


def main() -> None:
    """Answer requests until the server is gone."""
    # The server ends it; an interrupt would tear the answer at hand.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    max_pixels = int(sys.argv[1])
    requests, answers = _channel()
    # What a damaged file makes libraries warn of is the client's matter, and the answer says it.
    warnings.simplefilter("ignore")
    cv2.setNumThreads(0)
    return_large_blocks()
    limit_growth(_BESIDES + _PIXEL_BYTES * max_pixels)
    # Its default is to end the process, whatever that is at.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    while len(head := requests.read(REQUEST.size)) == REQUEST.size:
        seconds, kind, length = REQUEST.unpack(head)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        declared, content = requests.read(kind).decode(), requests.read(length)
        _answer(answers, content, declared, max_pixels)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _channel() -> tuple[BinaryIO, BinaryIO]:
    """Return what the server writes and reads, and point standard output, which libraries print to, elsewhere."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return sys.stdin.buffer, answers


def _answer(answers: BinaryIO, content: bytes, declared: str, max_pixels: int) -> None:
    try:
        grey = decode_upload(content, declared, max_pixels)
        answers.write(ANSWER.pack(*grey.shape))
        answers.write(grey.data)
    except ApiError as error:
        text = json.dumps([error.code, error.message]).encode()
        answers.write(ANSWER.pack(0, len(text)) + text)
    answers.flush()


if __name__ == "__main__":
    main()
