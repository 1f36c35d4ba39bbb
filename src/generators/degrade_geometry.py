"""Degradations that move pixels: rotation, perspective, a side cut off or padded.

Each takes ``(rng, image, quads, strength)`` with a grey uint8 picture, quads ``(N, 4, 2)`` float32
in pixels and a strength from 0 to 1, and returns a picture of the same size and the quads moved by
the very matrix that moved the picture. No plate is pushed out of the picture: a move that
would do so is weakened, and in the end left out.
"""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from .draws import integer, uniform

_MAX_ROTATION = 12.0  # degrees
_MAX_PERSPECTIVE = 0.13  # of the side, by which each corner of the picture may move
_MAX_CUT = 0.30  # of the side
_MAX_PAD = 0.15  # of the side; padding makes the plates smaller, hence less of it
Sides = tuple[float, float, float, float]
_BORDERS = (cv2.BORDER_CONSTANT, cv2.BORDER_REPLICATE, cv2.BORDER_REFLECT_101)


def rotate(
    rng: np.random.Generator,
    image: NDArray[np.uint8],
    quads: NDArray[np.float32],
    strength: float,
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """``rot``: rotation about a point near the centre, at most 12 degrees either way."""
    height, width = image.shape
    angle = strength * _MAX_ROTATION * _sign(rng)
    middle = uniform(rng, 0.3, 0.7) * (width - 1), uniform(rng, 0.3, 0.7) * (height - 1)

    def matrix(share: float) -> NDArray[np.float64]:
        return np.asarray(cv2.getRotationMatrix2D(middle, angle * share, 1.0), np.float64)

    return _move(rng, image, quads, matrix)


def change_perspective(
    rng: np.random.Generator,
    image: NDArray[np.uint8],
    quads: NDArray[np.float32],
    strength: float,
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """``r3d``: the picture seen from elsewhere, each corner moved by at most 13% of the side."""
    height, width = image.shape
    right, bottom = width - 1.0, height - 1.0
    corners = np.array([(0, 0), (right, 0), (right, bottom), (0, bottom)], np.float32)
    reach = strength * _MAX_PERSPECTIVE * np.array((right, bottom), np.float32)
    steps = rng.uniform(-1.0, 1.0, size=(4, 2)).astype(np.float32) * reach

    def matrix(share: float) -> NDArray[np.float64]:
        moved = (corners + share * steps).astype(np.float32)
        return np.asarray(cv2.getPerspectiveTransform(corners, moved), np.float64)

    return _move(rng, image, quads, matrix)


def cut_side(
    rng: np.random.Generator,
    image: NDArray[np.uint8],
    quads: NDArray[np.float32],
    strength: float,
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """``cut``: at most 30% cut off one side, the rest stretched to the old size."""
    return _crop(rng, image, quads, _one_side(rng, strength * _MAX_CUT))


def cut_top_and_bottom(
    rng: np.random.Generator,
    image: NDArray[np.uint8],
    quads: NDArray[np.float32],
    strength: float,
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """``tbc``: at most 15% cut off the top and off the bottom each, the rest stretched."""
    most = strength * _MAX_CUT / 2
    sides = (0.0, most * uniform(rng, 0.2, 1.0), 0.0, most * uniform(rng, 0.2, 1.0))
    return _crop(rng, image, quads, sides)


def pad_side(
    rng: np.random.Generator,
    image: NDArray[np.uint8],
    quads: NDArray[np.float32],
    strength: float,
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """``pad``: a strip of at most 15% added to one side, the whole squeezed to the old size."""
    return _crop(rng, image, quads, _one_side(rng, -strength * _MAX_PAD))


def _one_side(rng: np.random.Generator, share: float) -> Sides:
    """``share`` on a random one of the four sides, none on the others."""
    which = integer(rng, 0, 4)
    left, top, right, bottom = (share if side == which else 0.0 for side in range(4))
    return left, top, right, bottom


def _crop(
    rng: np.random.Generator, image: NDArray[np.uint8], quads: NDArray[np.float32], sides: Sides
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Cut (negative: pad) ``sides``, shares of left, top, right, bottom; then stretch.

    Whole pixels go or come, so that a plain resize does it, at a fifth of the cost of a warp.
    """
    height, width = image.shape
    border, fill = draw_border(rng)
    for weaker in (1.0, 0.5, 0.25, 0.1):
        left, right = (round(sides[side] * weaker * width) for side in (0, 2))
        top, bottom = (round(sides[side] * weaker * height) for side in (1, 3))
        x_scale, y_scale = width / (width - left - right), height / (height - top - bottom)
        # Pixel edges are stretched, and a pixel's centre lies half a pixel inside its edge.
        scale = np.array((x_scale, y_scale), np.float32)
        moved = (quads + np.array((0.5 - left, 0.5 - top), np.float32)) * scale - np.float32(0.5)
        if pushes_out(quads, moved, width, height):
            continue
        rest = image[max(top, 0) : height - max(bottom, 0), max(left, 0) : width - max(right, 0)]
        if min(left, top, right, bottom) < 0:
            above, below, before, after = (max(-side, 0) for side in (top, bottom, left, right))
            padded = cv2.copyMakeBorder(
                rest, above, below, before, after, borderType=border, value=(fill,)
            )
            rest = padded.astype(np.uint8, copy=False)
        stretched = cv2.resize(rest, (width, height), interpolation=cv2.INTER_LINEAR)
        return stretched.astype(np.uint8, copy=False), moved
    return image, quads


def _move(
    rng: np.random.Generator,
    image: NDArray[np.uint8],
    quads: NDArray[np.float32],
    matrix_at: Callable[[float], NDArray[np.float64]],
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Warp picture and quads by the strongest of ``matrix_at`` that keeps every plate inside."""
    height, width = image.shape
    border, fill = draw_border(rng)
    for share in (1.0, 0.5, 0.25, 0.1):
        matrix = matrix_at(share)
        moved = _transform(quads, matrix)
        if pushes_out(quads, moved, width, height):
            continue
        warp = cv2.warpAffine if len(matrix) == 2 else cv2.warpPerspective
        warped = warp(image, matrix, (width, height), borderMode=border, borderValue=(fill,))
        return warped.astype(np.uint8, copy=False), moved
    return image, quads


def _transform(quads: NDArray[np.float32], matrix: NDArray[np.float64]) -> NDArray[np.float32]:
    """``quads`` carried through a 2x3 or 3x3 matrix, ``(N, 4, 2)`` float32; N may be 0."""
    if not len(quads):
        return quads
    if len(matrix) == 2:
        turned: NDArray[np.float64] = quads @ matrix[:, :2].T + matrix[:, 2]
        return turned.astype(np.float32)
    points = quads.reshape(-1, 1, 2).astype(np.float64)
    return cv2.perspectiveTransform(points, matrix).reshape(quads.shape).astype(np.float32)


def pushes_out(
    before: NDArray[np.float32], after: NDArray[np.float32], width: int, height: int
) -> bool:
    """Return whether any coordinate lies further outside the picture after a move than before it."""
    if not len(after):
        return False
    points, old = after.reshape(-1, 2), before.reshape(-1, 2)
    if (
        points.min() >= -0.5
        and points[:, 0].max() <= width - 0.5
        and points[:, 1].max() <= height - 0.5
    ):
        return False
    return bool((_overhang(points, width, height) > _overhang(old, width, height) + 1e-3).any())


def _overhang(points: NDArray[np.float32], width: int, height: int) -> NDArray[np.float64]:
    """How many pixels each coordinate of ``(N, 2)`` lies outside the picture; 0 inside."""
    edge = np.array((width - 0.5, height - 0.5))
    return np.asarray(np.maximum(0.0, np.maximum(-0.5 - points, points - edge)))


def draw_border(rng: np.random.Generator) -> tuple[int, int]:
    """What lies beyond the picture: a mode of OpenCV's borders, and the grey of the plain one."""
    return _BORDERS[integer(rng, 0, len(_BORDERS))], integer(rng, 0, 256)


def _sign(rng: np.random.Generator) -> float:
    return 1.0 if rng.random() < 0.5 else -1.0
