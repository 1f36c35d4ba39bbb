"""Picture files of every kind come out grey and upright."""

import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, features

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


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_s_luminance_is_the_grey_of_its_colours(tmp_path: Path, progressive: bool) -> None:
    # Soft colours that RGB can show: nothing is clipped, and both ways give the same but for rounding.
    coarse = np.random.default_rng(1).integers(60, 190, (6, 8, 3), np.uint8)
    colours = cv2.resize(coarse, (80, 60), interpolation=cv2.INTER_CUBIC)
    path, exif = tmp_path / "colours.jpg", Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(colours).save(path, quality=95, progressive=progressive, exif=exif)
    with Image.open(path) as whole:
        expected = np.rot90(np.asarray(whole.convert("RGB").convert("L"), np.int16), -1)
    grey = read_picture(path)
    assert grey.shape == (80, 60)
    assert np.abs(grey - expected).max() <= 1
    with Image.open(path) as opened:
        assert np.array_equal(upright_grey(opened), grey)
        assert opened.mode == "L"  # the colours were not decoded


def test_colours_are_as_grey_sees_them(tmp_path: Path) -> None:
    # Blue first; a turned picture, a transparent one over white, and sixteen bits cut to eight.
    path, exif = tmp_path / "colours.png", Image.Exif()
    exif[0x0112] = 6
    pixels = np.array([[[255, 0, 0], [0, 255, 0]]], np.uint8)
    Image.fromarray(pixels).save(path, exif=exif)
    assert read_colours(path).tolist() == [[[0, 0, 255]], [[0, 255, 0]]]
    Image.fromarray(np.array([[[9, 8, 7, 0], [9, 8, 7, 255]]], np.uint8)).save(path)
    assert read_colours(path).tolist() == [[[255, 255, 255], [7, 8, 9]]]
    Image.fromarray(np.array([[0x1234, 0xFFFF]], np.uint16)).save(path)
    assert read_colours(path).tolist() == [[[0x12] * 3, [0xFF] * 3]]
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


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "packbits"])
@pytest.mark.parametrize("mode", ["L", "RGB", "I;16", "P", "1"])
def test_turned_tiffs_are_like_any_other_file(
    tmp_path: Path, mode: str, compression: str, orientation: int
) -> None:
    grey = np.random.default_rng(orientation).integers(0, 256, (13, 24), np.uint8)
    image = (
        Image.fromarray(grey.astype(np.uint16) * 257)
        if mode == "I;16"
        else Image.fromarray(grey).convert(mode)
    )
    exif = Image.Exif()
    exif[0x0112] = orientation
    image.save(tmp_path / "a.tif", compression=compression, exif=exif)
    image.save(tmp_path / "a.png", exif=exif)
    assert np.array_equal(read_picture(tmp_path / "a.tif"), read_picture(tmp_path / "a.png"))
    assert np.array_equal(read_colours(tmp_path / "a.tif"), read_colours(tmp_path / "a.png"))
    assert picture_size(tmp_path / "a.tif") == picture_size(tmp_path / "a.png")


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
def test_cameras_of_fewer_bits_in_files_of_sixteen(tmp_path: Path, bits: int, suffix: str) -> None:
    path, grey = tmp_path / f"deep{suffix}", np.arange(256, dtype=np.uint16).reshape(16, 16)
    noise = np.random.default_rng(bits).integers(0, 1 << (bits - 8), grey.shape, np.uint16)
    Image.fromarray((grey << (bits - 8)) + noise).save(path)
    assert np.array_equal(read_picture(path), grey)
    assert np.array_equal(read_colours(path)[..., 1], grey)


