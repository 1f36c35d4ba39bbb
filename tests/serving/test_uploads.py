"""Bytes come out as grey pixels the right way up, or as the right refusal."""

import numpy as np
import pytest
from PIL import Image

from src.serving.refusal import ApiError
from src.serving.uploads import MAX_SIDE, decode_upload
from tests.serving.fakes import encoded

NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 60, 4), np.uint8), "RGBA")
MOST = 1_000_000


def refusal(content: bytes, declared: str = "image/jpeg", most: int = MOST) -> str:
    with pytest.raises(ApiError) as caught:
        decode_upload(content, declared, most)
    assert "\n" not in caught.value.message
    return caught.value.code


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        *(("JPEG", mode) for mode in ("L", "RGB", "CMYK")),
        *((kind, mode) for kind in ("PNG", "WEBP", "BMP") for mode in ("L", "RGB", "RGBA")),
    ],
)
def test_formats_and_modes(kind: str, mode: str) -> None:
    pixels = decode_upload(encoded(NOISE.convert(mode), kind), "image/jpeg", MOST)
    assert pixels.dtype == np.uint8
    assert pixels.shape == (40, 60)


def test_sixteen_bits() -> None:
    deep = Image.fromarray(np.array([[0, 256, 0xFFFF]], np.uint16))
    assert decode_upload(encoded(deep), "", MOST).tolist() == [[0, 1, 255]]


def test_orientation_is_applied() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert decode_upload(encoded(NOISE.convert("RGB"), "JPEG", exif=exif), "", MOST).shape == (
        60,
        40,
    )


def test_declared_type_does_not_matter_where_the_bytes_are_a_picture() -> None:
    assert decode_upload(encoded(NOISE), "text/plain", MOST).shape == (40, 60)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP"])
def test_truncated(kind: str) -> None:
    content = encoded(NOISE.convert("RGB"), kind)
    assert refusal(content[: len(content) // 2]) == "truncated_image"
    assert refusal(content[:15]) == "truncated_image"


@pytest.mark.parametrize(
    ("content", "declared", "code"),
    [
        (b"", "image/jpeg", "not_an_image"),
        (b"only words", "image/jpeg", "not_an_image"),
        (b"only words", "", "not_an_image"),
        (b"only words", "text/plain", "wrong_type"),
        (b"%PDF-1.7", "image/png", "wrong_type"),
        (b"GIF89a", "", "wrong_type"),
        (b"\0\0\0\x18ftypheic", "image/heic", "wrong_type"),
        (b"\0\0\0\x18ftypisom", "", "wrong_type"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "image/x-eps", "not_an_image"),
    ],
)
def test_what_is_no_picture(content: bytes, declared: str, code: str) -> None:
    assert refusal(content, declared) == code


def test_other_formats_of_pillow_are_not_reached() -> None:
    for kind in ("GIF", "TIFF", "PPM", "ICO", "EPS"):
        assert refusal(encoded(NOISE.convert("RGB"), kind)) in ("wrong_type", "not_an_image")


def test_size_is_refused_by_the_header(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(image: Image.Image) -> None:
        raise AssertionError("pixels were decoded")

    monkeypatch.setattr("src.serving.uploads.upright_grey", never)
    assert refusal(encoded(Image.new("1", (1001, 1000)))) == "too_many_pixels"
    assert refusal(encoded(Image.new("1", (MAX_SIDE + 1, 1)))) == "too_many_pixels"
    # Over Pillow's own limit, which it reports in another way.
    assert refusal(encoded(Image.new("1", (20_000, 10_000)))) == "too_many_pixels"


def test_size_at_the_limit_is_read() -> None:
    assert decode_upload(encoded(Image.new("1", (1000, 1000))), "", MOST).shape == (1000, 1000)
    assert decode_upload(encoded(Image.new("1", (MAX_SIDE, 1))), "", MOST).shape == (1, MAX_SIDE)
