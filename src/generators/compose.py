"""Finding room for plates in a picture and drawing them there."""

import cv2
import numpy as np
from numpy.typing import NDArray

from src.generators.formats.base import PlateSpec
from src.generators.holder import draw_holder
from src.generators.lookalikes import draw_lookalike
from src.generators.paste import edges_of, paste
from src.generators.plate import draw_plate
from src.generators.pose import seen_quad
from src.generators.templates import PlateTemplates

Picture = NDArray[np.uint8]
Quad = NDArray[np.float32]

# Share of plates in a frame with a dealer's strip.
HOLDERS = 0.35
# Share of plates that are in another light than what surrounds them, mostly a weaker one.
RELIT = 0.5
# Part of the picture's side by which a plate's outline may reach out of the picture.
OVERHANG = 0.015
# Height in pixels at which plates are drawn, before they are seen from afar.
MIN_DRAWN, MAX_DRAWN = 48, 128
_TRIES = 12


def place(rng: np.random.Generator, image: Picture, taken: list[Quad], quad: Quad) -> Quad | None:
    """Move a quad to where it lies in the picture and on none of those taken; None when there is no room."""
    size = np.array(image.shape[::-1], np.float64)
    low, high = quad.min(0), quad.max(0)
    first, last = -OVERHANG * size - low, (1 + OVERHANG) * size - high
    if (last < first).any():
        return None
    for _ in range(_TRIES):
        moved = (quad + rng.uniform(first, last)).astype(np.float32)
        if not any(_touch(moved, other) for other in taken):
            return moved
    return None


def paste_plate(
    rng: np.random.Generator,
    image: Picture,
    spec: PlateSpec,
    quad: Quad,
    templates: PlateTemplates | None,
) -> None:
    """Draw a plate into a picture, in place, its corners on a quad; some with a frame around them."""
    sides = np.linalg.norm(quad - np.roll(quad, 1, 0), axis=1)  # left, upper, right, lower edge
    seen = float(max(sides[0], sides[2]))
    height = int(np.clip(1.5 * seen, MIN_DRAWN, MAX_DRAWN))
    plate = draw_plate(spec, rng, height, templates)
    picture, corners = plate.image, edges_of(plate.image)
    if rng.random() < HOLDERS:
        picture, corners = draw_holder(plate, rng)
    if rng.random() < RELIT:
        picture = _relight(rng, picture)
    paste(rng, image, picture, corners, quad)


def paste_lookalike(rng: np.random.Generator, image: Picture, taken: list[Quad]) -> None:
    """Draw something that could be mistaken for a plate where there is room, in place."""
    wide = float(rng.uniform(0.12, 0.6)) * image.shape[1]
    quad = place(rng, image, taken, seen_quad(rng, float(rng.uniform(1.6, 6.0)), wide))
    if quad is not None:
        taken.append(quad)
        put_lookalike(rng, image, quad)


def put_lookalike(rng: np.random.Generator, image: Picture, quad: Quad) -> None:
    """Draw something that could be mistaken for a plate, in place, its corners on a quad."""
    picture = draw_lookalike(rng, int(rng.integers(32, 96)))
    paste(rng, image, picture, edges_of(picture), quad)


def _relight(rng: np.random.Generator, picture: Picture) -> Picture:
    gain = float(rng.uniform(0.2, 1.05))
    lift = float(rng.uniform(0, 40)) * (1 - gain)
    return np.asarray(cv2.convertScaleAbs(picture, alpha=gain, beta=lift), np.uint8)


def _touch(a: Quad, b: Quad) -> bool:
    """Say whether two quads' upright boxes meet."""
    return bool(((a.min(0) < b.max(0)) & (b.min(0) < a.max(0))).all())
