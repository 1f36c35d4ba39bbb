"""Sets a row of characters into a plate: widths, gaps, dots and spaces."""

import cv2
import numpy as np
from numpy.typing import NDArray

from src.generators.formats.base import DOT, THIN_SPACE
from src.generators.typeface import MASTER_HEIGHT, TypeStyle, glyph_mask

GAP = 0.13
"""Between two characters, in cap heights."""
_BLANKS = {" ": 0.24, THIN_SPACE: 0.10, DOT: 0.17}
"""Width of what has no strokes, in cap heights; a dot's is its diameter."""
_DOT_GAP = 0.10
"""Extra room on both sides of a dot, in cap heights."""

Box = tuple[float, float, float, float]


def draw_row(
    mask: NDArray[np.uint8], text: str, box: Box, style: TypeStyle, stretch: float, gap: float
) -> None:
    """Write `text` into the coverage `mask` (H, W), uint8, centred in `box` (pixels), in place.

    The box's height is the cap height. `stretch` widens all characters, `gap` the room between
    them (1 = as designed); a text wider than its box is condensed to fit.
    """
    left, top, right, bottom = box
    cap = bottom - top
    widths = [_width(char, style) * stretch for char in text]
    gaps = [_gap(a, b) * gap for a, b in zip(text[:-1], text[1:], strict=True)]
    natural = (sum(widths) + sum(gaps)) * cap
    squeeze = min(1.0, (right - left) / natural)
    x = (left + right - natural * squeeze) / 2
    for char, width, space in zip(text, widths, [*gaps, 0.0], strict=True):
        end = x + width * cap * squeeze
        if char == DOT:
            _draw_dot(mask, ((x + end) / 2, (top + bottom) / 2), (end - x) / 2)
        elif char not in _BLANKS:
            _paste(mask, glyph_mask(char, style), x, top, end, bottom)
        x = end + space * cap * squeeze


def _width(char: str, style: TypeStyle) -> float:
    """Width of a character in cap heights."""
    return _BLANKS[char] if char in _BLANKS else glyph_mask(char, style).shape[1] / MASTER_HEIGHT


def _gap(a: str, b: str) -> float:
    """Room between two neighbours in cap heights."""
    return GAP + (_DOT_GAP if DOT in (a, b) else 0.0)


def _draw_dot(mask: NDArray[np.uint8], centre: tuple[float, float], radius: float) -> None:
    x, y = round((centre[0] - 0.5) * 16), round((centre[1] - 0.5) * 16)
    cv2.circle(mask, (x, y), round(radius * 16), 255, -1, cv2.LINE_AA, 4)


def _paste(
    mask: NDArray[np.uint8],
    glyph: NDArray[np.uint8],
    left: float,
    top: float,
    right: float,
    bottom: float,
) -> None:
    """Resize a glyph to its box, rounded to whole pixels, and keep the larger coverage."""
    x, y = max(0, round(left)), max(0, round(top))
    width, height = max(1, round(right) - x), max(1, round(bottom) - y)
    # Down to one half, two taps alias no more than the camera will, at half the cost.
    method = cv2.INTER_AREA if 2 * height < MASTER_HEIGHT else cv2.INTER_LINEAR
    small = cv2.resize(glyph, (width, height), interpolation=method)
    target = mask[y : y + height, x : x + width]
    np.maximum(target, small[: target.shape[0], : target.shape[1]], out=target)
