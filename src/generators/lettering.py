"""Sets a row of characters into a plate: widths, gaps, dots, dashes, seals and spaces."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from .formats.base import DOT, HYPHEN, THIN_SPACE, seal_of, shows_character
from .scaling import resized
from .seals import seal_mask
from .typeface import MASTER_HEIGHT, TypeStyle, glyph_mask

STOP, COLON, SLASH = ".", ":", "/"
"""Of prices, dates and times, which no plate shows."""
_BLANKS = {
    " ": 0.24,
    THIN_SPACE: 0.10,
    DOT: 0.17,
    HYPHEN: 0.24,
    STOP: 0.13,
    COLON: 0.13,
    SLASH: 0.36,
}
"""Width of what has no strokes, in cap heights; a dot's is its diameter."""
_DASH = 0.12
"""Height of the dash in cap heights."""

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
) -> list[Box]:
    """Write `text` into the coverage `mask` (H, W), uint8, centred in `box` (pixels), in place.

    The box's height is the cap height. A text wider than its box is condensed to fit. Returns where the characters
    stand, one box each in pixels; dots, dashes, seals and spaces have none.
    Raises UserError for a character without strokes.
    """
    left, top, right, bottom = box
    parts = [_part(char, style) for char in text]
    gaps = [_gap(a, b, spacing) * MASTER_HEIGHT / spacing.stretch for a, b in pairwise(text)]
    # The row is put together at the height of the masters and brought to its size in one go.
    row = np.zeros(
        (MASTER_HEIGHT, round(sum(part.shape[1] for part in parts) + sum(gaps))), np.uint8
    )
    x = 0.0
    spans: list[tuple[int, int]] = []
    for char, part, gap in zip(text, parts, [*gaps, 0.0], strict=True):
        start = round(x)
        row[:, start : start + part.shape[1]] = part
        if shows_character(char):
            spans.append((start, start + part.shape[1]))
        x += part.shape[1] + gap
    if style.waist:
        row = _waisted(row, style.waist)
    wide = min(right - left, row.shape[1] * spacing.stretch * (bottom - top) / MASTER_HEIGHT)
    first, scale = (left + right - wide) / 2, wide / row.shape[1]
    _paste(mask, row, first, top, first + wide, bottom)
    return [(first + a * scale, top, first + b * scale, bottom) for a, b in spans]


def _waisted(row: NDArray[np.uint8], waist: float) -> NDArray[np.uint8]:
    """Return a row (MASTER_HEIGHT, width) with its middle moved down by a share of its height, its ends in place."""
    moved: NDArray[np.float32] = _mixing(waist) @ row.astype(np.float32)
    return np.rint(moved).astype(np.uint8)


@lru_cache(maxsize=8)
def _mixing(waist: float) -> NDArray[np.float32]:
    """How much of each line of a row is in each of those that are moved, (MASTER_HEIGHT, MASTER_HEIGHT)."""
    lines = np.arange(MASTER_HEIGHT)
    source = lines - waist * MASTER_HEIGHT * np.sin(np.pi * lines / (MASTER_HEIGHT - 1))
    return np.asarray(np.maximum(0, 1 - np.abs(source[:, None] - lines[None])), np.float32)


def _part(char: str, style: TypeStyle) -> NDArray[np.uint8]:
    """Coverage of a character or of what stands for it, (MASTER_HEIGHT, width)."""
    if char in _BLANKS:
        return _blank(char)
    sealed = seal_of(char)
    return seal_mask(*sealed) if sealed else glyph_mask(char, style)


def _gap(a: str, b: str, spacing: Spacing) -> float:
    """Room between two neighbours in cap heights."""
    return spacing.gap + (spacing.dot_gap if DOT in (a, b) else 0.0)


@lru_cache(maxsize=8)
def _blank(char: str) -> NDArray[np.uint8]:
    """Coverage of a space, of a dot or dash at half height, or of a punctuation mark."""
    side = round(_BLANKS[char] * MASTER_HEIGHT)
    mask = np.zeros((MASTER_HEIGHT, side), np.uint8)
    if char == DOT:
        # Small circles drawn directly come out as diamonds.
        large = np.zeros((8 * side, 8 * side), np.uint8)
        cv2.circle(large, (4 * side, 4 * side), 4 * side - 1, 255, -1)
        top = (MASTER_HEIGHT - side) // 2
        mask[top : top + side] = cv2.resize(large, (side, side), interpolation=cv2.INTER_AREA)
    elif char == HYPHEN:
        half = _DASH * MASTER_HEIGHT / 2
        mask[round(MASTER_HEIGHT / 2 - half) : round(MASTER_HEIGHT / 2 + half)] = 255
    elif char in (STOP, COLON):
        mask[-side:] = 255
        if char == COLON:
            middle = round(0.55 * MASTER_HEIGHT)
            mask[middle - side : middle] = 255
    elif char == SLASH:
        stroke = round(_DASH * MASTER_HEIGHT)
        ends = ((stroke // 2, MASTER_HEIGHT - 1), (side - 1 - stroke // 2, 0))
        cv2.line(mask, *ends, 255, stroke, cv2.LINE_AA)
    mask.setflags(write=False)
    return mask


def _paste(
    mask: NDArray[np.uint8],
    row: NDArray[np.uint8],
    left: float,
    top: float,
    right: float,
    bottom: float,
) -> None:
    """Resize a row to its box, rounded to whole pixels, and keep the larger coverage."""
    x, y = max(0, round(left)), max(0, round(top))
    width, height = max(1, round(right) - x), max(1, round(bottom) - y)
    small = resized(row, width, height)
    target = mask[y : y + height, x : x + width]
    cv2.max(target, small[: target.shape[0], : target.shape[1]], dst=target)
