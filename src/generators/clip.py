"""Clips: vehicles that drive past a standing camera, frame by frame, each plate in changing pose, light and blur.

A plate may leave the picture by any of its edges, or pass behind a post or a barrier.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..common.geometry import quad_cover
from ..common.plates import LabelledPlate
from .backgrounds import draw_background
from .cars import panel
from .degrade_pixels import motion_kernel
from .draws import uniform
from .formats.base import PlateSpec
from .noise import add_gaussian
from .paste import edges_of, paste
from .plate import draw_plate
from .scene import Scene

Picture = NDArray[np.uint8]
Quad = NDArray[np.float32]

# Height in pixels at which a plate is drawn, and the piece of bodywork around it in plate widths and heights.
_DRAWN, _BODY_WIDTH, _BODY_HEIGHT = 80, 1.7, 3.0
# Width of a plate where its vehicle comes into sight and where it leaves, as shares of the picture's.
_FAR, _NEAR = 0.09, 0.32
# Height in the picture of the vanishing point and of where vehicles leave, as shares of the picture's.
_HORIZON, _LEAVES = 0.3, 0.8
# Distance of the camera in plate widths, which decides how strong the perspective is.
_DISTANCE = 5.0
_POST_GREY = 50
# Share of a frame's time for which its shutter is open, and the longest smear in heights of the plate.
_SHUTTER, _SMEAR = 0.25, 0.15


@dataclass(frozen=True)
class Stop:
    """Where the middle of a plate is in a frame (x, y), and how wide the plate is, as shares of the picture's size.

    Places below 0 and above 1 are beyond the edges.
    """

    frame: int
    x: float
    y: float
    share: float


@dataclass(frozen=True)
class Passage:
    """One vehicle's way through a clip: its plate, the frames first … last - 1, and where it leaves (0 left, 1 right).

    Vehicles come from the middle of the picture, far away, and leave towards the camera. One with a route does not: it
    goes from stop to stop, in the order of their frames, and stands where it is before the first and after the last.
    """

    spec: PlateSpec
    first: int
    last: int
    lane: float = 0.5
    route: tuple[Stop, ...] = ()


@dataclass(frozen=True)
class Post:
    """Something upright or level that stands before all vehicles: its edges, as shares of the picture's size."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class _Vehicle:
    """What one vehicle looks like, and how it is turned at the start and at the end (pitch, yaw, roll in radians)."""

    passage: Passage
    body: Picture
    plate: Quad
    turned: tuple[NDArray[np.float64], NDArray[np.float64]]


def draw_clip(
    rng: np.random.Generator,
    passages: Sequence[Passage],
    frames: int,
    height: int,
    width: int,
    posts: Sequence[Post] = (),
) -> Iterator[Scene]:
    """Draw the frames of a clip one after the other, grey uint8 (height, width), with the plates that are in sight.

    A plate is in sight when all of it is in the picture and no post hides any of it; that does not mean that it can be
    read: far away it is a few pixels high. The light changes, the camera shakes a little, and noise is fresh in every
    frame. What is drawn with posts is otherwise the same as without.
    """
    scenery = draw_background(rng, height, width)
    vehicles = [_vehicle(rng, passage) for passage in passages]
    hiding = [_corners(post, height, width) for post in posts]
    shade_at, shade_depth, phase = rng.uniform((0.2, 0.1, 0), (0.8, 0.45, 2 * math.pi))
    for index in range(frames):
        image, plates, smear = scenery.copy(), [], np.zeros(2)
        present = [v for v in vehicles if v.passage.first <= index < v.passage.last]
        # The nearest, which is the lowest in the picture, hides the others.
        for vehicle in sorted(present, key=lambda v: _way(v, index)):
            quad, before = (_seen(vehicle, i, height, width, phase) for i in (index, index - 1))
            corners = edges_of(vehicle.body)
            matrix = cv2.getPerspectiveTransform(vehicle.plate, quad)
            target = cv2.perspectiveTransform(corners[None], matrix)[0].astype(np.float32)
            paste(rng, image, vehicle.body, corners, target)
            smear = _smear(quad, before)
            content = vehicle.passage.spec.content
            inside = bool((quad >= 0).all() and (quad < (width, height)).all())
            if inside and all(quad_cover(quad, post) == 0 for post in hiding):
                lines = vehicle.passage.spec.lines
                plates.append(LabelledPlate(content.text, content.prefix, lines, quad))
        for post in hiding:
            cv2.fillConvexPoly(image, np.rint(post).astype(np.int32), (_POST_GREY,))
        gain = 1 - shade_depth * math.exp(-(((index / frames - shade_at) / 0.15) ** 2))
        yield Scene(_exposed(rng, image, gain, smear), tuple(plates))


