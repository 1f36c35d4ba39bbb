"""Picture files of every kind come out grey and upright."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from src.common.errors import UserError
from src.datasets import decode
from src.datasets.decode import picture_size, read_colours, read_picture, upright_grey

WEDGE = np.arange(0, 240, 10, dtype=np.uint8).reshape(4, 6)


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tif", ".gif", ".pgm"])
def test_lossless_greys(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"wedge{suffix}"
    Image.fromarray(WEDGE).save(path)
    pixels = read_picture(path)
    assert pixels.dtype == np.uint8
    assert np.array_equal(pixels, WEDGE)
    assert picture_size(path) == (6, 4)


def test_colours_by_luminance(tmp_path: Path) -> None:
    path = tmp_path / "colours.png"
    Image.fromarray(np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]]], np.uint8)).save(path)
    assert read_picture(path).tolist() == [[76, 150, 29]]


def test_colours_are_as_grey_sees_them(tmp_path: Path) -> None:
    # Blue first; a turned picture, a transparent one over white, and sixteen bits cut to eight.
    path, exif = tmp_path / "colours.png", Image.Exif()
    exif[0x0112] = 6
    pixels = np.array([[[255, 0, 0], [0, 255, 0]]], np.uint8)
    Image.fromarray(pixels).save(path, exif=exif)
    assert read_colours(path).tolist() == [[[0, 0, 255]], [[0, 255, 0]]]
    Image.fromarray(np.array([[[9, 8, 7, 0], [9, 8, 7, 255]]], np.uint8)).save(path)
    assert read_colours(path).tolist() == [[[255, 255, 255], [7, 8, 9]]]
    Image.fromarray(np.array([[0x1234]], np.uint16)).save(path)
    assert read_colours(path).tolist() == [[[0x12] * 3]]
    path.write_bytes(b"no picture")
    with pytest.raises(UserError, match="cannot be read as a picture"):
        read_colours(path)


def test_transparency_is_over_white(tmp_path: Path) -> None:
    path = tmp_path / "clear.png"
    Image.fromarray(np.array([[[0, 0, 0, 0], [0, 0, 0, 255]]], np.uint8)).save(path)
    assert read_picture(path).tolist() == [[255, 0]]
    Image.fromarray(np.array([[7, 90]], np.uint8)).save(path, transparency=7)
    assert read_picture(path).tolist() == [[255, 90]]


def test_palette_and_one_bit(tmp_path: Path) -> None:
    path = tmp_path / "palette.png"
    Image.fromarray(np.array([[[255, 0, 0], [0, 0, 255]]], np.uint8)).quantize(4).save(path)
    assert read_picture(path).tolist() == [[76, 29]]
    Image.fromarray(np.array([[0, 255]], np.uint8)).convert("1").save(path)
    assert read_picture(path).tolist() == [[0, 255]]


def test_sixteen_bits_keep_the_upper_eight(tmp_path: Path) -> None:
    for suffix in (".png", ".tif"):
        path = tmp_path / f"deep{suffix}"
        Image.fromarray(np.array([[0, 255, 256, 0x8000, 0xFFFF]], np.uint16)).save(path)
        assert read_picture(path).tolist() == [[0, 0, 1, 128, 255]]


@pytest.mark.parametrize(
    ("orientation", "expected"),
    [
        (1, WEDGE),
        (2, WEDGE[:, ::-1]),
        (3, WEDGE[::-1, ::-1]),
        (4, WEDGE[::-1]),
        (5, WEDGE.T),
        (6, np.rot90(WEDGE, -1)),
        (7, WEDGE[::-1, ::-1].T),
        (8, np.rot90(WEDGE)),
        (99, WEDGE),
    ],
)
def test_exif_orientation(tmp_path: Path, orientation: int, expected: np.ndarray) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "turned.png"
    Image.fromarray(WEDGE).save(path, exif=exif)
    assert np.array_equal(read_picture(path), expected)
    assert picture_size(path) == expected.shape[::-1]


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "1"])
@pytest.mark.parametrize("transparency", [None, 7])
def test_bands_change_nothing(
    mode: str, transparency: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (13, 10, 4), np.uint8)
    if mode == "I;16":
        image = Image.fromarray(noise[..., 0].astype(np.uint16) * 257)
    else:
        image = Image.fromarray(noise, "RGBA").convert(mode)
    if transparency is not None and mode in ("L", "P"):
        image.info["transparency"] = transparency
    image.getexif()[0x0112] = 6
    whole = upright_grey(image)
    assert whole.shape == (10, 13)
    monkeypatch.setattr(decode, "_BAND_PIXELS", 40)
    assert np.array_equal(upright_grey(image), whole)


def test_damaged_pictures(tmp_path: Path) -> None:
    path = tmp_path / "whole.png"
    noise = np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8)
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[:2000])
    assert picture_size(path) == (64, 64)
    with pytest.raises(UserError, match=r"whole\.png.*save it again"):
        read_picture(path)


@pytest.mark.parametrize(
    "content", [b"", b"not a picture", b"%!PS-Adobe-3.0 EPSF-3.0\n", b"\xff\xd8"]
)
def test_no_pictures(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.jpg"
    path.write_bytes(content)
    for read in (read_picture, picture_size):
        with pytest.raises(UserError, match="cannot be read as a picture") as caught:
            read(path)
        assert "\n" not in str(caught.value)


def test_missing_picture_and_folder(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such picture"):
        read_picture(tmp_path / "none.png")
    with pytest.raises(UserError, match="cannot be read"):
        read_picture(tmp_path)


def test_too_many_pixels_are_refused_before_decoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.png"
    Image.new("L", (1100, 1000)).save(path)
    monkeypatch.setattr(decode, "MAX_PIXELS", 1_000_000)
    for read in (read_picture, picture_size):
        with pytest.raises(UserError, match="1100x1000 is over the limit of 1 megapixels"):
            read(path)
