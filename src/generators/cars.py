"""Cars as plates see them: panels, windscreens, lamps, grilles, bumpers, by day and by night.

A car is drawn in its own units: x from -1 (left side) to 1, y from -0.85 (roof) to 0.8 (ground),
and so large that a picture often shows only a part of it, as pictures of plates do.
"""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from .draws import integer, uniform
from .noise import smooth_field
from .textures import asphalt, clouds, mesh, plain, shapes
from .writing import random_words, write

_GLOW_SIDE = 129

Points = list[tuple[float, float]]


@dataclass(frozen=True)
class _Frame:
    """Where a car stands in a picture: its middle in px, and px per unit."""

    image: NDArray[np.uint8]
    x: float
    y: float
    unit: float

    def pixel(self, x: float, y: float) -> tuple[int, int]:
        return int(self.x + x * self.unit), int(self.y + y * self.unit)

    def fill(self, points: Points, grey: float) -> None:
        """Fill one polygon."""
        pixels = np.array([self.pixel(x, y) for x, y in points], np.int32)
        cv2.fillPoly(self.image, [pixels], (_grey(grey),))

    def mirrored(self, points: Points, grey: float) -> None:
        """Fill a polygon given by its right half, from top to bottom."""
        self.fill(points + [(-x, y) for x, y in reversed(points)], grey)

    def pair(self, points: Points, grey: float) -> None:
        """Fill a polygon on the right and its mirror image on the left."""
        self.fill(points, grey)
        self.fill([(-x, y) for x, y in points], grey)

    def disc(self, x: float, y: float, rx: float, ry: float, grey: float, line: int = -1) -> None:
        """Draw an ellipse, filled or as a ``line`` of that many px."""
        axes = (max(1, round(rx * self.unit)), max(1, round(ry * self.unit)))
        cv2.ellipse(self.image, self.pixel(x, y), axes, 0, 0, 360, (_grey(grey),), line)

    def level(self, half: float, y: float, grey: float) -> None:
        """Draw a level line across the car, from -half to half."""
        thickness = max(1, round(self.unit / 80))
        ends = self.pixel(-half, y), self.pixel(half, y)
        cv2.line(self.image, *ends, (_grey(grey),), thickness)


