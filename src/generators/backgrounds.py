"""What surrounds a plate: drawn surfaces, cars, streets at night, writing, photographs."""

from collections.abc import Callable, Sequence
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from . import cars, textures
from .draws import integer, pick_index, uniform
from .noise import add_gaussian
from .scaling import resized
from .writing import scatter_writing

Painter = Callable[[np.random.Generator, int, int], NDArray[np.uint8]]
Light = Callable[[np.random.Generator, NDArray[np.uint8]], NDArray[np.uint8]]

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
# Kinds of backgrounds: thumbnails enlarged, pieces of the pool's pictures enlarged, twice enlarged, and the rest as
# sharp as they are drawn.
_THUMBNAILS, _ENLARGED, _SOFT = 0.15, 0.55, 0.15
_FRESH = 0.15
"""Share of thumbnails, soft and sharp ones that are painted afresh. The others are new pieces of pictures painted
once, in another light: at a tenth of the cost, the larger part of the variety."""
_POOL_SIZE, _POOL_SIDE = 1024, 160
"""Number of pictures in the pool and their side in pixels: 26 MB in each process at most."""
_SHARP_SIZE, _SHARP_SIDE = 192, 360
"""The same of the pool of sharp pictures, of which pieces are taken as they are: 25 MB."""
_THUMB_SIZE, _THUMB_SIDES = 1024, (12, 48)
"""Number of thumbnails, and their sides in pixels, which they are painted at: 1 MB."""
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
        return _piece(rng, photos[integer(rng, 0, len(photos))], height, width)
    kind = rng.random()
    if kind < _THUMBNAILS:
        # A thumbnail enlarged: the blocks and stairs of a low resolution.
        return _piece(rng, _thumbnail(rng), height, width)
    if kind < _THUMBNAILS + _ENLARGED:
        image = _from_pool(rng, height, width, uniform(rng, 0.35, 1.0), _lit)
    elif kind < _THUMBNAILS + _ENLARGED + _SOFT:
        image = _soft(rng, height, width)
    else:
        image = _sharp(rng, height, width)
    if rng.random() < 0.3:
        scatter_writing(rng, image)
    if rng.random() < 0.4:
        image = add_gaussian(rng, image, uniform(rng, 1, 9))
    return image


