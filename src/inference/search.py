"""Detection at several scales: a network that learned plates of 28 to 256 pixels finds all others too."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ..common.geometry import rescale
from .detection import Detection
from .tiles import detect_in_tiles, plan_levels

Picture = NDArray[np.uint8]
# No more candidates than this are read that were found in the whole picture, and than this in its tiles.
MAX_CANDIDATES, MAX_TILED = 32, 64


def find_plates(
    localize: Callable[[Picture], list[Detection]], image: Picture, long_sides: Sequence[int]
) -> list[Detection]:
    """Return the detections of all passes in the picture's pixels; one plate may come several times.

    First come those in the whole picture, then those in its tiles, of each the best first.

    A picture is shrunk so that its longer side is each of ``long_sides`` in turn; one that is smaller than that is
    searched as it is, once. What is then still shrunk is searched in tiles, up to its full size, as `plan_levels`
    says. Without ``long_sides`` the picture is searched as it is, once: for a localizer that shrinks it itself.
    """
    height, width = image.shape
    longest = max(height, width)
    passes = sorted({min(1.0, side / longest) for side in long_sides}) or [1.0]
    found: list[Detection] = []
    for scale in passes:
        size = tuple(max(1, round(side * scale)) for side in image.shape[::-1])
        small = image if scale == 1 else cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        for d in localize(np.asarray(small, np.uint8)):
            quad = rescale(d.quad, small.shape, image.shape)
            found.append(Detection(quad, d.score, d.lines))
    tiled = [
        detection
        for level in plan_levels(height, width, passes[-1])
        for detection in detect_in_tiles(localize, image, level)
    ]
    return _best(found, MAX_CANDIDATES) + _best(tiled, MAX_TILED)


def _best(found: list[Detection], count: int) -> list[Detection]:
    return sorted(found, key=lambda d: -d.score)[:count]


def pad_to_multiple(image: Picture, multiple: int) -> Picture:
    """Repeat the right and lower edge until both sides are multiples; coordinates stay what they are."""
    down, right = (-side % multiple for side in image.shape)
    if not down and not right:
        return image
    return np.asarray(cv2.copyMakeBorder(image, 0, down, 0, right, cv2.BORDER_REPLICATE), np.uint8)
