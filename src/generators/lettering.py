"""Sets a row of characters into a plate: widths, gaps, dots and spaces."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from src.generators.formats.base import DOT, THIN_SPACE
from src.generators.typeface import MASTER_HEIGHT, TypeStyle, glyph_mask

_BLANKS = {" ": 0.24, THIN_SPACE: 0.10, DOT: 0.17}
"""Width of what has no strokes, in cap heights; a dot's is its diameter."""
_DOT_MASTER = 36
"""Side in pixels of the dot's mask; small circles drawn directly come out as diamonds."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Spacing:
    """How a row is set: `stretch` multiplies the width of all characters; `gap`, in cap heights,
    parts two neighbours, and `dot_gap` is the extra room on both sides of a dot.
    """

    stretch: float = 1.0
    gap: float = 0.13
    dot_gap: float = 0.10


def draw_row(
    mask: NDArray[np.uint8], text: str, box: Box, style: TypeStyle, spacing: Spacing
) -> None:
    """Write `text` into the coverage `mask` (H, W), uint8, centred in `box` (pixels), in place.

    The box's height is the cap height. A text wider than its box is condensed to fit.
    Raises KeyError for a character without strokes.
    """
    left, top, right, bottom = box
    cap = bottom - top
    widths = [_width(char, style) * spacing.stretch for char in text]
    gaps = [_gap(a, b, spacing) for a, b in pairwise(text)]
    natural = (sum(widths) + sum(gaps)) * cap
    squeeze = min(1.0, (right - left) / natural)
    x = (left + right - natural * squeeze) / 2
    for char, width, space in zip(text, widths, [*gaps, 0.0], strict=True):
        end = x + width * cap * squeeze
        if char == DOT:
            middle, half = (top + bottom) / 2, _BLANKS[DOT] * cap / 2
            _paste(mask, _dot_mask(), x, middle - half, end, middle + half)
        elif char not in _BLANKS:
            _paste(mask, glyph_mask(char, style), x, top, end, bottom)
        x = end + space * cap * squeeze


def _width(char: str, style: TypeStyle) -> float:
    """Width of a character in cap heights."""
    return _BLANKS[char] if char in _BLANKS else glyph_mask(char, style).shape[1] / MASTER_HEIGHT


def _gap(a: str, b: str, spacing: Spacing) -> float:
    """Room between two neighbours in cap heights."""
    return spacing.gap + (spacing.dot_gap if DOT in (a, b) else 0.0)


@lru_cache(maxsize=1)
def _dot_mask() -> NDArray[np.uint8]:
    """Coverage of a disc that fills its square."""
    mask = np.zeros((_DOT_MASTER, _DOT_MASTER), np.uint8)
    cv2.circle(mask, (_DOT_MASTER // 2, _DOT_MASTER // 2), _DOT_MASTER // 2 - 1, 255, -1)
    mask.setflags(write=False)
    return mask


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
    method = cv2.INTER_AREA if 2 * height < glyph.shape[0] else cv2.INTER_LINEAR
    small = cv2.resize(glyph, (width, height), interpolation=method)
    target = mask[y : y + height, x : x + width]
    np.maximum(target, small[: target.shape[0], : target.shape[1]], out=target)
