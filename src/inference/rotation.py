"""Reading pictures of cameras that hang upside down or lie on their side."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from .reader import Reading

Picture = NDArray[np.uint8]
Read = Callable[[Picture], list[Reading]]
# Degrees clockwise by which a picture can be turned before it is read, in the order in which they are tried.
ANGLES = (0, 180, 90, 270)
AUTO = "auto"
# A reading that is at least so sure says that the picture is the right way up.
SURE = 0.9


def rotated(read: Read, rotate: str) -> Read:
    """Return a function that reads pictures turned. rotate: degrees clockwise, one of `ANGLES`, or `AUTO`."""
    if rotate == AUTO:
        return partial(read_any_way_up, read)
    return partial(read_turned, read, angle=int(rotate)) if int(rotate) else read


def read_turned(read: Read, image: Picture, angle: int) -> list[Reading]:
    """Return the readings of a picture (H, W) turned by ``angle`` degrees clockwise, one of `ANGLES`.

    The corners are in the pixels of ``image``, as it came, clockwise from the plate's own top left.
    """
    turned = np.ascontiguousarray(np.rot90(image, -angle // 90))
    return [replace(r, quad=_turn_back(r.quad, image, angle)) for r in read(turned)]


def read_any_way_up(read: Read, image: Picture) -> list[Reading]:
    """Return the readings of a picture (H, W) in the rotation that gives the most confident one, as `read_turned` does.

    The first way with a reading of at least `SURE` is taken; where there is none, all four are tried, which takes four
    times as long.
    """
    best: list[Reading] = []
    for angle in ANGLES:
        readings = read_turned(read, image, angle)
        if _surest(readings) > _surest(best):
            best = readings
        if _surest(best) >= SURE:
            break
    return best


def _surest(readings: list[Reading]) -> float:
    return max((r.confidence for r in readings), default=0.0)


def _turn_back(quad: NDArray[np.float32], image: Picture, angle: int) -> NDArray[np.float32]:
    right, bottom = np.float32(image.shape[1] - 1), np.float32(image.shape[0] - 1)
    x, y = quad[:, 0], quad[:, 1]
    back = {
        0: (x, y),
        90: (y, bottom - x),
        180: (right - x, bottom - y),
        270: (right - y, x),
    }[angle]
    return np.stack(back, 1).astype(np.float32)
