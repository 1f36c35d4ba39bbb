"""Decoding what a camera sends, in the camera's own process."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from ...datasets.decode import upright_grey
from ...datasets.decode_cost import TooComplexError, refuse_costly

FORMATS = ("JPEG", "PNG", "WEBP", "BMP")
"""Pillow's names of what cameras send. Each further one is another decoder that a stranger can reach."""
MAX_SIDE = 30_000
"""Longest side in pixels; OpenCV cannot warp pictures of more than 32,766."""


class SourceError(Exception):
    """Why a camera gives no picture, in words that may be shown but for its secrets."""


def decode(content: bytes, most_pixels: int) -> NDArray[np.uint8]:
    """Return an encoded picture as grey uint8 (H, W).

    Raises SourceError for what is no picture, damaged, not all there, too large, or would take too long to decode.
    """
    try:
        refuse_costly(io.BytesIO(content))
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            check_size(*image.size, most_pixels)
            return upright_grey(image)
    except SourceError:
        raise
    except TooComplexError as error:
        raise SourceError(f"a picture is {error}") from None
    except UnidentifiedImageError:
        raise SourceError(f"it sends something else than {', '.join(FORMATS)}") from None
    except Exception:  # decoders of damaged files raise nearly anything
        raise SourceError("a picture is damaged or not all there") from None


def check_size(width: float, height: float, most_pixels: int) -> None:
    """Raise SourceError for a picture that is larger than it may be."""
    if width * height > most_pixels or max(width, height) > MAX_SIDE:
        limit = f"{most_pixels / 1e6:g} megapixels"
        raise SourceError(f"pictures of {width:.0f}×{height:.0f} are over the limit of {limit}")
