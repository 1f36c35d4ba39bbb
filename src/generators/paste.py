"""Putting a flat picture into a scene in perspective."""

import math
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from src.generators.pose import bounds

Picture = NDArray[np.uint8]
Quad = NDArray[np.float32]
# A share of pictures is sampled without smoothing, as cheap cameras, screens and fast resizers do.
ALIASED = 0.15


def edges_of(picture: Picture) -> Quad:
    """Return the outer corners of a picture: its edges lie half a pixel outside its pixels' centres."""
    height, width = picture.shape
    right, bottom = width - 0.5, height - 0.5
    return np.array([[-0.5, -0.5], [right, -0.5], [right, bottom], [-0.5, bottom]], np.float32)


def paste(
    rng: np.random.Generator, scene: Picture, picture: Picture, corners: Quad, target: Quad
) -> None:
    """Draw a flat picture into a scene, in place, so that its points ``corners`` come to lie on ``target``.

    The picture is shrunk towards the size at which it is seen first, so that sampling it skips no pixels; but for
    the share ALIASED.
    """
    aliased = rng.random() < ALIASED
    if not aliased:
        picture, corners = _shrink(picture, corners, target)
    matrix = np.asarray(cv2.getPerspectiveTransform(corners, target), np.float64)
    outline = cv2.perspectiveTransform(edges_of(picture)[None], matrix)[0].astype(np.float32)
    left, top, right, bottom = bounds(outline)
    x1, y1 = max(math.floor(left) - 1, 0), max(math.floor(top) - 1, 0)
    x2, y2 = min(math.ceil(right) + 2, scene.shape[1]), min(math.ceil(bottom) + 2, scene.shape[0])
    if x2 <= x1 or y2 <= y1:
        return
    matrix[0] -= x1 * matrix[2]
    matrix[1] -= y1 * matrix[2]
    flags = cv2.INTER_NEAREST if aliased and rng.random() < 0.5 else cv2.INTER_LINEAR
    warped = cv2.warpPerspective(
        picture, matrix, (x2 - x1, y2 - y1), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    # The mask is warped like the picture: polygon fillers draw half a pixel too much on every side.
    white = _white(*picture.shape)
    mask = cv2.warpPerspective(white, matrix, (x2 - x1, y2 - y1), flags=flags)
    blend(scene[y1:y2, x1:x2], cv2.multiply(warped, mask, scale=1 / 255), cv2.bitwise_not(mask))


def blend(region: Picture, picture: cv2.typing.MatLike, keep: cv2.typing.MatLike) -> None:
    """Dim a region to the share ``keep`` / 255 and add a picture that is dimmed to the rest already, in place."""
    cv2.add(cv2.multiply(region, keep, scale=1 / 255), picture, dst=region)


def _shrink(picture: Picture, corners: Quad, target: Quad) -> tuple[Picture, Quad]:
    """Average the picture down by about a whole number when it is seen much smaller; the corners go along exactly."""
    seen = max(math.dist(target[3], target[0]), math.dist(target[2], target[1]))
    block = int(math.dist(corners[3], corners[0]) / max(seen, 1.0))
    if block < 2:
        return picture, corners
    rows, columns = picture.shape
    width, height = max(round(columns / block), 2), max(round(rows / block), 2)
    small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    ratio = np.array((width / columns, height / rows), np.float32)
    return small.astype(np.uint8, copy=False), (corners + np.float32(0.5)) * ratio - np.float32(0.5)


@lru_cache(maxsize=256)
def _white(rows: int, columns: int) -> Picture:
    white = np.full((rows, columns), 255, np.uint8)
    white.flags.writeable = False
    return white
