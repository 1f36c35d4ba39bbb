"""The answer to a client: from a picture's pixels to plain JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..common.plates import NUMBER_KEY, PREFIX_KEY
from ..inference.reader import Reading
from ..inference.region import Region
from .bundle import Bundle


@dataclass(frozen=True)
class Endpoint:
    """A bundle behind one call: pixels in, the answer as plain JSON out."""

    bundle: Bundle

    def predict(self, image: NDArray[Any]) -> dict[str, Any]:
        """Read a picture of any size; return what `describe` makes of it.

        image: (H, W) or (H, W, channels), as `to_grey` takes it. Raises ValueError for an array that is no picture.
        """
        grey = to_grey(image)
        height, width = grey.shape
        return describe(self.bundle.reader.read(grey), width, height)


def describe(readings: Sequence[Reading], width: int, height: int) -> dict[str, Any]:
    """Return what was read in a picture of this size: its plates, and the text and parts of the surest whole one.

    Without one, ``plate`` and its parts are None; ``plates`` has the partial ones too, and may be empty.
    Boxes and quads are in the picture's pixels, quads clockwise from the plate's own top left. All numbers are finite.
    """
    plates = [_describe(reading) for reading in readings]
    nothing = {"text": None, PREFIX_KEY: None, NUMBER_KEY: None}
    # A client that takes the first text alone must not take a part of a plate for all of it.
    best = next((plate for plate in plates if not plate["partial"]), nothing)
    return {
        "plate": best["text"],
        PREFIX_KEY: best[PREFIX_KEY],
        NUMBER_KEY: best[NUMBER_KEY],
        "plates": plates,
        "image": {"width": width, "height": height},
    }


def _describe(reading: Reading) -> dict[str, Any]:
    return {
        "text": reading.text,
        PREFIX_KEY: reading.prefix,
        NUMBER_KEY: reading.number,
        "confidence": reading.confidence,
        "confidence_min": float(reading.confidence_min),
        "characters": [
            {"char": char, "confidence": float(strength)} for char, strength in reading.characters
        ],
        "box": reading.box.astype(float).tolist(),
        "quad": reading.quad.astype(float).tolist(),
        "score": float(reading.score),
        "partial": reading.partial,
        "pattern": reading.pattern,
        "region": None if reading.region is None else _describe_region(reading.region),
    }


def _describe_region(region: Region) -> dict[str, Any]:
    part = region.subdivision
    return {
        "code": region.code,
        "name": region.name,
        "confidence": region.confidence,
        "subdivision": None if part is None else {"code": part.code, "name": part.name},
    }


def to_grey(image: NDArray[Any]) -> NDArray[np.uint8]:
    """Return a picture as uint8 (H, W): luminance of ITU-R BT.601, transparency over white.

    image: (H, W) of bool, of uint8, or of wider integers that hold 16-bit grey; or uint8
    (H, W, channels) with grey, grey and alpha, RGB, or RGBA. Raises ValueError for anything else.
    """
    channels = image.shape[2] if image.ndim == 3 else 1
    known = image.ndim in (2, 3) and 1 <= channels <= 4 and image.size > 0
    if known and image.dtype == np.uint8:
        return _flatten(image.reshape(*image.shape[:2], channels))
    if known and image.ndim == 2 and image.dtype == np.bool_:
        return image.astype(np.uint8) * np.uint8(255)
    if known and image.ndim == 2 and np.issubdtype(image.dtype, np.integer):
        return (np.clip(image.astype(np.int64), 0, 0xFFFF) >> 8).astype(np.uint8)
    raise ValueError(
        f"the picture is {image.dtype} {image.shape}: "
        "send grey, RGB or RGBA with 8 bits, or 16-bit grey"
    )


def _flatten(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return uint8 (H, W) of uint8 (H, W, 1 … 4)."""
    coloured = image.shape[2] >= 3
    grey = image[..., 0]
    if coloured:
        grey = np.asarray(
            cv2.cvtColor(np.ascontiguousarray(image[..., :3]), cv2.COLOR_RGB2GRAY), np.uint8
        )
    if image.shape[2] in (2, 4):
        opacity = image[..., -1].astype(np.float32) / 255
        grey = np.rint(grey * opacity + 255 * (1 - opacity)).astype(np.uint8)
    return np.ascontiguousarray(grey)