def car(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    """A car from the front or the rear in daylight, near enough to be cut off at the edges."""
    image = _surroundings(rng, height, width)
    _draw_car(rng, _place(rng, image), uniform(rng, 15, 235))
    return _light_up(rng, image)


def panel(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    """A piece of bodywork from close by: smooth paint, creases, a grille, a badge, a recess."""
    image = plain(rng, height, width)
    paint = int(image[height // 2, width // 2])
    if rng.random() < 0.4:
        top = int(height * uniform(rng, 0.5, 0.95))
        image[top:] = mesh(rng, height - top, width)
    thickness = max(1, height // 90)
    bend = uniform(rng, -0.2, 0.2)
    x = np.linspace(0, width, 9)
    for share, tone in rng.uniform((0, -70), (1, 70), (integer(rng, 1, 5), 2)):
        y = height * (share + bend * (2 * x / width - 1) ** 2)
        line = np.rint(np.column_stack((x, y))).astype(np.int32)
        for step, change in ((0, tone), (thickness, -tone)):
            grey = (_grey(paint + change),)
            cv2.polylines(image, [line + np.array((0, step))], False, grey, thickness, cv2.LINE_AA)
    frame = _place(rng, image)
    if rng.random() < 0.5:
        half, tall, y = rng.uniform((0.2, 0.06, -0.3), (0.7, 0.2, 0.3))
        frame.mirrored([(half * 0.95, y - tall), (half, y), (half * 0.95, y + tall)], paint - 50)
    if rng.random() < 0.5:
        radius, y = rng.uniform((0.04, -0.4), (0.12, 0.4))
        frame.disc(0, y, radius, radius, uniform(rng, 0, 255))
        frame.disc(0, y, radius, radius, uniform(rng, 100, 255), max(1, round(radius * 20)))
    return _light_up(rng, image)


def street_at_night(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    """Lamps with glare in the dark, with a dim car in front half of the time."""
    image = clouds(rng, height, width) if rng.random() < 0.5 else plain(rng, height, width)
    lamps = rng.uniform(0, 1, (integer(rng, 2, 14), 3)) * (width, height * 0.7, 1)
    if rng.random() < 0.6:
        own = np.array(_draw_car(rng, _place(rng, image), uniform(rng, 15, 235)))
        own = np.column_stack((own, np.full(len(own), uniform(rng, 0.5, 4.0))))
        lamps = np.vstack([lamps, own])
    dim = cv2.convertScaleAbs(image, alpha=uniform(rng, 0.08, 0.45), beta=uniform(rng, 0, 14))
    image = dim.astype(np.uint8, copy=False)
    for x, y, power in lamps:
        add_glow(image, x, y, height * 0.05 * (0.3 + power), 120 + 60 * power)
    return image


def add_glow(image: NDArray[np.uint8], x: float, y: float, radius: float, peak: float) -> None:
    """Add a lamp at ``(x, y)`` px in place, saturating.

    Its burnt-out core is about ``radius`` px across and its glare reaches 2.5 times as far;
    ``peak`` is its brightness in percent of white.
    """
    reach = max(2, round(2.5 * radius))
    left, top = round(x) - reach, round(y) - reach
    side = 2 * reach + 1
    x1, y1 = max(0, left), max(0, top)
    x2, y2 = min(image.shape[1], left + side), min(image.shape[0], top + side)
    if x1 >= x2 or y1 >= y2:
        return
    glow = cv2.resize(_glow(), (side, side), interpolation=cv2.INTER_LINEAR)
    window = glow[y1 - top : y2 - top, x1 - left : x2 - left]
    patch = image[y1:y2, x1:x2]
    patch[:] = cv2.addWeighted(patch, 1.0, window, peak / 100, 0)


@lru_cache(maxsize=1)
def _glow() -> NDArray[np.uint8]:
    """Brightness of a lamp on film, 255 in the middle to 0 at the edge."""
    axis = np.linspace(-1, 1, _GLOW_SIDE)
    distance = np.hypot(axis[:, None], axis)
    core = np.exp(-((distance / 0.14) ** 2))
    glare = 0.30 * np.exp(-distance / 0.22) * np.clip(1 - distance, 0, 1)
    return np.asarray(np.clip(255 * (core + glare), 0, 255), np.uint8)


def _surroundings(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    """A street: something above the horizon, a road below it."""
    image = (shapes, clouds, plain, plain)[rng.integers(4)](rng, height, width)
    horizon = int(height * uniform(rng, 0.4, 0.9))
    image[horizon:] = asphalt(rng, height - horizon, width)
    return image


def _place(rng: np.random.Generator, image: NDArray[np.uint8]) -> _Frame:
    height, width = image.shape
    unit = max(height, width) * uniform(rng, 0.25, 1.0)
    x, y = rng.uniform((0.25, 0.3), (0.75, 0.7)) * (width, height)
    return _Frame(image, float(x), float(y), float(unit))


def _light_up(rng: np.random.Generator, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Soft light and reflections over everything, up to ±38 grey levels."""
    rows, columns = rng.integers(2, 7, size=2)
    light = smooth_field(rng, image.shape[0], image.shape[1], rows, columns)
    share = uniform(rng, 0.08, 0.3)
    return cv2.addWeighted(image, 1.0, light, share, -128 * share).astype(np.uint8, copy=False)


def _draw_car(rng: np.random.Generator, frame: _Frame, paint: float) -> Points:
    """Draw one car and return where its two lamps are, in px."""
    waist, front, seam, lamp_y, inner, drop, glass = rng.uniform(
        (-0.35, 0.45, 0.1, -0.05, 0.5, 0.06, 60), (-0.15, 0.6, 0.25, 0.12, 0.75, 0.16, 255)
    )
    roof, window, skirt = rng.uniform((-25, 20, -25), (25, 90, 25))
    frame.disc(0, 0.72, 1.1, 0.1, 12)  # its shadow
    frame.pair([(0.6, 0.3), (0.92, 0.3), (0.92, 0.78), (0.6, 0.78)], 18)  # its wheels
    if rng.random() < 0.9:
        outline = [(0.55, -0.85), (0.68, -0.78), (0.9, waist), (0.9, 0)]
        frame.mirrored(outline, paint + roof)
        frame.mirrored([(0.52, -0.76), (0.62, -0.72), (0.8, waist)], window)
    body = [(0.85, waist), (0.97, waist + 0.2), (1.0, 0.2), (0.97, front), (0.8, front + 0.1)]
    frame.mirrored(body, paint)
    frame.mirrored([(0.97, 0.2), (0.97, front), (0.8, front + 0.1)], paint + skirt)
    frame.level(0.93, seam, paint - 45)
    frame.level(0.8, waist + 0.03, paint + 40)
    top, low = lamp_y - drop, lamp_y + drop
    half = (top + lamp_y) / 2
    frame.pair([(inner, half), (0.95, top), (0.93, low), (inner, 2 * lamp_y - half)], paint - 60)
    x = (inner + 0.93) / 2
    for side in (-x, x):
        frame.disc(side, lamp_y, 0.1, drop * 0.6, glass)
    _draw_middle(rng, frame, lamp_y, inner, front)
    return [frame.pixel(side, lamp_y) for side in (-x, x)]


def _draw_middle(
    rng: np.random.Generator, frame: _Frame, lamp_y: float, inner: float, front: float
) -> None:
    """What lies between the lamps and below: grille or name, badge, intake, an empty recess."""
    half, tall, dark, radius = rng.uniform((0.6, 0.05, 10, 0.04), (0.95, 0.14, 70, 0.08))
    half *= inner
    badge, rim, recess = rng.uniform((0, 120, 0), 255)
    if rng.random() < 0.7:
        frame.mirrored([(half, lamp_y - tall), (half * 0.85, lamp_y + tall)], dark)
        for share in np.linspace(-0.8, 0.8, integer(rng, 2, 8)):
            frame.level(half * 0.88, lamp_y + share * tall, dark + 70)
    else:
        name, size = random_words(rng).upper(), max(3.0, 0.1 * frame.unit)
        write(rng, frame.image, name, frame.pixel(-0.4, lamp_y - 0.08), size, _grey(rim))
    frame.disc(0, lamp_y, radius * 1.3, radius, badge)
    frame.disc(0, lamp_y, radius * 1.3, radius, rim, max(1, round(frame.unit / 70)))
    if rng.random() < 0.7:
        low = front - uniform(rng, 0.03, 0.1)
        frame.mirrored([(0.7, low - 0.08), (0.6, low + 0.08)], dark)
        for step in (-0.04, 0.0, 0.04):
            frame.level(0.62, low + step, dark + 40)
    if rng.random() < 0.5:
        frame.mirrored([(0.3, 0.24), (0.3, 0.4)], recess)


def _grey(value: float) -> int:
    return int(min(255.0, max(0.0, value)))
