"""Camera poses: where a plate's corners lie in the picture."""

import math

import numpy as np
from numpy.typing import NDArray

from .draws import uniform

# A share of plates is seen like a picture edited on a screen (turned, sheared, squeezed), not like one from a camera.
SHEARED = 0.3
# How far those are turned and sheared at most, in degrees; evenly, so that steep ones are as frequent as slight ones.
SHEARED_ROLL, SHEARED_SHEAR = 60.0, 62.0
# Their short edges lean no further than this from upright, in degrees: beyond, they would be slivers.
MAX_LEAN = 70.0
# How high those are, in shares of their own height, evenly on a logarithmic scale.
FLATTEST, TALLEST = 0.28, 1.2
# Height in pixels below which no plate is squeezed: nobody could read it.
LEAST_HEIGHT = 5.5
# Deviations in degrees of cameras from straight on: sideways, from above or below, and held askew …
YAW, PITCH, ROLL = 23.0, 16.0, 5.0
# … and the share of them that is held at any angle rather than upright, with its deviation.
TILTED, TILT = 0.4, 21.0
# No camera is further to the side or above than this, in degrees.
MAX_YAW, MAX_PITCH = 58.0, 45.0

Box = tuple[float, float, float, float]


def seen_quad(rng: np.random.Generator, aspect: float, width: float) -> NDArray[np.float32]:
    """Draw a view of a plate and return its corners (4, 2) around the origin, clockwise from its top left.

    aspect: width over height of the plate itself. width: pixels of the longer of its upper and lower edge.
    Seven of ten views are a camera's, near straight on for the most part; the others cover what is done to pictures on
    a screen. Large plates are seen straighter: a photograph that a plate fills is taken from in front of it.
    """
    calm = 1.0 if width < 160 else 0.5
    # Plain floats: on four corners a numpy call costs more than the arithmetic.
    yaw = min(MAX_YAW, max(-MAX_YAW, YAW * rng.standard_normal())) * calm
    pitch = min(MAX_PITCH, max(-MAX_PITCH, PITCH * rng.standard_normal())) * calm
    shear, squeeze = 0.0, 1.0
    if rng.random() < SHEARED:
        roll = uniform(rng, -SHEARED_ROLL, SHEARED_ROLL) * calm
        lean = uniform(rng, -SHEARED_SHEAR, SHEARED_SHEAR)
        shear = math.tan(math.radians(lean if abs(roll - lean) < MAX_LEAN else -lean))
        squeeze = FLATTEST * (TALLEST / FLATTEST) ** rng.random()
        squeeze = max(squeeze, min(1.0, LEAST_HEIGHT * aspect / width))
    else:
        roll = (TILT if rng.random() < TILTED else ROLL) * rng.standard_normal() * calm
    distance = uniform(rng, 2.0, 10.0)
    half = 0.5 / aspect * squeeze
    xx, xy, yx, yy, zx, zy = _turn(yaw, pitch, roll)
    flat = []
    for x, y in ((-0.5, -half), (0.5, -half), (0.5, half), (-0.5, half)):
        x += y * shear
        depth = 1.0 + (zx * x + zy * y) / distance
        flat.append(((xx * x + xy * y) / depth, (yx * x + yy * y) / depth))
    scale = width / max(math.dist(flat[0], flat[1]), math.dist(flat[3], flat[2]))
    return np.array(flat, np.float32) * np.float32(scale)


def filling_quad(
    rng: np.random.Generator, aspect: float, rows: int, columns: int
) -> NDArray[np.float32]:
    """Draw the corners (4, 2) of a plate that spans a picture (rows, columns), seen nearly straight on.

    It is 85 to 103% as wide as the picture, or as high where its height is what limits it.
    """
    span = uniform(rng, 0.85, 1.03)
    width = span * min(columns, rows * aspect)
    height = width / aspect
    left = uniform(rng, min(0.0, columns - width), max(0.0, columns - width))
    top = uniform(rng, min(0.0, rows - height), max(0.0, rows - height))
    slope = 0.02 * rng.standard_normal()
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]])
    corners += np.array([left - 0.5, top - 0.5])
    corners[:, 1] += slope * (corners[:, 0] - corners[:, 0].mean())
    return (corners + 0.02 * height * rng.standard_normal((4, 2))).astype(np.float32)


def _turn(yaw: float, pitch: float, roll: float) -> tuple[float, ...]:
    """First two columns, row by row, of the turn about the horizontal (pitch), then the vertical (yaw), then the
    viewing axis (roll), in degrees: a plate has no depth of its own, so that it needs no third.
    """
    yaw, pitch, roll = math.radians(yaw), math.radians(pitch), math.radians(roll)
    cy, sy, cr, sr = math.cos(yaw), math.sin(yaw), math.cos(roll), math.sin(roll)
    cp, sp = math.cos(pitch), math.sin(pitch)
    return (cr * cy, cr * sy * sp - sr * cp, sr * cy, sr * sy * sp + cr * cp, -sy, cy * sp)


def bounds(points: NDArray[np.float32]) -> Box:
    """Return the upright box (left, top, right, bottom) of points (N, 2), as floats."""
    xs, ys = points.T.tolist()
    return min(xs), min(ys), max(xs), max(ys)
