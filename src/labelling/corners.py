"""From boxes and polygons, in whatever order, to four corners in the plate's own order, as far as that can be told."""

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from .documents import listing, numbers
from .record import BAD_CORNERS, BROKEN, BrokenRow, Point

# A quad whose upper edge leans by less than this is taken to begin where it says.
_UPRIGHT = math.cos(math.radians(60))
# Plates that are wider than high by less than this may stand on either side.
_WIDE = 1.2


def points_of(value: object) -> list[Point]:
    """Return a list of points, each a list of x and y, as it stands in JSON; raises BrokenRow for anything else."""
    points: list[Point] = []
    for point in listing(value):
        values = numbers(point)
        if len(values) != 2:
            raise BrokenRow(BROKEN, "has points that are not x and y")
        points.append((values[0], values[1]))
    return points


def box(x: float, y: float, width: float, height: float) -> tuple[Point, ...]:
    """Return the corners of an upright box; x, y: its top left. Raises BrokenRow where it has no area."""
    if width <= 0 or height <= 0:
        raise BrokenRow(BAD_CORNERS, f"the box is {width:g} wide and {height:g} high")
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height))


def between(x1: float, y1: float, x2: float, y2: float) -> tuple[Point, ...]:
    """Return the corners of an upright box by two opposite ones of them."""
    return box(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))


def turned_box(
    x: float, y: float, width: float, height: float, degrees: float, about_centre: bool = False
) -> tuple[Point, ...]:
    """Return the corners of a box that was turned clockwise, about its top left or its centre."""
    corners = box(x, y, width, height)
    px, py = (x + width / 2, y + height / 2) if about_centre else (x, y)
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return tuple(
        (px + (cx - px) * cos - (cy - py) * sin, py + (cx - px) * sin + (cy - py) * cos)
        for cx, cy in corners
    )


def pairs(values: Sequence[float]) -> tuple[Point, ...]:
    """Return points from x, y, x, y …; raises BrokenRow for an odd number of values."""
    if len(values) % 2:
        raise BrokenRow(BAD_CORNERS, f"has {len(values)} values, which are no points")
    return tuple(zip(values[::2], values[1::2], strict=True))


def four_corners(points: Sequence[Point]) -> tuple[Point, ...]:
    """Return four corners of a polygon of three or more points; those given, where there are four.

    Raises BrokenRow for fewer points.
    """
    if len(points) < 3:
        raise BrokenRow(BAD_CORNERS, f"{len(points)} points are no plate")
    if len(points) == 4:
        return tuple(points)
    hull = cv2.convexHull(np.array(points, np.float32))
    length = cv2.arcLength(hull, True)
    for share in (0.01, 0.02, 0.03, 0.05, 0.08):
        fitted = cv2.approxPolyDP(hull, share * length, True)
        if len(fitted) == 4:
            return _points(np.asarray(fitted, np.float32).reshape(4, 2))
    return _points(np.asarray(cv2.boxPoints(cv2.minAreaRect(hull)), np.float32))


def own_order(points: Sequence[Point]) -> tuple[Point, ...]:
    """Return four corners clockwise, from what is most likely the plate's own top left.

    Corners that already run clockwise from a top left that can be one stay as they are. Else the plate is taken to be
    wider than high, and not to hang upside down.
    """
    clockwise = _turns_clockwise(points)
    if clockwise and _stands_upright(points):
        return tuple(points)
    given = np.array(points, np.float64)
    if clockwise:
        ring = given
    else:
        middle = given.mean(axis=0)
        ring = given[np.argsort(np.arctan2(*(given - middle).T[::-1]), kind="stable")]
    starts = [np.roll(ring, -start, axis=0) for start in range(4)]
    wide = [quad for quad in starts if _aspect(quad) >= 1]
    best = max(wide if _aspect(wide[0]) > _WIDE else starts, key=_uprightness)
    return _points(best)


def _aspect(quad: NDArray[np.float64]) -> float:
    edges = np.linalg.norm(np.roll(quad, -1, axis=0) - quad, axis=1)
    across, down = float(edges[0] + edges[2]), float(edges[1] + edges[3])
    return across / down if down else math.inf


def _uprightness(quad: NDArray[np.float64]) -> float:
    """Return the cosine of the angle between a plate's writing and the picture's rows."""
    along = quad[1] - quad[0] + quad[2] - quad[3]
    length = float(np.hypot(*along))
    return float(along[0]) / length if length else -1.0


# The two that nearly every plate passes, in plain numbers: arrays of four points take ten times as long.
def _turns_clockwise(points: Sequence[Point]) -> bool:
    for at in range(4):
        (ax, ay), (bx, by), (cx, cy) = points[at - 2], points[at - 1], points[at]
        if (bx - ax) * (cy - by) - (by - ay) * (cx - bx) <= 0:
            return False
    return True


def _stands_upright(points: Sequence[Point]) -> bool:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = points
    along, down = bx - ax + cx - dx, by - ay + cy - dy
    return along > _UPRIGHT * math.hypot(along, down)


def _points(quad: NDArray[np.float64] | NDArray[np.float32]) -> tuple[Point, ...]:
    return tuple((float(x), float(y)) for x, y in quad.tolist())
