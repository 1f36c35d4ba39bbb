"""Putting a flat picture into a scene in perspective."""

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Quad = NDArray[np.float32]
# A share of pictures is sampled without smoothing, as cheap cameras, screens and fast resizers do.
ALIASED = 0.15


def map_corners(corners: Quad, target: Quad) -> NDArray[np.float64]:
    """Return the 3×3 perspective that takes corners (4, 2) of a flat picture to the target quad (4, 2)."""
    return np.asarray(cv2.getPerspectiveTransform(corners, target), np.float64)


def edges_of(picture: Picture) -> Quad:
    """Return the outer corners of a picture: its edges lie half a pixel outside its pixels' centres."""
    height, width = picture.shape
    return np.array(
        [[-0.5, -0.5], [width - 0.5, -0.5], [width - 0.5, height - 0.5], [-0.5, height - 0.5]],
        np.float32,
    )


def transform(points: Quad, matrix: NDArray[np.float64]) -> Quad:
    """Return points (N, 2) seen through a perspective."""
    return np.asarray(cv2.perspectiveTransform(points[None], matrix)[0], np.float32)


def paste(
    rng: np.random.Generator, scene: Picture, picture: Picture, corners: Quad, target: Quad
) -> None:
    """Draw a flat picture into a scene, in place, so that its points ``corners`` come to lie on ``target``.

    The picture is shrunk to about the size at which it is seen first, so that sampling it skips no pixels; but for
    the share ALIASED.
    """
    aliased = rng.random() < ALIASED
    seen = max(np.hypot(*(target[3] - target[0])), np.hypot(*(target[2] - target[1])))
    drawn = float(np.hypot(*(corners[3] - corners[0])))
    shrink = seen * rng.uniform(1.0, 1.5) / max(drawn, 1.0)
    if shrink < 0.8 and not aliased:
        height, width = picture.shape
        size = (max(8, round(width * shrink)), max(4, round(height * shrink)))
        scale = np.array([size[0] / width, size[1] / height], np.float32)
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
        corners = (corners + 0.5) * scale - 0.5
    matrix = map_corners(corners, target)
    outline = transform(edges_of(picture), matrix)
    height, width = scene.shape
    x1, y1 = np.maximum(np.floor(outline.min(0)).astype(int) - 1, 0)
    x2, y2 = np.minimum(np.ceil(outline.max(0)).astype(int) + 2, (width, height))
    if x2 <= x1 or y2 <= y1:
        return
    shift = np.array([[1, 0, -x1], [0, 1, -y1], [0, 0, 1]], np.float64)
    size = (int(x2 - x1), int(y2 - y1))
    flags = cv2.INTER_NEAREST if aliased and rng.random() < 0.5 else cv2.INTER_LINEAR
    warped = cv2.warpPerspective(
        picture, shift @ matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    mask = np.zeros((size[1], size[0]), np.uint8)
    outline = np.round((outline - (x1, y1)) * 16).astype(np.int32)
    cv2.fillConvexPoly(mask, outline, 255, cv2.LINE_8 if aliased else cv2.LINE_AA, shift=4)
    region = scene[y1:y2, x1:x2]
    inverse = cv2.bitwise_not(mask)
    region[:] = cv2.add(
        cv2.multiply(warped, mask, scale=1 / 255), cv2.multiply(region, inverse, scale=1 / 255)
    )
