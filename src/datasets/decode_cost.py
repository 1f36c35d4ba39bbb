"""Refusing picture files that take far longer to decode than their bytes and pixels suggest (decompression bombs).

The number of pixels does not bound the work: a JPEG of 144 KB with 12,000 scans is decoded for minutes, and so are a
few megabytes of tiny segments, chunks or run lengths. Here files are counted through, and not a pixel is decoded.
"""

import re
import struct
from typing import IO

MAX_SCANS = 64
"""Scans of one JPEG. Cameras write 1, progressive encoders 10, the most patient optimizers 30."""
MAX_SCANNED = 1_500_000_000
"""Scans times pixels of one JPEG: each scan passes over all of them (30 scans of 50 megapixels)."""
MAX_SEGMENTS = 1000
"""Segments of one JPEG. A colour profile of 16 MB, the largest there can be, has 255."""
MAX_RUNS_BYTES = 500_000
"""Bytes of a BMP with run lengths: Pillow decodes these in Python, some microseconds a byte."""

# A PNG or WebP may have a chunk for so many bytes, and so many besides. Encoders cut at 8,192 bytes or more.
_CHUNK_BYTES, _CHUNKS = 1000, 1000
# A marker in entropy-coded data: neither a stuffed byte, nor a restart, nor one of several fill bytes.
_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
_SOI_LENGTH, _SOS, _EOI = 2, 0xDA, 0xD9
_SOF = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_BMP_RUNS = (1, 2)


class TooComplexError(ValueError):
    """A file that is refused for what it would cost. The message names what there is too much of."""


def refuse_costly(file: IO[bytes] | None) -> None:
    """Raise TooComplexError when a JPEG, PNG, WebP or BMP would take far too long to decode; ``file`` stays put.

    Damaged files and other formats pass: whether they can be read, their decoder says. So does None, what Pillow has
    for a picture that is decoded already.
    """
    if file is None:
        return
    position = file.tell()
    try:
        file.seek(0)
        start = file.read(32)
        if start.startswith(b"\xff\xd8\xff"):
            _check_jpeg(start + file.read())
        elif start.startswith(b"\x89PNG\r\n\x1a\n"):
            _check_chunks(start + file.read(), 8, ">I4x", 12)
        elif (start[:4], start[8:12]) == (b"RIFF", b"WEBP"):
            _check_chunks(start + file.read(), 12, "<4xI", 8)
        elif start.startswith(b"BM") and len(start) == 32:
            _check_bmp(start, file)
    finally:
        file.seek(position)


def _check_jpeg(content: bytes) -> None:
    at, segments, scans, pixels = _SOI_LENGTH, 0, 0, 0
    while (found := _MARKER.search(content, at)) is not None:
        kind, at = content[found.end() - 1], found.end()
        if kind == _EOI or len(content) < at + 7:
            return
        segments += 1
        if kind == _SOS:
            scans += 1
        elif kind in _SOF:
            height, width = struct.unpack_from(">3xHH", content, at)
            pixels = max(pixels, height * width)
        if scans > MAX_SCANS or scans * pixels > MAX_SCANNED:
            raise TooComplexError(f"a JPEG of {scans} scans or more")
        if segments - scans > MAX_SEGMENTS:
            raise TooComplexError(f"a JPEG of more than {MAX_SEGMENTS} segments")
        at += struct.unpack_from(">H", content, at)[0]


def _check_chunks(content: bytes, at: int, head: str, around: int) -> None:
    """Count chunks of a length (read by ``head``) and ``around`` bytes more, the first of them at ``at``."""
    most, chunks, padded = _CHUNKS + len(content) // _CHUNK_BYTES, 0, head.startswith("<")
    while at + 8 <= len(content):
        (length,) = struct.unpack_from(head, content, at)
        at += length + around + (length & 1 if padded else 0)
        chunks += 1
        if chunks > most:
            raise TooComplexError(f"a file of more than {most} chunks")


def _check_bmp(start: bytes, file: IO[bytes]) -> None:
    header, compression = struct.unpack_from("<I", start, 14)[0], 0
    if header >= 40:
        file.seek(30)
        compression = struct.unpack("<I", (file.read(4) + bytes(4))[:4])[0]
    size = file.seek(0, 2)
    if compression in _BMP_RUNS and size > MAX_RUNS_BYTES:
        raise TooComplexError(f"a BMP of {size} bytes of run lengths")
