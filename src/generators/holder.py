"""The frame that holds a plate, with a dealer's strip below it."""

import cv2
import numpy as np
from numpy.typing import NDArray

from .draws import integer, uniform
from .plate import Plate
from .smalltext import draw_words


def draw_holder(
    plate: Plate, rng: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Put a plate into a frame.

    Returns the larger picture, grey uint8 (H, W), and the plate's quad in it, float32 (4, 2): the
    outer edges of the plate's corner pixels, so whole pixels less one half.
    """
    height, width = plate.image.shape
    side = max(1, round(uniform(rng, 0.02, 0.07) * height))
    top = max(1, round(uniform(rng, 0.02, 0.07) * height))
    strip = max(2, round(uniform(rng, 0.05, 0.28) * height))
    dark = rng.random() < 0.85
    frame = integer(rng, 8, 70) if dark else integer(rng, 130, 225)
    image = np.asarray(
        cv2.copyMakeBorder(
            plate.image, top, strip, side, side, cv2.BORDER_CONSTANT, value=(frame,)
        ),
        np.uint8,
    )
    if strip >= 5 and rng.random() < 0.75:
        ink = integer(rng, 160, 256) if dark else integer(rng, 0, 70)
        share = uniform(rng, 0.3, 0.8)
        left = side + round(width * (1 - share) / 2)
        draw_words(image[top + height :, left : left + round(width * share)], ink, rng)
    _bevel(image, frame, rng)
    left, above = side - 0.5, top - 0.5
    quad = [
        (left, above),
        (left + width, above),
        (left + width, above + height),
        (left, above + height),
    ]
    return image, np.array(quad, np.float32)


def _bevel(image: NDArray[np.uint8], frame: int, rng: np.random.Generator) -> None:
    """Light catches one long edge of the frame."""
    row = 0 if rng.random() < 0.5 else image.shape[0] - 1
    gleam = min(255, frame + integer(rng, 0, 90))
    image[row] = gleam
