"""JPEG files are found in any stream of bytes, whatever it says of them."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from src.reading.cameras.jpegs import JpegSplitter


def jpeg(seed: int, **how: object) -> bytes:
    """A file of noise, so that all bytes are in it; of a few kinds."""
    pixels = np.random.default_rng(seed).integers(0, 256, (24, 32, 3), np.uint8)
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "JPEG", quality=95, **how)
    return content.getvalue()


def with_thumbnail(seed: int) -> bytes:
    """A file that has another one in its header, as phones and cameras write it."""
    inner = jpeg(seed + 100)
    block = b"Exif\0\0" + inner
    return b"\xff\xd8\xff\xe1" + (len(block) + 2).to_bytes(2, "big") + block + jpeg(seed)[2:]


FILES = [
    jpeg(0),
    jpeg(1, progressive=True),
    jpeg(2, restart_marker_blocks=1),
    with_thumbnail(3),
    jpeg(4, optimize=True),
]
# Between files: nothing, a boundary with a length that lies, or noise without the start of a file.
BETWEEN = st.one_of(
    st.just(b""),
    st.integers(0, 10**9).map(lambda n: b"\r\n--x\r\nContent-Length: %d\r\n\r\n" % n),
    st.binary(max_size=60).map(lambda noise: noise.replace(b"\xff", b"\xfe")),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(BETWEEN, st.integers(0, len(FILES) - 1)), max_size=6),
    st.lists(st.integers(1, 700), min_size=1, max_size=30),
)
def test_files_come_out_as_they_went_in(parts: list[tuple[bytes, int]], cuts: list[int]) -> None:
    stream = b"".join(between + FILES[n] for between, n in parts)
    splitter, found, at, turn = JpegSplitter(100_000), [], 0, 0
    while at < len(stream):
        step = cuts[turn % len(cuts)]
        found += splitter.feed(stream[at : at + step])
        at, turn = at + step, turn + 1
    assert found == [FILES[n] for _, n in parts]
    assert (splitter.broken, splitter.too_large) == (0, 0)


@pytest.mark.parametrize("file", range(len(FILES)))
@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.99])
def test_half_a_file_is_left_out_and_the_next_one_is_not(file: int, share: float) -> None:
    splitter = JpegSplitter(100_000)
    half = FILES[file][: int(share * len(FILES[file]))]
    found = splitter.feed(half + b"\r\n--x\r\n\r\n" + FILES[0] + FILES[1] + FILES[0])
    # What is torn within its header may take the next one with it.
    assert found[-2:] == [FILES[1], FILES[0]]
    assert half not in found


def test_a_file_over_the_limit_is_left_out() -> None:
    splitter = JpegSplitter(len(FILES[0]))
    large = b"\xff\xd8\xff\xda\x00\x02" + bytes(len(FILES[0]))
    assert splitter.feed(large + b"\xff\xd9" + FILES[0]) == [FILES[0]]
    assert splitter.too_large == 1
    # One that never ends takes no more memory than the limit and a chunk.
    for _ in range(50):
        assert splitter.feed(b"\xff\xd8\xff\xda\x00\x02" + bytes(5000)) == []
        assert len(splitter._held) <= len(FILES[0]) + 6000
    assert splitter.too_large > 2


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=300), max_size=10))
def test_noise_is_nothing_and_takes_no_memory(chunks: list[bytes]) -> None:
    splitter = JpegSplitter(1000)
    for chunk in chunks:
        for found in splitter.feed(chunk):
            assert found.startswith(b"\xff\xd8\xff")
            assert found.endswith(b"\xff\xd9")
        assert len(splitter._held) <= 1300
