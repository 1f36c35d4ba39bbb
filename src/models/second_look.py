"""Detections made precise by the corner refiner."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from src.common.geometry import from_plate, is_readable_quad
from src.common.rectify import cut
from src.models.base import Detection
from src.models.corner_refiner import LOOK_FRAME, LOOK_HEIGHT, LOOK_WIDTH, CornerRefiner
from src.models.runtime import Run

Picture = NDArray[np.uint8]
# Each look starts where the last one ended. Measured on drawn scenes: 95.6% read after two, 95.9% after three.
LOOKS = 3


def look_again(
    refine: Run, image: Picture, detections: Sequence[Detection], looks: int = LOOKS
) -> list[Detection]:
    """Return the detections in a picture (H, W), in their order, with better corners and rows of text.

    refine: the refiner's network. Detections without area are left out; one whose new corners would make no plate keeps
    its old ones.
    """
    found = [d for d in detections if is_readable_quad(d.quad)]
    for _ in range(looks if found else 0):
        canvases = np.stack([take_look(image, d.quad) for d in found])
        corners, lines = CornerRefiner.decode(refine(canvases[:, None]))
        found = [_moved(d, c, int(n)) for d, c, n in zip(found, corners, lines, strict=True)]
    return found


def take_look(image: Picture, quad: NDArray[np.float32]) -> Picture:
    """Return what the refiner sees (64, 128) of a plate whose corners are thought to be ``quad`` (4, 2)."""
    return cut(image, quad, LOOK_FRAME, LOOK_HEIGHT, LOOK_WIDTH)


def _moved(detection: Detection, corners: NDArray[np.float32], lines: int) -> Detection:
    quad = from_plate(corners, detection.quad)
    return Detection(quad if is_readable_quad(quad) else detection.quad, detection.score, lines)