def test_the_brightest_band_decides_for_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grey = np.repeat(np.array([[3], [200], [900], [0xFFF]], np.uint16), 8, axis=1)
    Image.fromarray(grey).save(tmp_path / "a.png")
    monkeypatch.setattr(decode, "_BAND_PIXELS", 8)
    assert read_picture(tmp_path / "a.png")[:, 0].tolist() == [0, 12, 56, 255]


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("bits", [10, 12, 14, 16])
def test_colours_of_fewer_bits_in_files_of_sixteen(tmp_path: Path, bits: int, suffix: str) -> None:
    colours = np.random.default_rng(bits).integers(0, 256, (9, 7, 3), np.uint8)
    colours[0, 0] = 255  # somewhere the camera's whole range is used
    deep = (colours.astype(np.uint16) << (bits - 8)) | 1
    assert cv2.imwrite(str(tmp_path / f"a{suffix}"), deep)
    assert np.array_equal(read_colours(tmp_path / f"a{suffix}"), colours)
    clear = np.dstack([deep, np.full((9, 7), 0xFFFF, np.uint16)])
    assert cv2.imwrite(str(tmp_path / "clear.png"), clear)
    assert np.array_equal(read_colours(tmp_path / "clear.png"), colours)


def jpeg(path: Path, **options: bool) -> bytes:
    """A JPEG of noise whose last pixels differ from what a decoder invents."""
    noise = np.random.default_rng(5).integers(0, 256, (50, 70, 3), np.uint8)
    Image.fromarray(noise).save(path, "JPEG", quality=90, **options)
    return path.read_bytes()


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("missing", [1, 2])
def test_a_jpeg_without_its_end_is_read(tmp_path: Path, missing: int, progressive: bool) -> None:
    whole, cut, notes = tmp_path / "whole.jpg", tmp_path / "cut.jpg", list[str]()
    cut.write_bytes(jpeg(whole, progressive=progressive)[:-missing])
    assert np.array_equal(read_picture(cut, notes.append), read_picture(whole, notes.append))
    assert np.array_equal(read_colours(cut), read_colours(whole))
    assert notes == ["the file's end is missing; the picture is whole and was read"]


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("missing", [4, 10, 100, 1000])
def test_a_jpeg_without_some_pixels_is_not(tmp_path: Path, missing: int, progressive: bool) -> None:
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(jpeg(tmp_path / "whole.jpg", progressive=progressive)[:-missing])
    for read in (read_picture, read_colours):
        with pytest.raises(UserError, match=r"cut\.jpg: cannot be read as a picture"):
            read(cut)


@pytest.mark.parametrize("suffix", [".tif", ".gif", ".png", ".webp"])
def test_of_several_pages_the_first_is_read_and_that_is_said(tmp_path: Path, suffix: str) -> None:
    pages = [Image.new("RGB", (20, 10), (level, 0, 0)) for level in (255, 0)]
    notes: list[str] = []
    pages[0].save(tmp_path / f"one{suffix}")
    pages[0].save(tmp_path / f"two{suffix}", save_all=True, append_images=pages[1:])
    assert read_picture(tmp_path / f"one{suffix}", notes.append).mean() == pytest.approx(76, abs=2)
    assert notes == []
    assert read_picture(tmp_path / f"two{suffix}", notes.append).mean() == pytest.approx(76, abs=2)
    assert notes == ["only the first of its pages or frames is read"]


@pytest.mark.parametrize(
    ("suffix", "feature"), [(".jfif", "jpg"), (".avif", "avif"), (".jp2", "jpg_2000")]
)
def test_further_formats_where_they_were_built_in(
    tmp_path: Path, suffix: str, feature: str
) -> None:
    if not features.check(feature):
        pytest.skip(f"Pillow was built without {feature}")
    grey = np.full((32, 48), 40, np.uint8)
    grey[8:24, 8:24] = 200
    Image.fromarray(grey).convert("RGB").save(tmp_path / f"a{suffix}")
    assert np.abs(read_picture(tmp_path / f"a{suffix}").astype(int) - grey).mean() < 5


def test_formats_that_were_not_built_in_harm_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image, "OPEN", {k: v for k, v in Image.OPEN.items() if k != "AVIF"})
    decode._formats.cache_clear()
    Image.fromarray(WEDGE).save(tmp_path / "a.png")
    assert np.array_equal(read_picture(tmp_path / "a.png"), WEDGE)
    assert "AVIF" not in decode._formats()
    decode._formats.cache_clear()


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    for read in (read_picture, read_colours, picture_size):
        with pytest.raises(UserError, match="it is no file"):
            read(tmp_path / "pipe.jpg")
