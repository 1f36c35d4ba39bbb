"""Detection at several scales: a network that learned plates of 28 to 256 pixels finds all others too."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ..common.geometry import quad_size, rescale
from ..common.shrink import shrunk
from .detection import Detection
from .tiles import Level, detect_in_tiles, plan_levels

Picture = NDArray[np.uint8]
# A picture is shrunk to this share of its size unless its longer side were below FLOOR pixels then: the narrowest
# plates that can be read, 48 pixels, are 34 wide then, and plates are found from 24 on.
FINE, FLOOR = 0.7, 384
# A pass shows nothing new if the next finer one is at most so many times finer than the one before it: the localizer
# finds plates of 24 to 160 pixels, so each is found in one of those two, and most in both.
SPAN = 4.0
# A plate that is narrower than this share of the picture's longer side is small for it: there are many more places
# where such a one could be than for others.
SMALL = 28 / 640
# No more candidates than this are read that were found in the whole picture, and than this in its tiles.
MAX_CANDIDATES, MAX_TILED = 32, 64


def find_plates(
    localize: Callable[[Picture], list[Detection]], image: Picture, long_sides: Sequence[int]
) -> list[Detection]:
    """Return the detections of all passes in the picture's pixels; one plate may come several times.

    First come those in the whole picture, then those in its tiles, of each the best first.

    The picture is looked at as a whole and, where its finest level is larger than that, in tiles, as `plan_passes`
    says. Without ``long_sides`` it is searched as it is, once: for a localizer that shrinks it itself.
    """
    height, width = image.shape
    passes = plan_passes(height, width, long_sides)
    found: list[Detection] = []
    # Finest first: each is shrunk from the one before it, which has fewer pixels than the picture.
    small = image
    for scale in reversed(passes.whole):
        small = shrunk(small, (max(1, round(height * scale)), max(1, round(width * scale))))
        for d in localize(small):
            found.append(replace(d, quad=rescale(d.quad, small.shape, image.shape)))
    tiled = [
        replace(detection, tiled=quad_size(detection.quad)[0] < SMALL * max(height, width))
        for level in passes.tiled
        for detection in detect_in_tiles(localize, image, level)
    ]
    return _best(found, MAX_CANDIDATES) + _best(tiled, MAX_TILED)


class Passes(NamedTuple):
    """How a picture is searched. whole: scales in (0, 1] of the whole picture, ascending. tiled: the finer levels."""

    whole: list[float]
    tiled: list[Level]


def plan_passes(height: int, width: int, long_sides: Sequence[int]) -> Passes:
    """Return the passes over a picture: no more, and no finer ones, than readable plates need.

    Its longer side is shrunk to each of ``long_sides`` in turn, none of them finer than FINE says. What is then still
    shrunk is searched in tiles, as `plan_levels` says. Whole passes whose neighbours see all that they do are left out.
    """
    longest = max(height, width)
    finest = min(1.0, max(FINE, FLOOR / longest)) if long_sides else 1.0
    scales = sorted({min(finest, side / longest) for side in long_sides}) or [1.0]
    levels = plan_levels(height, width, scales[-1])
    finer = [*scales[1:], *(max(level.width, level.height) / longest for level in levels[:1])]
    whole = scales[:1]
    for scale, after in zip(scales[1:], [*finer[1:], math.inf], strict=False):
        if after > SPAN * whole[-1]:
            whole.append(scale)
    return Passes(whole, levels)


def _best(found: list[Detection], count: int) -> list[Detection]:
    return sorted(found, key=lambda d: -d.score)[:count]


def pad_to_multiple(image: Picture, multiple: int) -> Picture:
    """Repeat the right and lower edge until both sides are multiples; coordinates stay what they are."""
    down, right = (-side % multiple for side in image.shape)
    if not down and not right:
        return image
    return np.asarray(cv2.copyMakeBorder(image, 0, down, 0, right, cv2.BORDER_REPLICATE), np.uint8)
