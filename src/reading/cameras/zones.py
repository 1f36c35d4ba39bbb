"""Zones of a camera's picture: polygons in shares of its width and height."""

from collections.abc import Iterable, Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ..path import Place

Polygon = tuple[tuple[float, float], ...]
"""Corners x, y as shares of the picture's width and height, from 0 to 1; the last one joins the first."""


def area(polygon: Polygon) -> float:
    """Return the area of a polygon as a share of the picture's."""
    return float(cv2.contourArea(np.array(polygon, np.float32)))


def visited(
    zones: Mapping[str, Polygon], path: Sequence[Place], height: int, width: int
) -> tuple[str, ...]:
    """Return the names of the zones in which the middle of a plate was, in the order in which it came to them.

    path: in pixels of a picture of that height and width.
    """
    found: dict[str, None] = {}
    for place in path:
        x, y = (place.x + 0.5) / width, (place.y + 0.5) / height
        found |= dict.fromkeys(name for name, polygon in zones.items() if _holds(polygon, x, y))
    return tuple(found)


def black_out(picture: NDArray[np.uint8], masks: Iterable[Polygon]) -> NDArray[np.uint8]:
    """Return a picture (H, W) or (H, W, channels) with the masks made black; itself where there are none."""
    polygons = [pixels(mask, *picture.shape[:2]) for mask in masks]
    if not polygons:
        return picture
    covered = picture.copy()
    for polygon in polygons:
        cv2.fillPoly(covered, [polygon], (0, 0, 0))
    return covered


def pixels(polygon: Polygon, height: int, width: int) -> NDArray[np.int32]:
    """Return a polygon's corners (N, 2) in pixels of a picture."""
    corners = np.array(polygon, np.float32) * np.array((width, height), np.float32) - 0.5
    return np.asarray(np.rint(corners), np.int32)


def _holds(polygon: Polygon, x: float, y: float) -> bool:
    return cv2.pointPolygonTest(np.array(polygon, np.float32), (x, y), False) >= 0
