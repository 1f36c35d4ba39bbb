"""Proportional type faces for writing that is no plate, each letter drawn once and resized from then on.

Drawing text with OpenCV costs about 50 µs a word; putting its letters together from masks costs a tenth.
"""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from .paste import blend
from .scaling import resized

FACES = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_PLAIN,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
)
BOLDNESS = (1, 2, 3, 4)
"""Thicknesses of a stroke in pixels of a mask."""
CAPITAL = 24
"""Height in pixels of a mask's capitals."""
_ABOVE, _BELOW = 4, 10
_HEIGHT = _ABOVE + CAPITAL + _BELOW
_SPACE = 10
_GAP = 3


def text_mask(text: str, face: int, boldness: int) -> NDArray[np.uint8]:
    """Coverage (38, width) of a line of text of capitals 24 px high, their base line 10 px above the lower edge."""
    letters = [_letter(char, face, boldness) for char in text]
    return np.concatenate(letters, axis=1)


def put_text(
    image: NDArray[np.uint8],
    mask: NDArray[np.uint8],
    place: tuple[float, float],
    scale: float,
    ink: int,
) -> None:
    """Write what `text_mask` returned, resized by `scale`, in one grey into `image`, in place.

    `place` is the left end of the base line, in pixels. What lies outside the picture is cut off.
    """
    width, height = max(1, round(mask.shape[1] * scale)), max(1, round(_HEIGHT * scale))
    left, top = round(place[0]), round(place[1] - (_ABOVE + CAPITAL) * scale)
    x1, y1 = max(left, 0), max(top, 0)
    x2, y2 = min(left + width, image.shape[1]), min(top + height, image.shape[0])
    if x2 <= x1 or y2 <= y1:
        return
    cover = resized(mask, width, height)[y1 - top : y2 - top, x1 - left : x2 - left]
    blend(image[y1:y2, x1:x2], cv2.convertScaleAbs(cover, alpha=ink / 255), cv2.bitwise_not(cover))


@lru_cache(maxsize=4096)
def _letter(char: str, face: int, boldness: int) -> NDArray[np.uint8]:
    """Coverage of a character with a gap after it, (38, its own width)."""
    if char == " ":
        return np.zeros((_HEIGHT, _SPACE), np.uint8)
    font, scale, top = _calibrated(face)
    canvas = np.zeros((4 * CAPITAL, 4 * CAPITAL), np.uint8)
    cv2.putText(canvas, char, (CAPITAL, 2 * CAPITAL), font, scale, (255,), boldness, cv2.LINE_AA)
    inked = np.flatnonzero(canvas.any(axis=0))
    columns = slice(int(inked[0]), int(inked[-1]) + 1 + _GAP) if len(inked) else slice(_SPACE)
    return np.ascontiguousarray(canvas[top - _ABOVE : top - _ABOVE + _HEIGHT, columns])


@lru_cache(maxsize=len(FACES))
def _calibrated(face: int) -> tuple[int, float, int]:
    """The font of a face, the scale that makes its capitals 24 px high, and the row in which they then begin.

    Measured on a drawn H: what OpenCV says of its fonts differs from version to version.
    """
    font, scale = FACES[face], 1.0
    for _ in range(2):
        canvas = np.zeros((4 * CAPITAL, 4 * CAPITAL), np.uint8)
        cv2.putText(canvas, "H", (CAPITAL, 2 * CAPITAL), font, scale, (255,), 1, cv2.LINE_8)
        inked = np.flatnonzero(canvas.any(axis=1))
        rows = int(inked[-1]) + 1 - int(inked[0])
        scale *= CAPITAL / rows
    return font, scale * rows / CAPITAL, int(inked[0])
