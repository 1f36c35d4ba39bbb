"""Labels with characters that OpenCV's built-in font, which knows ASCII alone, does not have.

What plates can show is drawn with the strokes that plates are drawn with. Of any other character the code point is
shown, so that the label still says what it is.
"""

from itertools import groupby

import cv2
import numpy as np
from numpy.typing import NDArray

from ..generators.shapes import find_shapes
from ..generators.typeface import TypeStyle, glyph_mask

FONT = cv2.FONT_HERSHEY_SIMPLEX

# Height of what is no ASCII over that of a capital: syllables have more strokes, and need the room.
_TALL = 1.25
_STYLE = TypeStyle(weight=1, slant=1, oval=1, shapes={})


def shown(text: str) -> str:
    """Return a text in which `<U+8C6B>` stands for each character that cannot be drawn."""
    return "".join(
        char if char.isascii() or find_shapes(char) else f"<U+{ord(char):04X}>" for char in text
    )


def label_mask(text: str, scale: float, weight: int) -> NDArray[np.uint8]:
    """Return the coverage of a text in one row, (H, W) uint8.

    text: as `shown` returns it, not empty.
    scale: of `FONT`.
    weight: of its strokes in pixels.
    """
    (_, capital), descent = cv2.getTextSize(text, FONT, scale, weight)
    above = round(_TALL * capital)
    parts: list[NDArray[np.uint8]] = []
    for ascii_alone, run in groupby(text, str.isascii):
        if ascii_alone:
            parts.append(_written("".join(run), scale, weight, above, descent))
        else:
            parts += [_drawn(char, above, descent) for char in run]
    return np.hstack(parts)


def _written(text: str, scale: float, weight: int, above: int, descent: int) -> NDArray[np.uint8]:
    (width, _), _ = cv2.getTextSize(text, FONT, scale, weight)
    mask = np.zeros((above + descent, width), np.uint8)
    cv2.putText(mask, text, (0, above), FONT, scale, 255, weight, cv2.LINE_AA)
    return mask


def _drawn(char: str, above: int, descent: int) -> NDArray[np.uint8]:
    """Return a character in the strokes of plates on the base line, with a gap on both sides."""
    glyph = glyph_mask(char, _STYLE)
    width = max(1, round(glyph.shape[1] * above / glyph.shape[0]))
    gap = max(1, above // 10)
    mask = np.zeros((above + descent, width + 2 * gap), np.uint8)
    small = cv2.resize(glyph, (width, above), interpolation=cv2.INTER_AREA)
    mask[:above, gap : gap + width] = small
    return mask
