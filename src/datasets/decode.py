"""Decoding picture files of any kind to upright grey pixels."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from PIL.TiffImagePlugin import TiffImageFile

from ..common.errors import UserError
from .decode_cost import refuse_costly
from .depth import has_deep_colours, lower_colours, surplus_bits
from .endings import with_end

MAX_PIXELS = 80_000_000
"""Larger pictures are refused before their pixels are decoded (a small file can claim any size)."""

# Only what cameras and picture tools write. Pillow knows more, and some of it (EPS) runs
# other programs.
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF", "PPM", "AVIF", "JPEG2000")
# Formats whose files may hold several pictures that are worth reading. (In a phone's JPEG the others are smaller ones.)
_SEVERAL = ("TIFF", "GIF", "WEBP", "PNG", "AVIF")
_EXIF_ORIENTATION = 0x0112
_TIFF_WIDTH, _TIFF_HEIGHT = 0x0100, 0x0101
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = (5, 6, 7, 8)
# A larger picture is made grey in bands of whole rows: in one piece, one of 50 megapixels takes 1.2 GB on the way.
_BAND_PIXELS = 4_000_000

Note = Callable[[str], None]
"""Takes what is to be said of a picture that was read all the same: a line without its path."""


def read_picture(path: Path, note: Note | None = None) -> NDArray[np.uint8]:
    """Read a picture as it is shown: EXIF orientation applied, transparency over white.

    Of several pages or frames the first one is read. Of more than eight bits the upper eight are kept, of as many as
    the brightest value takes in a camera of 8, 10, 12, 14 or 16 bits: twelve bits in a file of sixteen are not black.
    A JPEG file may lack its end as long as every pixel is there.

    path: of the file.
    note: called with a line where less was read than is there, or the end is missing.

    Returns uint8 (H, W), grey by the luminance weights of ITU-R BT.601.
    Raises UserError when the file is missing, is no picture, is damaged, or has over `MAX_PIXELS`.
    """
    with _opened(path) as (image, file):
        _skip_colours(image)
        return upright_grey(_loaded(image, file, note))


def upright_grey(image: Image.Image) -> NDArray[np.uint8]:
    """Return an opened picture's pixels as `read_picture` does, uint8 (H, W).

    Raises nearly anything when the file behind it is damaged, as Pillow's decoders do.
    """
    refuse_costly(getattr(image, "fp", None))
    _skip_colours(image)
    image.load()  # Pillow turns a TIFF by itself, and swaps its size only then
    grey = np.empty(image.size[::-1], np.uint8)
    shift = 0
    if image.mode.startswith("I"):
        shift = surplus_bits(max(int(_wide(band).max()) for _, band in _bands(image)))
    for rows, band in _bands(image):
        grey[rows] = _grey(band, shift)
    upright = _UPRIGHT.get(_orientation(image))
    return grey if upright is None else np.array(Image.fromarray(grey).transpose(upright))


def read_colours(path: Path) -> NDArray[np.uint8]:
    """Read a picture as `read_picture` does, but with its colours; of sixteen-bit greys, the grey in each.

    Returns uint8 (H, W, 3), blue, green and red.
    Raises UserError as `read_picture` does.
    """
    with _opened(path) as (opened, file):
        image = _loaded(opened, file, None)
        if image.mode.startswith(("I", "F")):
            return np.asarray(cv2.cvtColor(upright_grey(image), cv2.COLOR_GRAY2BGR), np.uint8)
        opaque, upright = _opaque(image), _UPRIGHT.get(_orientation(image))
        rgb = np.asarray(opaque if upright is None else opaque.transpose(upright))
        return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), np.uint8)


def picture_size(path: Path) -> tuple[int, int]:
    """Return (width, height) of a picture as it is shown, from its header alone.

    Raises UserError as `read_picture` does, except for damage further on in the file.
    """
    with _opened(path) as (image, _):
        width, height = image.size
        if isinstance(image, TiffImageFile):  # of which Pillow may have swapped the size already
            width, height = image.tag_v2[_TIFF_WIDTH], image.tag_v2[_TIFF_HEIGHT]
        return (height, width) if _orientation(image) in _SIDEWAYS else (width, height)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Image.Image, BinaryIO]]:
    """Open a picture of at most `MAX_PIXELS`, and its file; whatever goes wrong until it is closed is a UserError."""
    try:
        if path.exists() and not path.is_file():  # a pipe would never end
            raise ValueError("it is no file")
        # Opened here, because of a path Pillow maps some files into memory, and turned TIFFs wrongly.
        with path.open("rb") as file, Image.open(file, formats=_formats()) as image:
            _refuse_large(image)
            yield image, file
    except Exception as error:  # decoders of damaged files raise nearly anything
        raise _unreadable(path, error) from error


@cache
def _formats() -> tuple[str, ...]:
    """Return those of `_FORMATS` that this Pillow was built with."""
    Image.init()
    return tuple(name for name in _FORMATS if name in Image.OPEN)


def _loaded(image: Image.Image, file: BinaryIO, note: Note | None) -> Image.Image:
    """Return the picture with its pixels decoded; another one where Pillow does not know its file's oddity."""
    if note is not None and image.format in _SEVERAL and getattr(image, "is_animated", False):
        note("only the first of its pages or frames is read")
    deep, orientation = has_deep_colours(image), _orientation(image)
    refuse_costly(file)
    try:
        image.load()
    except OSError:
        mended = with_end(_content(file)) if image.format == "JPEG" else None
        if mended is None:
            raise
        if note is not None:
            note("the file's end is missing; the picture is whole and was read")
        return mended
    return lower_colours(image, _content(file), orientation) if deep else image