def _paint(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    painter = _PAINTERS[pick_index(rng, _SHARES)][1]
    return painter(rng, height, width)


def _thumbnail(rng: np.random.Generator) -> NDArray[np.uint8]:
    """A tiny picture, a fresh one or one of the pool's."""
    if rng.random() >= _FRESH:
        return _pooled_thumbnail(integer(rng, 0, _THUMB_SIZE))
    side = integer(rng, *_THUMB_SIDES)
    return _paint(rng, side, side)


def _soft(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    """A picture painted at half its size: lenses leave no stairs at edges, plates are drawn smooth, and so must be
    what is not one.
    """
    share = max(height, width) / (2 * _POOL_SIDE)
    if share <= 1 and rng.random() >= _FRESH:
        return _from_pool(rng, height, width, share, _touched)
    half = _paint(rng, max(12, height // 2), max(12, width // 2))
    return resized(half, width, height)


def _sharp(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    """A picture as it is painted, or softened a little."""
    if max(height, width) <= _SHARP_SIDE and rng.random() >= _FRESH:
        picture = _sharp_pool(integer(rng, 0, _SHARP_SIZE))
        image = _touched(rng, _window(rng, picture, height, width))
    else:
        image = _paint(rng, height, width)
    if rng.random() < 0.3:
        image = cv2.GaussianBlur(image, (3, 3), 0).astype(np.uint8, copy=False)
    return image


def _from_pool(
    rng: np.random.Generator, height: int, width: int, share: float, light: Light
) -> NDArray[np.uint8]:
    """A piece of one of the pictures in the pool, ``share`` of its side long, in another light."""
    picture = _pool(integer(rng, 0, _POOL_SIZE))
    long, wanted = _POOL_SIDE * share, max(height, width)
    rows, columns = max(4, int(long * height / wanted)), max(4, int(long * width / wanted))
    return resized(light(rng, _window(rng, picture, rows, columns)), width, height)


def _window(
    rng: np.random.Generator, picture: NDArray[np.uint8], rows: int, columns: int
) -> NDArray[np.uint8]:
    """A random piece of a picture, as a view of it."""
    top = integer(rng, 0, picture.shape[0] - rows + 1)
    left = integer(rng, 0, picture.shape[1] - columns + 1)
    return picture[top : top + rows, left : left + columns]


def _lit(rng: np.random.Generator, piece: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A copy of a picture in another light, mostly a weaker one, mirrored or not."""
    gain = uniform(rng, 0.5, 1.2)
    return _mirrored(rng, piece, gain, uniform(rng, 0.0, 60.0 * (1.3 - gain)))


def _touched(rng: np.random.Generator, piece: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A copy of a picture a little paler or darker, mirrored or not: as contrasted and dark as fresh ones."""
    return _mirrored(rng, piece, uniform(rng, 0.85, 1.15), uniform(rng, -20.0, 20.0))


def _mirrored(
    rng: np.random.Generator, piece: NDArray[np.uint8], gain: float, lift: float
) -> NDArray[np.uint8]:
    """``gain`` x a picture plus ``lift``, saturating; mirrored half of the time."""
    lit = cv2.addWeighted(piece, gain, piece, 0.0, lift)
    if rng.random() < 0.5:
        lit = cv2.flip(lit, 1)
    return lit.astype(np.uint8, copy=False)


@lru_cache(maxsize=_POOL_SIZE)
def _pool(index: int) -> NDArray[np.uint8]:
    """Picture ``index`` of the pool: always the same, whichever process asks first."""
    return _kept(20_240_301, index, _POOL_SIDE)


@lru_cache(maxsize=_SHARP_SIZE)
def _sharp_pool(index: int) -> NDArray[np.uint8]:
    return _kept(20_240_304, index, _SHARP_SIDE)


@lru_cache(maxsize=_THUMB_SIZE)
def _pooled_thumbnail(index: int) -> NDArray[np.uint8]:
    smallest, largest = _THUMB_SIDES
    return _kept(20_240_305, index, smallest + index % (largest - smallest))


def _kept(seed: int, index: int, side: int) -> NDArray[np.uint8]:
    """A picture that depends on nothing but the arguments and may not be written to."""
    picture = _paint(np.random.default_rng((seed, index)), side, side)
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
        window = _window(rng, photo, tall, wide)
        how = _ENLARGE[integer(rng, 0, len(_ENLARGE))] if scale > 1 else cv2.INTER_AREA
        piece = cv2.resize(window, (width, height), interpolation=how).astype(np.uint8, copy=False)
    return cv2.flip(piece, 1).astype(np.uint8, copy=False) if rng.random() < 0.5 else piece


def _turned(
    rng: np.random.Generator, photo: NDArray[np.uint8], height: int, width: int, scale: float
) -> NDArray[np.uint8]:
    """``photo`` turned about a point near its middle; black or mirrored beyond its edges."""
    rows, columns = photo.shape
    angle = uniform(rng, -25, 25) if rng.random() < 0.6 else uniform(rng, -180, 180)
    x, y = uniform(rng, 0.35, 0.65) * columns, uniform(rng, 0.35, 0.65) * rows
    turn = cv2.getRotationMatrix2D((x, y), angle, scale)
    turn[:, 2] += (width / 2 - x, height / 2 - y)
    border = cv2.BORDER_CONSTANT if rng.random() < 0.5 else cv2.BORDER_REFLECT_101
    how = cv2.INTER_NEAREST if scale > 2 and rng.random() < 0.5 else cv2.INTER_LINEAR
    turned = cv2.warpAffine(photo, turn, (width, height), flags=how, borderMode=border)
    return turned.astype(np.uint8, copy=False)
