"""From a picture file, whatever its kind, to grey pixels the right way up."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from src.common.errors import UserError
from src.datasets.decode_cost import refuse_costly

MAX_PIXELS = 80_000_000
"""Larger pictures are refused before their pixels are decoded (a small file can claim any size)."""

# Only what cameras and picture tools write. Pillow knows more, and some of it (EPS) runs
# other programs.
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF", "PPM")
_EXIF_ORIENTATION = 0x0112
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


def read_picture(path: Path) -> NDArray[np.uint8]:
    """Read a picture as it is shown: EXIF orientation applied, transparency over white.

    Sixteen-bit greys keep their upper eight bits. Of an animation the first frame counts.

    Returns:
        uint8 (H, W), grey by the luminance weights of ITU-R BT.601.

    Raises:
        UserError: the file is missing, is no picture, is damaged, or has over `MAX_PIXELS`.
    """
    with _opened(path) as image:
        return upright_grey(image)


def upright_grey(image: Image.Image) -> NDArray[np.uint8]:
    """Return an opened picture's pixels as `read_picture` does, uint8 (H, W).

    Raises nearly anything when the file behind it is damaged, as Pillow's decoders do.
    """
    refuse_costly(getattr(image, "fp", None))
    width, height = image.size
    rows = max(1, _BAND_PIXELS // width)
    if height <= rows:
        grey = _grey(image)
    else:
        grey = np.empty((height, width), np.uint8)
        for top in range(0, height, rows):
            bottom = min(height, top + rows)
            grey[top:bottom] = _grey(image.crop((0, top, width, bottom)))
    upright = _UPRIGHT.get(_orientation(image))
    return grey if upright is None else np.array(Image.fromarray(grey).transpose(upright))


def read_colours(path: Path) -> NDArray[np.uint8]:
    """Read a picture as `read_picture` does, but with its colours; of sixteen-bit greys, the grey in each.

    Returns:
        uint8 (H, W, 3), blue, green and red.

    Raises:
        UserError: as `read_picture`.
    """
    with _opened(path) as image:
        if image.mode.startswith(("I", "F")):
            return np.asarray(cv2.cvtColor(upright_grey(image), cv2.COLOR_GRAY2BGR), np.uint8)
        refuse_costly(getattr(image, "fp", None))
        opaque, upright = _opaque(image), _UPRIGHT.get(_orientation(image))
        rgb = np.asarray(opaque if upright is None else opaque.transpose(upright))
        return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), np.uint8)


def picture_size(path: Path) -> tuple[int, int]:
    """Return (width, height) of a picture as it is shown, from its header alone.

    Raises:
        UserError: as `read_picture`, except for damage further on in the file.
    """
    with _opened(path) as image:
        width, height = image.size
        return (height, width) if _orientation(image) in _SIDEWAYS else (width, height)


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """Open a picture of at most `MAX_PIXELS`; whatever goes wrong with it until it is closed is a UserError."""
    try:
        with Image.open(path, formats=_FORMATS) as image:
            _refuse_large(image)
            yield image
    except Exception as error:  # decoders of damaged files raise nearly anything
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> UserError:
    if isinstance(error, FileNotFoundError):
        return UserError(f"{path}: no such picture")
    reason = " ".join(str(error).split()) or type(error).__name__
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


def _grey(image: Image.Image) -> NDArray[np.uint8]:
    if image.mode.startswith("I"):  # 16-bit grey, which Pillow also hands out as 32-bit
        wide = np.clip(np.asarray(image, np.int64), 0, 0xFFFF)
        return (wide >> 8).astype(np.uint8)
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
