"""Decoding an upload to a grey picture, or refusing it."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..datasets.decode import upright_grey
from ..datasets.decode_cost import TooComplexError, refuse_costly
from .refusal import ApiError

FORMATS = ("JPEG", "PNG", "WEBP", "BMP")
"""Pillow's names of what is read. Each further one is another decoder that strangers can reach."""

MAX_SIDE = 30_000
"""Longest side in pixels; OpenCV cannot warp pictures of more than 32,766."""

_READ = "send JPEG, PNG, WebP or BMP"
# How files of the accepted formats begin, and how common files of other kinds do.
_ACCEPTED = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"BM")
_OTHERS = {
    b"GIF8": "a GIF",
    b"II*\x00": "a TIFF",
    b"MM\x00*": "a TIFF",
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP archive",
    b"<svg": "an SVG",
}
# ISO base media: the brand stands after the length of the first box and "ftyp".
_BRANDS = {b"heic": "a HEIC", b"heix": "a HEIC", b"mif1": "a HEIC", b"avif": "an AVIF"}
# Types that say nothing: what clients send when they do not know.
_UNKNOWN = ("", "application/octet-stream", "application/x-image", "binary/octet-stream")


def decode_upload(content: bytes, declared: str, max_pixels: int) -> NDArray[np.uint8]:
    """Return an encoded picture as it is shown: grey uint8 (H, W), EXIF orientation applied.

    content: the file. declared: the media type that the client gave it, or "". What the bytes are counts more than
    what they are called. max_pixels: larger pictures are refused by their header, before any pixel is decoded.

    Raises ApiError: "not_an_image", "truncated_image", "too_many_pixels", "too_complex" or "wrong_type".
    """
    try:
        # Even opening a file may take minutes.
        refuse_costly(io.BytesIO(content))
    except TooComplexError as error:
        raise ApiError("too_complex", f"this is {error}; save it again") from None
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError:
        raise ApiError("too_many_pixels", _too_many(max_pixels)) from None
    except Exception:  # decoders of damaged files raise nearly anything
        raise _no_picture(content, declared) from None
    with image:
        width, height = image.size
        if width * height > max_pixels or max(width, height) > MAX_SIDE:
            raise ApiError("too_many_pixels", f"{width}×{height}: {_too_many(max_pixels)}")
        try:
            return upright_grey(image)
        except Exception:  # as above
            raise _damaged() from None


def suffix_of(content: bytes) -> str:
    """Return the suffix for a file that `decode_upload` has decoded."""
    kinds = {b"\xff\xd8\xff": ".jpg", b"\x89PNG": ".png", b"BM": ".bmp"}
    return next((suffix for start, suffix in kinds.items() if content.startswith(start)), ".webp")


def is_picture_type(declared: str) -> bool:
    """Whether a request body of this media type may be a picture."""
    return declared.startswith("image/") or declared in _UNKNOWN


def _no_picture(content: bytes, declared: str) -> ApiError:
    if not content:
        return ApiError("not_an_image", f"the file is empty; {_READ}")
    kind = next((name for start, name in _OTHERS.items() if content.startswith(start)), None)
    if content[4:8] == b"ftyp":
        kind = _BRANDS.get(content[8:12], "a film")
    if kind is not None:
        return ApiError("wrong_type", f"this is {kind}; {_READ}")
    if not is_picture_type(declared):
        return ApiError("wrong_type", f"this is said to be {declared[:100]}; {_READ}")
    if content.startswith(_ACCEPTED) or (content[:4], content[8:12]) == (b"RIFF", b"WEBP"):
        return _damaged()
    return ApiError("not_an_image", f"this is no picture; {_READ}")


def _damaged() -> ApiError:
    return ApiError("truncated_image", "the picture is damaged or not all there; save it again")


def _too_many(max_pixels: int) -> str:
    return f"at most {max_pixels / 1e6:g} megapixels, and {MAX_SIDE} pixels a side; send it smaller"
