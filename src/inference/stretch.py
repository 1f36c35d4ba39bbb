"""Pictures of one size, for networks that take no other."""

import cv2
import numpy as np
from numpy.typing import NDArray

from .settings import Size


def stretched(image: NDArray[np.uint8], size: Size) -> NDArray[np.uint8]:
    """Return a grey picture (H, W) of this height and width, whatever that makes of its sides' ratio."""
    height, width = size
    return np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
