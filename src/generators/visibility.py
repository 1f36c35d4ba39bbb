"""Visible part of a partly hidden plate: how much of it, which characters, and its corners."""

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ..common.geometry import UNIT_SQUARE, from_plate
from ..common.texts import UNSEEN

Picture = NDArray[np.uint8]
Quad = NDArray[np.float32]
Boxes = NDArray[np.float32]

# A character counts as unseen when less than this share of it is visible: an 8 without its right side may be a 3.
LEAST_SEEN = 0.85
# Rows and columns of the map of what of a plate can be seen.
_MAP = (24, 96)
# A column or row of that map belongs to what is seen of a plate when this share of it is.
_EXTENT = 0.15


class Occluded(NamedTuple):
    """A picture (H, W), a plate's corners (4, 2) in it, and what can be seen of the plate.

    visible: (H, W) uint8, 255 where nothing stands before the scene.
    """

    image: Picture
    quad: Quad
    visible: Picture


def inside(image: Picture, quad: Quad) -> Occluded:
    """Return a picture before which nothing stands: what of a plate is beyond its edge is all that is not seen."""
    return Occluded(image, quad, np.full(image.shape, 255, np.uint8))


def seen_map(seen: Occluded) -> NDArray[np.float32]:
    """Return how much of the plate can be seen, in [0, 1], on a grid of (24, 96) cells over it."""
    rows, columns = _MAP
    # Cells and not their corners: a cell's centre lies half a cell inside its edge.
    target = UNIT_SQUARE * np.array((columns, rows), np.float32) - np.float32(0.5)
    matrix = cv2.getPerspectiveTransform(np.asarray(seen.quad, np.float32), target)
    flat = cv2.warpPerspective(seen.visible, matrix, (columns, rows), flags=cv2.INTER_LINEAR)
    return np.asarray(flat, np.float32) / np.float32(255)


def seen_text(text: str, boxes: Boxes, seen: NDArray[np.float32]) -> str:
    """Return a text with UNSEEN in place of each run of characters that cannot be seen.

    boxes: (characters, 4), left, top, right, bottom in shares of the plate. seen: of `seen_map`.
    """
    shown = ""
    for char, box in zip(text, boxes.tolist(), strict=True):
        if _share_seen(seen, box) >= LEAST_SEEN:
            shown += char
        elif not shown.endswith(UNSEEN):
            shown += UNSEEN
    return shown


def seen_quad_of(quad: Quad, seen: NDArray[np.float32]) -> Quad:
    """Return the corners (4, 2) of what can be seen of a plate: the smallest part, straight on it, that holds all.

    That is what there is to find: how far a plate goes on beyond the picture's edge nobody knows. A plate of which
    nothing can be seen keeps its corners.
    """
    columns = np.flatnonzero(seen.mean(axis=0) > _EXTENT)
    rows = np.flatnonzero(seen.mean(axis=1) > _EXTENT)
    if not len(columns) or not len(rows):
        return quad
    height, width = seen.shape
    left, right = columns[0] / width, (columns[-1] + 1) / width
    top, bottom = rows[0] / height, (rows[-1] + 1) / height
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    return from_plate(corners, quad)


def _share_seen(seen: NDArray[np.float32], box: Sequence[float]) -> float:
    height, width = seen.shape
    left, right = (min(max(round(x * width), 0), width) for x in (box[0], box[2]))
    top, bottom = (min(max(round(y * height), 0), height) for y in (box[1], box[3]))
    part = seen[top : max(bottom, top + 1), left : max(right, left + 1)]
    return float(part.mean()) if part.size else 0.0
