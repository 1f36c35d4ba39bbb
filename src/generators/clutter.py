"""Things that stand before a scene: discs, bars and streaks that hide a little of it."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .draws import integer, uniform
from .pose import Box, bounds

_ROUND = np.linspace(0, 2 * np.pi, 20, endpoint=False)
_CIRCLE = np.column_stack((np.cos(_ROUND), np.sin(_ROUND), np.ones(len(_ROUND)))).astype(np.float32)
_SQUARE = np.array(((1, 1, 1), (-1, 1, 1), (-1, -1, 1), (1, -1, 1)), np.float32)
"""Corners of a disc and a box of half axes 1, (n, 3): x, y and a 1, which a shape's place is multiplied with."""
_FIELD = np.array(
    [
        ((1 - x) * (1 - y), x * (1 - y), x * y, (1 - x) * y)
        for x, y in ((0.05, 0.15), (0.95, 0.15), (0.95, 0.85), (0.05, 0.85))
    ],
    np.float32,
)
"""Weights of a plate's four corners in each corner of its field of text, (4, 4)."""


def draw_clutter(
    rng: np.random.Generator, image: NDArray[np.uint8], quads: NDArray[np.float32]
) -> None:
    """Put discs, bars and streaks into ``image`` in place, grey uint8 ``(H, W)``.

    They may touch the plates ``quads`` ``(N, 4, 2)`` float32 at the rim, never hide more than 5% of
    one, and leave the field with its text alone but for a sliver.
    """
    if rng.random() >= 0.6:
        return
    plates = [_Plate.of(quad) for quad in quads]
    for _ in range(integer(rng, 0, 12)):
        shape = _Shape.draw(rng, image.shape[0], image.shape[1])
        grey = (integer(rng, 0, 256),)
        near = [plate for plate in plates if shape.may_meet(plate.box)]
        if not near or _spend(shape, near):
            outline = (16 * shape.outline() + 0.5).astype(np.int32)
            cv2.fillConvexPoly(image, outline, grey, cv2.LINE_AA, 4)


@dataclass
class _Plate:
    """A plate, its upright box, its field of text, and the area in px² that may still be hidden."""

    quad: NDArray[np.float32]
    box: Box
    field: NDArray[np.float32]
    budget: float

    @classmethod
    def of(cls, quad: NDArray[np.float32]) -> "_Plate":
        """Return a plate with nothing hidden yet; its text lies in the middle 90% × 70%."""
        return cls(quad, bounds(quad), _FIELD @ quad, 0.05 * abs(cv2.contourArea(quad)))


@dataclass(frozen=True)
class _Shape:
    """A disc or box: its middle, half axes and the direction of the first (cosine, sine), in px."""

    round: bool
    x: float
    y: float
    along: float
    across: float
    cos: float
    sin: float

    @classmethod
    def draw(cls, rng: np.random.Generator, height: int, width: int) -> "_Shape":
        """A random disc, bar or streak somewhere in a picture."""
        side = min(height, width)
        x, y, kind = width * rng.random(), height * rng.random(), rng.random()
        if kind < 0.5:
            radius = side * uniform(rng, 0.01, 0.1)
            return cls(True, x, y, radius, radius, 1.0, 0.0)
        longest = (0.07, 0.07) if kind < 0.75 else (0.18, 0.009)
        along, across = (side * uniform(rng, 0.2, 1.0) * share + 0.5 for share in longest)
        tilt = uniform(rng, 0, math.pi) if kind > 0.9 else 0.0
        return cls(False, x, y, along, across, math.cos(tilt), math.sin(tilt))

    def outline(self, rim: float = 0.0) -> NDArray[np.float32]:
        """Corners (n, 2) float32 of the shape grown by ``rim`` px, convex."""
        a, b, c, s = self.along + rim, self.across + rim, self.cos, self.sin
        own = np.array(((a * c, a * s), (-b * s, b * c), (self.x, self.y)), np.float32)
        outline: NDArray[np.float32] = (_CIRCLE if self.round else _SQUARE) @ own
        return outline

    def may_meet(self, box: Box) -> bool:
        """Return whether the shape with its soft rim may reach a box."""
        reach = math.hypot(self.along + 1, self.across + 1)
        left, top, right, bottom = box
        return left - reach <= self.x <= right + reach and top - reach <= self.y <= bottom + reach


def _spend(shape: _Shape, plates: list[_Plate]) -> bool:
    """Subtract what a shape hides from the plates' budgets; return False, and change nothing, if that is too much."""
    covered = shape.outline(1.0)
    hidden = [_common_area(covered, plate.quad) for plate in plates]
    for plate, area in zip(plates, hidden, strict=True):
        if area > plate.budget or _common_area(covered, plate.field) > 0.2 * plate.budget:
            return False
    for plate, area in zip(plates, hidden, strict=True):
        plate.budget -= area
    return True


def _common_area(outline: NDArray[np.float32], quad: NDArray[np.float32]) -> float:
    """Area in px² that two convex polygons share."""
    return float(cv2.intersectConvexConvex(outline, quad)[0])