def _skip_colours(image: Image.Image) -> None:
    """Have a JPEG's luminance decoded alone, a quarter of the work: by the same weights, it is the grey of its colours.

    Where colours are beyond what RGB can show it differs by a few levels, as nothing is clipped.
    """
    if image.format == "JPEG" and image.mode == "RGB":
        image.draft("L", image.size)


def _content(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


def _bands(image: Image.Image) -> Iterator[tuple[slice, Image.Image]]:
    """Yield bands of whole rows of a picture, of about `_BAND_PIXELS`, and which rows they are."""
    width, height = image.size
    step = max(1, _BAND_PIXELS // width)
    for top in range(0, height, step):
        bottom = min(height, top + step)
        whole = bottom - top == height
        yield slice(top, bottom), image if whole else image.crop((0, top, width, bottom))


def _unreadable(path: Path, error: Exception) -> UserError:
    if isinstance(error, FileNotFoundError):
        return UserError(f"{path}: no such picture")
    reason = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, UnidentifiedImageError):
        reason = "it is of no known kind"
    remedy = "save it again as JPEG or PNG, or remove it"
    return UserError(f"{path}: cannot be read as a picture ({reason}); {remedy}")


def _refuse_large(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise ValueError(f"{width}x{height} is over the limit of {MAX_PIXELS // 10**6} megapixels")


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_EXIF_ORIENTATION, 1))
    except Exception:  # a damaged EXIF block says nothing; the pixels may well be sound
        return 1


def _wide(image: Image.Image) -> NDArray[np.int64]:
    """Return the values of a 16-bit grey, which Pillow also hands out as 32-bit."""
    return np.clip(np.asarray(image, np.int64), 0, 0xFFFF)


def _grey(image: Image.Image, shift: int) -> NDArray[np.uint8]:
    """Return a picture in grey. shift: by how many bits a 16-bit grey is above eight."""
    if image.mode.startswith("I"):
        return (_wide(image) >> shift).astype(np.uint8)
    if image.mode == "F":
        raise ValueError("floating-point pixels have no agreed white")
    if image.mode == "L" and "transparency" not in image.info:
        return np.array(image, np.uint8)
    return np.asarray(cv2.cvtColor(np.asarray(_opaque(image)), cv2.COLOR_RGB2GRAY), np.uint8)


def _opaque(image: Image.Image) -> Image.Image:
    """Return a picture in RGB, what is transparent over white."""
    if image.mode in ("LA", "PA", "RGBA", "RGBa", "La") or "transparency" in image.info:
        seen = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)
    return image.convert("RGB")
