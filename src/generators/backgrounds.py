"""What surrounds a plate: drawn surfaces, cars, streets at night, writing, photographs."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from src.generators import cars, textures
from src.generators.draws import integer, pick_index, uniform
from src.generators.noise import add_gaussian
from src.generators.pose import Box, bounds
from src.generators.scaling import resized
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
_SHARES = tuple(weight / sum(weight for weight, _ in _PAINTERS) for weight, _ in _PAINTERS)
_POOLED = 0.55
"""Share of backgrounds that are new pieces of pictures painted once: at a tenth of the cost, the larger part of the
variety. The others are painted afresh."""
_POOL_SIZE, _POOL_SIDE = 1024, 160
"""Number of pictures in the pool and their side in pixels: 26 MB in each process at most."""
_ROUND = np.linspace(0, 2 * np.pi, 20, endpoint=False)
_CIRCLE = np.column_stack((np.cos(_ROUND), np.sin(_ROUND))).astype(np.float32)
_SQUARE = np.array(((1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (1.0, -1.0)), np.float32)
_FIELD = np.array(
    [
        ((1 - x) * (1 - y), x * (1 - y), x * y, (1 - x) * y)
        for x, y in ((0.05, 0.15), (0.95, 0.15), (0.95, 0.85), (0.05, 0.85))
    ],
    np.float32,
)
"""Weights of a plate's four corners in each corner of its field of text, (4, 4)."""
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
    kind = rng.random()
    if kind < 0.15:
        # A thumbnail enlarged: the blocks and stairs of a low resolution.
        side = integer(rng, 12, 48)
        return _piece(rng, _paint(rng, side, side), height, width)
    if kind < 0.15 + _POOLED:
        image = _from_pool(rng, height, width)
    elif kind < 0.85:
        # Lenses leave no stairs at edges; plates are drawn smooth, and so must be what is not one.
        half = _paint(rng, max(12, height // 2), max(12, width // 2))
        image = resized(half, width, height)
    else:
        image = _paint(rng, height, width)
        if rng.random() < 0.3:
            image = cv2.GaussianBlur(image, (3, 3), 0).astype(np.uint8, copy=False)
    if rng.random() < 0.3:
        scatter_writing(rng, image)
    if rng.random() < 0.4:
        image = add_gaussian(rng, image, uniform(rng, 1, 9))
    return image


def _paint(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    painter = _PAINTERS[pick_index(rng, _SHARES)][1]
    return painter(rng, height, width)


def _from_pool(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    """A piece of one of the pictures in the pool, mirrored or not, in another light."""
    picture = _pool(integer(rng, 0, _POOL_SIZE))
    share = uniform(rng, 0.35, 1.0)
    long, wanted = _POOL_SIDE * share, max(height, width)
    rows, columns = max(4, int(long * height / wanted)), max(4, int(long * width / wanted))
    top, left = integer(rng, 0, _POOL_SIDE - rows + 1), integer(rng, 0, _POOL_SIDE - columns + 1)
    piece = picture[top : top + rows, left : left + columns]
    if rng.random() < 0.5:
        piece = piece[:, ::-1]
    gain = uniform(rng, 0.5, 1.2)
    lit = cv2.convertScaleAbs(piece, alpha=gain, beta=uniform(rng, 0.0, 60.0 * (1.3 - gain)))
    return resized(lit.astype(np.uint8, copy=False), width, height)


@lru_cache(maxsize=_POOL_SIZE)
def _pool(index: int) -> NDArray[np.uint8]:
    """Picture ``index`` of the pool: always the same, whichever process asks first."""
    picture = _paint(np.random.default_rng((20_240_301, index)), _POOL_SIDE, _POOL_SIDE)
    picture.setflags(write=False)
    return picture


def _piece(
    rng: np.random.Generator, photo: NDArray[np.uint8], height: int, width: int
) -> NDArray[np.uint8]:
    """A random piece of ``photo``, zoomed up to three times, flipped or not, upright or turned."""
    rows, columns = photo.shape
    scale = max(height / rows, width / columns) * uniform(rng, 1.0, 3.0) ** rng.random()
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
    angle = uniform(rng, -25, 25) if rng.random() < 0.6 else uniform(rng, -180, 180)
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
    if rng.random() >= 0.6:
        return
    plates = [_Plate.of(quad) for quad in quads]
    for _ in range(integer(rng, 0, 12)):
        drawn, covered = _outlines(rng, image.shape[0], image.shape[1])
        grey = (integer(rng, 0, 256),)
        box = bounds(covered)
        near = [plate for plate in plates if _meet(box, plate.box)]
        hidden = [_common_area(covered, plate.quad) for plate in near]
        text = [_common_area(covered, plate.field) for plate in near]
        if any(
            h > plate.budget or t > 0.2 * plate.budget
            for plate, h, t in zip(near, hidden, text, strict=True)
        ):
            continue
        for plate, area in zip(near, hidden, strict=True):
            plate.budget -= area
        cv2.fillConvexPoly(image, np.rint(drawn * 16).astype(np.int32), grey, cv2.LINE_AA, 4)


@dataclass
class _Plate:
    """A plate, its upright box, its field of text, and the area in px² that may still be hidden."""

    quad: NDArray[np.float32]
    box: Box
    field: NDArray[np.float32]
    budget: float

    @classmethod
    def of(cls, quad: NDArray[np.float32]) -> "_Plate":
        return cls(quad, bounds(quad), _text_field(quad), 0.05 * abs(cv2.contourArea(quad)))


def _outlines(
    rng: np.random.Generator, height: int, width: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A random disc, box or streak: its corners, and those of all pixels that drawing it touches.

    Both ``(n, 2)`` float32 px, convex.
    """
    side = min(height, width)
    x, y = width * rng.random(), height * rng.random()
    kind = rng.random()
    if kind < 0.5:
        directions = _CIRCLE
        across = along = side * uniform(rng, 0.01, 0.1)
    else:
        longest = (0.07, 0.07) if kind < 0.75 else (0.18, 0.009)
        along, across = (side * uniform(rng, 0.2, 1.0) * share + 0.5 for share in longest)
        directions = _SQUARE
    tilt = uniform(rng, 0, np.pi) if kind > 0.9 else 0.0
    c, s = math.cos(tilt), math.sin(tilt)
    drawn, covered = (
        directions @ np.array(((a * c, a * s), (-b * s, b * c)), np.float32)
        + np.array((x, y), np.float32)
        for a, b in ((along, across), (along + 1, across + 1))
    )
    return drawn, covered


def _text_field(quad: NDArray[np.float32]) -> NDArray[np.float32]:
    """The middle of a plate: 90% of its width, 70% of its height."""
    return _FIELD @ quad


def _meet(a: Box, b: Box) -> bool:
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]


def _common_area(outline: NDArray[np.float32], quad: NDArray[np.float32]) -> float:
    """Area in px² that two convex polygons share."""
    return float(cv2.intersectConvexConvex(outline, quad)[0])
