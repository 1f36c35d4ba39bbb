"""Putting a flat picture into a scene in perspective."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Quad = NDArray[np.float32]
# A share of pictures is sampled without smoothing, as cheap cameras, screens and fast resizers do.
ALIASED = 0.25
# Matrices from a picture halved 0, 1, 2 … times to the picture: a pixel's centre lies half a pixel inside its edge.
_ENLARGE = tuple(
    np.array(((2**n, 0, 2**n / 2 - 0.5), (0, 2**n, 2**n / 2 - 0.5), (0, 0, 1)), np.float64)
    for n in range(6)
)
# What a picture without holes hides, cut to its size. No picture here is larger.
_BLACK = np.zeros((512, 2048), np.uint8)
_BLACK.setflags(write=False)


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
    halvings = 0 if aliased else _halvings(corners, target)
    matrix = np.asarray(cv2.getPerspectiveTransform(corners, target), np.float64)
    x1, y1, x2, y2 = _window(picture.shape, matrix, scene.shape)
    if x2 <= x1 or y2 <= y1:
        return
    matrix[0] -= x1 * matrix[2]
    matrix[1] -= y1 * matrix[2]
    hidden = _BLACK[: picture.shape[0], : picture.shape[1]]
    if halvings:
        picture, hidden = _halved(picture, halvings)
        matrix = matrix @ _ENLARGE[halvings]
    flags = cv2.INTER_NEAREST if aliased and rng.random() < 0.5 else cv2.INTER_LINEAR
    size = (x2 - x1, y2 - y1)
    # Before a black border the picture comes out dimmed by its share of each pixel; what is hidden, before a white
    # one, as the share of the scene to keep. Polygon fillers would draw half a pixel too much on every side.
    dimmed = cv2.warpPerspective(picture, matrix, size, flags=flags)
    keep = cv2.warpPerspective(hidden, matrix, size, flags=flags, borderValue=(255,))
    blend(scene[y1:y2, x1:x2], dimmed, keep)


def blend(region: Picture, picture: cv2.typing.MatLike, keep: cv2.typing.MatLike) -> None:
    """Dim a region to the share ``keep`` / 255 and add a picture that is dimmed to the rest already, in place."""
    cv2.add(cv2.multiply(region, keep, scale=1 / 255), picture, dst=region)


def _window(
    size: tuple[int, ...], matrix: NDArray[np.float64], scene: tuple[int, ...]
) -> tuple[int, int, int, int]:
    """Where in the scene (rows, columns) a picture of a size shows: left, top and, not included, right, bottom."""
    (a, b, c), (d, e, f), (g, h, i) = matrix.tolist()
    xs, ys = [], []
    for x in (-0.5, size[1] - 0.5):
        for y in (-0.5, size[0] - 0.5):
            depth = g * x + h * y + i
            xs.append((a * x + b * y + c) / depth)
            ys.append((d * x + e * y + f) / depth)
    return (
        max(math.floor(min(xs)) - 1, 0),
        max(math.floor(min(ys)) - 1, 0),
        min(math.ceil(max(xs)) + 2, scene[1]),
        min(math.ceil(max(ys)) + 2, scene[0]),
    )


def _halvings(corners: Quad, target: Quad) -> int:
    """How often a picture can be halved and still be at least as large as it is seen."""
    upper_left, upper_right, lower_right, lower_left = target.tolist()
    seen = max(math.dist(lower_left, upper_left), math.dist(lower_right, upper_right), 1.0)
    own = float(corners[3, 1] - corners[0, 1])
    return min(max(int(math.log2(own / seen)), 0), len(_ENLARGE) - 1) if own > seen else 0


def _halved(picture: Picture, times: int) -> tuple[Picture, Picture]:
    """Average blocks of 2**times pixels square; return the smaller picture and its transparency, 0 to 255.

    Blocks that reach over the edge count black there, and as transparent as they are empty: so edges stay where they
    were. Averaging down to any other size costs ten times as much.
    """
    block = 2**times
    rows, columns = picture.shape
    below, right = -rows % block, -columns % block
    if below or right:
        picture = cv2.copyMakeBorder(picture, 0, below, 0, right, cv2.BORDER_CONSTANT).astype(
            np.uint8, copy=False
        )
    height, width = (rows + below) // block, (columns + right) // block
    small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    hidden = np.zeros((height, width), np.uint8)
    hidden[-1], hidden[:, -1] = 255 * below // block, 255 * right // block
    filled = (block - below) * (block - right) / block**2
    hidden[-1, -1] = round(255 * (1 - filled))
    return small.astype(np.uint8, copy=False), hidden
