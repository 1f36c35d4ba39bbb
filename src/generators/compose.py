"""Finding room for plates in a picture and drawing them there."""

import math
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from .draws import uniform
from .holder import draw_holder
from .lookalikes import some_lookalike
from .occlusion import CUT_HEIGHT, CUT_WIDTH, ENDS_CUT
from .paste import edges_of, paste
from .plate import Plate
from .pose import Box, bounds, seen_quad

Picture = NDArray[np.uint8]
Quad = NDArray[np.float32]

# Share of plates in a frame with a dealer's strip.
HOLDERS = 0.35
# Share of plates and lookalikes that are in another light than what surrounds them, mostly a weaker one.
RELIT = 0.5
# Part of the picture's side by which a plate's outline may reach out of the picture.
OVERHANG = 0.015
# Height in pixels at which plates are drawn, before they are seen from afar.
MIN_DRAWN, MAX_DRAWN = 36, 112
_TRIES = 12


def place(rng: np.random.Generator, image: Picture, taken: list[Box], quad: Quad) -> Quad | None:
    """Move a quad to where it lies in the picture and in none of the boxes taken; None when there is no room."""
    left, top, right, bottom = bounds(quad)
    height, width = image.shape
    x1, x2 = -OVERHANG * width - left, (1 + OVERHANG) * width - right
    y1, y2 = -OVERHANG * height - top, (1 + OVERHANG) * height - bottom
    if x2 < x1 or y2 < y1:
        return None
    for _ in range(_TRIES):
        dx, dy = uniform(rng, x1, x2), uniform(rng, y1, y2)
        if _is_free((left + dx, top + dy, right + dx, bottom + dy), taken):
            return quad + np.array((dx, dy), np.float32)
    return None


def place_across(
    rng: np.random.Generator, image: Picture, taken: list[Box], quad: Quad
) -> Quad | None:
    """Move a quad to where the picture's edge cuts it and none of the boxes taken is; None when there is no room."""
    left, top, right, bottom = bounds(quad)
    height, width = image.shape
    level, before = rng.random() < ENDS_CUT, rng.random() < 0.5
    for _ in range(_TRIES):
        dx, dy = uniform(rng, -left, width - right), uniform(rng, -top, height - bottom)
        if level:
            out = uniform(rng, *CUT_WIDTH) * (right - left)
            dx = -out - left if before else width + out - right
        else:
            out = uniform(rng, *CUT_HEIGHT) * (bottom - top)
            dy = -out - top if before else height + out - bottom
        if _is_free((left + dx, top + dy, right + dx, bottom + dy), taken):
            return quad + np.array((dx, dy), np.float32)
    return None


def _is_free(box: Box, taken: list[Box]) -> bool:
    """Return whether a box meets none of those taken."""
    left, top, right, bottom = box
    return all(left >= x2 or x1 >= right or top >= y2 or y1 >= bottom for x1, y1, x2, y2 in taken)


def paste_plate(
    rng: np.random.Generator,
    image: Picture,
    quad: Quad,
    draw: Callable[[int], Plate],
) -> Plate:
    """Show a plate in a picture, in place, its corners on a quad; some with a frame around them. Returns the plate.

    draw: returns the plate, so many pixels high.
    """
    upper_left, upper_right, lower_right, lower_left = quad.tolist()
    seen = max(math.dist(lower_left, upper_left), math.dist(lower_right, upper_right))
    height = int(min(max(seen * uniform(rng, 1.0, 1.5), MIN_DRAWN), MAX_DRAWN))
    plate = draw(height)
    picture, corners = plate.image, edges_of(plate.image)
    if rng.random() < HOLDERS:
        picture, corners = draw_holder(plate, rng)
    if rng.random() < RELIT:
        picture = _relight(rng, picture)
    paste(rng, image, picture, corners, quad)
    return plate


def paste_lookalike(rng: np.random.Generator, image: Picture, taken: list[Box]) -> None:
    """Draw something that could be mistaken for a plate where there is room, in place."""
    wide = uniform(rng, 0.12, 0.6) * image.shape[1]
    quad = place(rng, image, taken, seen_quad(rng, uniform(rng, 1.6, 6.0), wide))
    if quad is not None:
        taken.append(bounds(quad))
        put_lookalike(rng, image, quad)


def put_lookalike(rng: np.random.Generator, image: Picture, quad: Quad) -> None:
    """Draw something that could be mistaken for a plate, in place, its corners on a quad."""
    picture = some_lookalike(rng)
    if rng.random() < RELIT:
        picture = _relight(rng, picture)
    paste(rng, image, picture, edges_of(picture), quad)


def _relight(rng: np.random.Generator, picture: Picture) -> Picture:
    gain = uniform(rng, 0.2, 1.05)
    lift = uniform(rng, 0, 40) * (1 - gain)
    return np.asarray(cv2.convertScaleAbs(picture, alpha=gain, beta=lift), np.uint8)