def _vehicle(rng: np.random.Generator, passage: Passage) -> _Vehicle:
    plate = draw_plate(passage.spec, rng, _DRAWN).image
    rows, columns = plate.shape
    body = panel(rng, round(_BODY_HEIGHT * rows), round(_BODY_WIDTH * columns)).copy()
    top, left = round(0.55 * (body.shape[0] - rows)), (body.shape[1] - columns) // 2
    body[top : top + rows, left : left + columns] = plate
    corners = edges_of(plate) + np.array((left, top), np.float32)
    limits = np.radians((12, 25, 5))
    start, end = rng.uniform(-limits, limits, (2, 3))
    return _Vehicle(passage, body, corners, (start, end))


def _way(vehicle: _Vehicle, index: int) -> float:
    """How far a vehicle has come, from 0 to 1."""
    passage = vehicle.passage
    return (index - passage.first) / max(passage.last - passage.first - 1, 1)


def _seen(vehicle: _Vehicle, index: int, height: int, width: int, phase: float) -> Quad:
    """Return the corners (4, 2) of a vehicle's plate in a frame."""
    way = _way(vehicle, index)
    size = vehicle.passage.spec.size
    start, end = vehicle.turned
    half = 0.5 * size[1] / size[0]
    flat = np.array([[-0.5, -half, 0], [0.5, -half, 0], [0.5, half, 0], [-0.5, half, 0]])
    points = flat @ cv2.Rodrigues(start + (end - start) * way)[0].T
    share, x, y = _place(vehicle, index)
    shake = 0.002 * width * np.array((math.sin(1.7 * index + phase), math.sin(2.3 * index)))
    seen = points[:, :2] / (1 + points[:, 2:] / _DISTANCE) * share * width
    return np.asarray(seen + np.array((x * width, y * height)) + shake, np.float32)


def _place(vehicle: _Vehicle, index: int) -> tuple[float, float, float]:
    """Return a plate's width and the place of its middle (x, y) in a frame, as shares of the picture's size."""
    route, lane = vehicle.passage.route, vehicle.passage.lane
    if route:
        frames = [stop.frame for stop in route]
        ways = zip(*((stop.share, stop.x, stop.y) for stop in route), strict=True)
        share, x, y = (float(np.interp(index, frames, way)) for way in ways)
        return share, x, y
    share = _FAR * (_NEAR / _FAR) ** _way(vehicle, index)
    # All that drives straight at the camera moves away from the vanishing point as it grows.
    near = (share - _FAR) / (_NEAR - _FAR)
    return share, 0.5 + (lane - 0.5) * (0.3 + 0.7 * near), _HORIZON + (_LEAVES - _HORIZON) * near


def _corners(post: Post, height: int, width: int) -> Quad:
    """Return the corners (4, 2) of a post in a picture."""
    corners = [
        (post.left, post.top),
        (post.right, post.top),
        (post.right, post.bottom),
        (post.left, post.bottom),
    ]
    return np.array(corners, np.float32) * np.array((width, height), np.float32)


def _smear(quad: Quad, before: Quad) -> NDArray[np.float64]:
    """Return how far (x, y) in pixels a plate moves while the shutter is open."""
    moved = _SHUTTER * (quad.mean(0) - before.mean(0)).astype(np.float64)
    longest = _SMEAR * float(np.linalg.norm(quad[3] - quad[0]))
    length = float(np.linalg.norm(moved))
    return np.asarray(moved * min(1.0, longest / max(length, 1e-6)), np.float64)


def _exposed(
    rng: np.random.Generator, image: Picture, gain: float, smear: NDArray[np.float64]
) -> Picture:
    """Return a frame as the sensor gives it."""
    kernel = motion_kernel(1 + float(np.linalg.norm(smear)), math.atan2(smear[1], smear[0]))
    image = cv2.filter2D(image, -1, kernel).astype(np.uint8, copy=False)
    image = cv2.convertScaleAbs(image, alpha=gain).astype(np.uint8, copy=False)
    return add_gaussian(rng, image, uniform(rng, 1.5, 4.0))
