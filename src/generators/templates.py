"""Plates put together from pictures of their parts, in place of drawn ones."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .formats.base import PlateSpec
from .plate_faces import PlateFace

Grey = NDArray[np.uint8]
Box = tuple[float, float, float, float]

_TEXT_HEIGHT = 0.66
_FLAG_HEIGHT = 0.48
_GAP = 0.10
_PALE = 200
"""Heights over the plate's, the gap over the characters'; white paper is at least _PALE."""


@dataclass(frozen=True)
class PlateTemplates:
    """Pictures of a plate's parts, each grey uint8 (h, w), dark on light.

    `face` is the lettering that they show; `names` and `flags` are keyed by region ("ZH"), `digits` by "0"…"9".
    """

    face: PlateFace
    blank: Grey
    dot: Grey
    country_flag: Grey
    digits: dict[str, Grey]
    names: dict[str, Grey]
    flags: dict[str, Grey]


def assemble(
    spec: PlateSpec, templates: PlateTemplates, height: int, width: int
) -> tuple[Grey, list[tuple[str, Box]]] | None:
    """Put a plate of (height, width) together: flag, name, dot, digits, flag; say where in it the characters stand.

    None for what the parts do not make: two rows, letters after the digits, prefixes without a picture, coloured
    plates, other letterings.
    """
    prefix, number = spec.content.prefix, spec.content.number
    emblems = [mark.emblem for mark in spec.marks if mark.emblem]
    if spec.face != templates.face or spec.lines != 1:
        return None
    if len(emblems) < len(spec.marks) or prefix not in templates.names:
        return None
    if not set(number) <= set(templates.digits) or min(spec.paper) < _PALE:
        return None
    blank = cv2.resize(templates.blank, (width, height), interpolation=cv2.INTER_AREA)
    plate = blank.astype(np.uint8)
    left, right = 0.04 * width, 0.96 * width
    if emblems:
        size = _FLAG_HEIGHT * height
        left = 0.01 * width + _place(plate, templates.country_flag, left, size)
        flag = templates.flags[emblems[-1].name]
        room = flag.shape[1] * size / flag.shape[0]
        _place(plate, flag, right - room, size)
        right -= room + 0.01 * width
    cap = _TEXT_HEIGHT * height
    parts = [templates.names[prefix], templates.dot, *(templates.digits[d] for d in number)]
    # The dot's picture may be as high as the letters or only the dot: one scale fits both.
    scale = cap / parts[0].shape[0]
    widths = [part.shape[1] * scale for part in parts]
    gap = _GAP * cap
    natural = sum(widths) + gap * (len(parts) - 1)
    squeeze = min(1.0, (right - left) / natural)
    x = (left + right - natural * squeeze) / 2
    written: list[tuple[str, Box]] = []
    for text, part, part_width in zip((prefix, "", *number), parts, widths, strict=True):
        tall, wide = part.shape[0] * scale, part_width * squeeze
        _place(plate, part, x, tall, wide)
        # A region's letters stand in one picture, and are about equally wide.
        each = wide / max(len(text), 1)
        written += [
            (char, (x + i * each, (height - tall) / 2, x + (i + 1) * each, (height + tall) / 2))
            for i, char in enumerate(text)
        ]
        x += (part_width + gap) * squeeze
    return plate, written


def _place(
    plate: NDArray[np.uint8], part: Grey, left: float, height: float, width: float | None = None
) -> float:
    """Darken `plate` by a part, centred on its height; returns the part's right edge."""
    width = part.shape[1] * height / part.shape[0] if width is None else width
    size = (max(1, round(width)), max(1, round(height)))
    small = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    x, y = max(0, round(left)), max(0, round((plate.shape[0] - size[1]) / 2))
    target = plate[y : y + size[1], x : x + size[0]]
    np.minimum(target, small[: target.shape[0], : target.shape[1]], out=target)
    return left + width
