"""Files that would be decoded for minutes are refused by counting; those of cameras and encoders pass."""

import io
import struct
import time
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from src.common.errors import UserError
from src.datasets.decode import read_colours, read_picture
from src.datasets.decode_cost import (
    MAX_RUNS_BYTES,
    MAX_SCANNED,
    MAX_SCANS,
    MAX_SEGMENTS,
    TooComplexError,
    refuse_costly,
)

NOISE = np.random.default_rng(0).integers(0, 256, (400, 600, 3), np.uint8)
SCAN = b"\xff\xda\0\x08\x01\x01\0\x01\x3f\0"


def saved(kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(NOISE).save(buffer, kind, **options)
    return buffer.getvalue()


def with_scans(scans: int) -> bytes:
    """A progressive JPEG with so many empty scans more."""
    sound = saved("JPEG", progressive=True)
    return sound[:-2] + SCAN * scans + sound[-2:]


def with_segments(segments: int) -> bytes:
    sound = saved("JPEG")
    return sound[:2] + b"\xff\xe1\0\x0cExif\0\0abcd" * segments + sound[2:]


def with_chunks(chunks: int) -> bytes:
    sound = saved("PNG")
    return (
        sound[:33]
        + (bytes(4) + b"abCd" + struct.pack(">I", zlib.crc32(b"abCd"))) * chunks
        + sound[33:]
    )


def webp_with_chunks(chunks: int) -> bytes:
    body = saved("WEBP")[8:] + b"abcd\0\0\0\0" * chunks
    return b"RIFF" + struct.pack("<I", len(body)) + body


def runs(count: int) -> bytes:
    """A BMP of so many run lengths of one pixel."""
    size = struct.pack("<IiiHHIIiiII", 40, 1000, 1000, 1, 8, 1, 2 * count, 0, 0, 256, 0)
    return b"BM" + struct.pack("<IHHI", 0, 0, 0, 1078) + size + bytes(1024) + b"\x01\0" * count


def check(content: bytes) -> None:
    refuse_costly(io.BytesIO(content))


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {}),
        ("JPEG", {"progressive": True, "quality": 95}),
        ("JPEG", {"exif": b"Exif\0\0" + bytes(60_000), "icc_profile": bytes(300_000)}),
        ("JPEG", {"restart_marker_blocks": 1}),
        ("PNG", {}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"save_all": True, "append_images": [Image.new("RGB", (600, 400))] * 9}),
        ("BMP", {}),
        ("TIFF", {}),
        ("GIF", {}),
    ],
)
def test_ordinary_files_pass_and_stay_where_they_were(kind: str, options: dict[str, Any]) -> None:
    file = io.BytesIO(saved(kind, **options))
    file.seek(5)
    refuse_costly(file)
    assert file.tell() == 5


def test_bytes_that_look_like_scans_are_not_counted() -> None:
    # In a comment, and behind the end, where telephones put the film that belongs to a photograph.
    sound = saved("JPEG")
    decoys = SCAN * 2 * MAX_SCANS
    comment = b"\xff\xfe" + struct.pack(">H", len(decoys) + 2) + decoys
    check(sound[:2] + comment + sound[2:] + decoys)


@pytest.mark.parametrize(
    "content",
    [
        with_scans(12_000),
        with_scans(MAX_SCANS),
        with_segments(MAX_SEGMENTS + 1),
        with_segments(200_000),
        with_chunks(200_000),
        webp_with_chunks(200_000),
        runs(MAX_RUNS_BYTES),
    ],
    ids=["scans", "few-scans", "segments", "many-segments", "png", "webp", "bmp"],
)
def test_bombs_are_refused_in_no_time(content: bytes) -> None:
    begin = time.process_time()
    with pytest.raises(TooComplexError, match=r"scans|segments|chunks|run lengths"):
        check(content)
    assert time.process_time() - begin < 0.5


def test_scans_count_by_the_pixels_that_they_pass_over() -> None:
    content = bytearray(with_scans(20))
    check(bytes(content))
    at = content.index(b"\xff\xc2")
    side = round((MAX_SCANNED / 20) ** 0.5)
    content[at + 5 : at + 9] = struct.pack(">HH", side, side)
    with pytest.raises(TooComplexError, match="scans"):
        check(bytes(content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP"])
def test_damaged_files_are_left_to_their_decoders(kind: str) -> None:
    sound = saved(kind)
    for length in (3, 20, 40, len(sound) // 2):
        check(sound[:length])
    rng = np.random.default_rng(1)
    for _ in range(50):
        broken = bytearray(sound)
        for at in rng.integers(2, len(sound), 20):
            broken[at] = rng.integers(256)
        with suppress(TooComplexError):
            check(bytes(broken))


@pytest.mark.parametrize("read", [read_picture, read_colours])
def test_photographs_are_refused_too(read: Any, tmp_path: Path) -> None:
    path = tmp_path / "bomb.jpg"
    path.write_bytes(with_scans(12_000))
    with pytest.raises(UserError, match=r"bomb\.jpg.*scans"):
        read(path)
