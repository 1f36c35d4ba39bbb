"""Decoding what a camera sends."""

import io

import numpy as np
import pytest
from PIL import Image

from src.reading.cameras.pictures import SourceError, check_size, decode
from tests.reading.cameras import made


def encoded(kind: str) -> bytes:
    content = io.BytesIO()
    Image.fromarray(made.grey(150)).save(content, kind)
    return content.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP"])
def test_what_cameras_send_is_grey(kind: str) -> None:
    picture = decode(encoded(kind), 64 * 48)
    assert picture.shape == (48, 64)
    assert picture.dtype == np.uint8
    assert abs(int(picture[5, 5]) - 150) <= 2


@pytest.mark.parametrize(
    ("content", "most_pixels", "why"),
    [
        (b"", 3072, "something else than JPEG, PNG, WEBP, BMP"),
        (b"\xff\xd8\xff\xe0 no picture", 3072, "damaged or not all there"),
        (encoded("GIF"), 3072, "something else than JPEG"),
        (made.jpeg(150)[:-40], 3072, "damaged or not all there"),
        (encoded("PNG"), 3071, "64×48 are over the limit of 0.003071 megapixels"),
    ],
)
def test_what_is_none(content: bytes, most_pixels: int, why: str) -> None:
    with pytest.raises(SourceError, match=why):
        decode(content, most_pixels)


def test_the_longest_side_is_limited_too() -> None:
    with pytest.raises(SourceError, match="40000×1 are over"):
        check_size(40_000, 1, 10**6)
    check_size(1000, 1000, 10**6)
