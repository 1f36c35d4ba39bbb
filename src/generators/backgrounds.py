"""What surrounds a plate: drawn surfaces, cars, streets at night, writing, photographs."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from src.generators import cars, textures
from src.generators.noise import add_gaussian
from src.generators.writing import scatter_writing

Painter = Callable[[np.random.Generator, int, int], NDArray[np.uint8]]

_PAINTERS: tuple[tuple[float, Painter], ...] = (
    (1.0, textures.plain),
    (2.0, textures.clouds),
    (1.0, textures.asphalt),
    (1.0, textures.boards),
    (1.5, textures.wall),
    (1.0, textures.stripes),
    (2.5, textures.shapes),
    (1.0, textures.mesh),
    (3.0, cars.car),
    (2.5, cars.panel),
    (2.0, cars.street_at_night),
)
_UPPER_BOUNDS = np.cumsum([weight for weight, _ in _PAINTERS])
_ROUND = np.linspace(0, 2 * np.pi, 20, endpoint=False)
_CIRCLE = np.column_stack((np.cos(_ROUND), np.sin(_ROUND)))
_SQUARE = np.array(((1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (1.0, -1.0)))
_SOFTEN = ((3, 3), (5, 5))
_ENLARGE = (cv2.INTER_NEAREST, cv2.INTER_LINEAR, cv2.INTER_CUBIC)


def draw_background(
    rng: np.random.Generator,
    height: int,
    width: int,
    photos: Sequence[NDArray[np.uint8]] = (),
) -> NDArray[np.uint8]:
    """A grey uint8 picture ``(height, width)`` without a plate, of any kind a plate is seen on.

    ``photos`` are grey uint8 pictures of any size; with some given, half of the backgrounds are
    random pieces of them.
    """
    if photos and rng.random() < 0.5:
        return _piece(rng, photos[int(rng.integers(len(photos)))], height, width)
    if rng.random() < 0.15:
        # A thumbnail enlarged: the blocks and stairs of a low resolution.
        side = int(rng.integers(12, 48))
        return _piece(rng, _paint(rng, side, side), height, width)
    image = _paint(rng, height, width)
    if rng.random() < 0.3:
        scatter_writing(rng, image)
    if rng.random() < 0.5:
        # Lenses leave no stairs at edges; plates are drawn smooth, and so must be what is not one.
        image = cv2.GaussianBlur(image, _SOFTEN[rng.integers(2)], 0).astype(np.uint8, copy=False)
    if rng.random() < 0.4:
        image = add_gaussian(rng, image, rng.uniform(1, 9))
    return image


def _paint(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    kind = np.searchsorted(_UPPER_BOUNDS, rng.random() * _UPPER_BOUNDS[-1], side="right")
    painter = _PAINTERS[int(kind)][1]
    return painter(rng, height, width)


def _piece(
    rng: np.random.Generator, photo: NDArray[np.uint8], height: int, width: int
) -> NDArray[np.uint8]:
    """A random piece of ``photo``, zoomed up to three times, flipped or not, upright or turned."""
    rows, columns = photo.shape
    scale = max(height / rows, width / columns) * rng.uniform(1.0, 3.0) ** rng.random()
    if rng.random() < 0.5:
        piece = _turned(rng, photo, height, width, scale)
    else:
        tall, wide = max(1, int(height / scale)), max(1, int(width / scale))
        top, left = rng.integers(0, (rows - tall + 1, columns - wide + 1))
        window = photo[top : top + tall, left : left + wide]
        how = _ENLARGE[rng.integers(len(_ENLARGE))] if scale > 1 else cv2.INTER_AREA
        piece = cv2.resize(window, (width, height), interpolation=how).astype(np.uint8, copy=False)
    return np.ascontiguousarray(piece[:, ::-1]) if rng.random() < 0.5 else piece


def _turned(
    rng: np.random.Generator, photo: NDArray[np.uint8], height: int, width: int, scale: float
) -> NDArray[np.uint8]:
    """``photo`` turned about a point near its middle; black or mirrored beyond its edges."""
    rows, columns = photo.shape
    angle = rng.uniform(-25, 25) if rng.random() < 0.6 else rng.uniform(-180, 180)
    x, y = rng.uniform(0.35, 0.65, size=2) * (columns, rows)
    turn = cv2.getRotationMatrix2D((float(x), float(y)), float(angle), float(scale))
    turn[:, 2] += (width / 2 - x, height / 2 - y)
    border = cv2.BORDER_CONSTANT if rng.random() < 0.5 else cv2.BORDER_REFLECT_101
    how = cv2.INTER_NEAREST if scale > 2 and rng.random() < 0.5 else cv2.INTER_LINEAR
    turned = cv2.warpAffine(photo, turn, (width, height), flags=how, borderMode=border)
    return turned.astype(np.uint8, copy=False)


def draw_clutter(
    rng: np.random.Generator, image: NDArray[np.uint8], quads: NDArray[np.float32]
) -> None:
    """Put discs, bars and streaks into ``image`` in place, grey uint8 ``(H, W)``.

    They may touch the plates ``quads`` ``(N, 4, 2)`` float32 at the rim, never hide more than 5% of
    one, and leave the field with its text alone but for a sliver.
    """
    budget = np.array([0.05 * abs(cv2.contourArea(quad)) for quad in quads])
    fields = [_text_field(quad) for quad in quads]
    for _ in range(int(rng.integers(0, 12)) if rng.random() < 0.6 else 0):
        drawn, covered = _outlines(rng, image.shape[0], image.shape[1])
        hidden = np.array([_common_area(covered, quad) for quad in quads])
        text = np.array([_common_area(covered, field) for field in fields])
        grey = (int(rng.integers(256)),)
        if (hidden > budget).any() or (text > 0.2 * budget).any():
            continue
        budget -= hidden
        cv2.fillConvexPoly(image, np.rint(drawn * 16).astype(np.int32), grey, cv2.LINE_AA, 4)


def _outlines(
    rng: np.random.Generator, height: int, width: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A random disc, box or streak: its corners, and those of all pixels that drawing it touches.

    Both ``(n, 2)`` float32 px, convex.
    """
    side = min(height, width)
    centre = rng.uniform(0, 1, 2) * (width, height)
    kind = rng.random()
    if kind < 0.5:
        directions, reach = _CIRCLE, np.full(2, side * rng.uniform(0.01, 0.1))
    else:
        longest = (0.07, 0.07) if kind < 0.75 else (0.18, 0.009)
        reach = side * rng.uniform(0.2, 1.0, 2) * longest + 0.5
        directions = _SQUARE
    tilt = rng.uniform(0, np.pi) if kind > 0.9 else 0.0
    turn = np.array(((np.cos(tilt), np.sin(tilt)), (-np.sin(tilt), np.cos(tilt))))
    drawn, covered = (
        (centre + directions * size @ turn).astype(np.float32) for size in (reach, reach + 1.0)
    )
    return drawn, covered


def _text_field(quad: NDArray[np.float32]) -> NDArray[np.float32]:
    """The middle of a plate: 90% of its width, 70% of its height."""
    shares = np.array(((0.05, 0.15), (0.95, 0.15), (0.95, 0.85), (0.05, 0.85)), np.float32)
    x, y = shares[:, :1], shares[:, 1:]
    top = quad[0] + x * (quad[1] - quad[0])
    bottom = quad[3] + x * (quad[2] - quad[3])
    return np.asarray(top + y * (bottom - top), np.float32)


def _common_area(outline: NDArray[np.float32], quad: NDArray[np.float32]) -> float:
    """Area in px² that two convex polygons share."""
    if (outline.max(0) < quad.min(0)).any() or (quad.max(0) < outline.min(0)).any():
        return 0.0
    return float(cv2.intersectConvexConvex(outline, quad)[0])
