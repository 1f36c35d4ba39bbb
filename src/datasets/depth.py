"""Pictures of more than eight bits a channel; cameras often fill only the lower ones."""

import cv2
import numpy as np
from PIL import Image
from PIL.ImageFile import ImageFile
from PIL.TiffImagePlugin import TiffImageFile

# Bits that cameras give. A file that has room for 16 often holds fewer, from its lowest bit on.
_DEPTHS = (8, 10, 12, 14, 16)
_EXIF_ORIENTATION = 0x0112


def surplus_bits(brightest: int) -> int:
    """Return how many bits are above eight, by the depth that a camera needs for a picture's brightest value."""
    bits = min(brightest, 0xFFFF).bit_length()
    return next(depth for depth in _DEPTHS if bits <= depth) - 8


def has_deep_colours(image: Image.Image) -> bool:
    """Return whether colours have sixteen bits (Pillow keeps the upper eight); call it before Pillow decodes."""
    tiles = image.tile if isinstance(image, ImageFile) else []
    return image.mode in ("RGB", "RGBA", "LA") and any(";16" in str(tile.args) for tile in tiles)


def lower_colours(image: Image.Image, content: bytes, orientation: int) -> Image.Image:
    """Return a picture of deep colours, decoded by Pillow, by those bits that are filled.

    image: the picture.
    content: its file.
    orientation: EXIF's, 1 to 8, as the file says.

    Raises ValueError when the upper eight bits do not do, and the others cannot be had.
    """
    brightest = int(np.asarray(image.convert("RGB").getextrema()).max())
    if surplus_bits(brightest << 8 | 0xFF) == 8:
        return image
    decoded = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    turned = isinstance(image, TiffImageFile) and orientation != 1  # nobody agrees who turns those
    if turned or decoded is None or decoded.dtype != np.uint16 or decoded.ndim != 3:
        raise ValueError("its colours have sixteen bits, of which the upper ones are empty")
    deep = np.asarray(decoded, np.uint16)
    shift = surplus_bits(int(deep[..., :3].max()))
    pixels = (deep[..., 2::-1] >> shift).astype(np.uint8)
    if deep.shape[2] == 4:
        pixels = np.dstack([pixels, (deep[..., 3] >> 8).astype(np.uint8)])
    lowered = Image.fromarray(np.ascontiguousarray(pixels))
    lowered.getexif()[_EXIF_ORIENTATION] = orientation
    return lowered
