"""Pictures averaged down to fewer pixels."""

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
# Bilinear samples see two pixels each way: so far apart at most, they leave out nothing of note.
_BILINEAR = 1.5


def shrunk(image: Picture, shape: tuple[int, int]) -> Picture:
    """Return a picture (H, W) averaged down to another shape that is no larger; itself where that is its own.

    It is halved as often as that leaves whole numbers of pixels, and sampled bilinearly for the rest where that is
    little, which misses no pixel then: OpenCV does each of both ten times as fast as it averages to other sizes.
    """
    height, width = shape
    while not any(side % 2 for side in image.shape):
        rows, columns = image.shape[0] // 2, image.shape[1] // 2
        if rows < height or columns < width:
            break
        image = _resized(image, (rows, columns), cv2.INTER_AREA)
    if image.shape == shape:
        return image
    near = image.shape[0] < _BILINEAR * height and image.shape[1] < _BILINEAR * width
    return _resized(image, shape, cv2.INTER_LINEAR if near else cv2.INTER_AREA)


def _resized(image: Picture, shape: tuple[int, int], how: int) -> Picture:
    return np.asarray(cv2.resize(image, shape[::-1], interpolation=how), np.uint8)
