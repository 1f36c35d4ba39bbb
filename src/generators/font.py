"""A typeface that a user brings, as pictures of the characters that a format needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from .cells import in_cell, width_in_cell

FONT_HEIGHT = 96
"""Height in pixels of the pictures of a font's characters."""
_NATURAL_WEIGHT = 2
"""Index of the stroke weight of `plate_faces.WEIGHTS` that stands for a font as it is."""
_WEIGHT_STEP = 0.11
"""Part of full coverage by which the edge of a blurred character moves from one weight to the next."""
_BLUR = 0.02
"""Sigma of that blur over the height."""
_STEEP = 5.0


@dataclass(frozen=True, eq=False)
class Font:
    """Coverage of characters, uint8 (FONT_HEIGHT, width), 255 inside, by character. A font is equal to itself alone."""

    name: str
    masks: Mapping[str, NDArray[np.uint8]]


@lru_cache(maxsize=16384)
def font_mask(
    font: Font, char: str, weight: int, stretch: float, cell: float, height: int
) -> NDArray[np.uint8]:
    """Coverage of a character of a font, uint8 (height, width).

    weight: an index into `plate_faces.WEIGHTS`. stretch: multiplies its width. cell: as in `TextRow`, 0 for none.
    """
    drawn = font.masks[char]
    soft = cv2.GaussianBlur(drawn, (0, 0), _BLUR * FONT_HEIGHT)
    edge = 255 * (0.5 - _WEIGHT_STEP * (weight - _NATURAL_WEIGHT))
    steep = cv2.addWeighted(soft, _STEEP, soft, 0.0, 127.5 - _STEEP * edge)
    natural = drawn.shape[1] / FONT_HEIGHT
    wide = width_in_cell(natural, cell) if cell else natural
    size = (max(1, round(wide * stretch * height)), height)
    mask = cv2.resize(steep, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    return in_cell(mask, round(cell * stretch * height))
