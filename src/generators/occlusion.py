"""Hiding a part of a plate: beyond the picture's edge, behind a post, under a ball or a sticker."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ..common.geometry import UNIT_SQUARE, from_plate, quad_size
from .draws import integer, pick, uniform
from .visibility import Occluded, inside

Picture = NDArray[np.uint8]
Quad = NDArray[np.float32]
Boxes = NDArray[np.float32]

# Shares of a plate's width and height that lie beyond the picture's edge.
CUT_WIDTH, CUT_HEIGHT = (0.04, 0.5), (0.1, 0.6)
# Share of cuts that take a plate's left or right end; the others take its upper or lower edge.
ENDS_CUT = 0.8
# Share of a plate's width that a post hides. One that stands just beside the plate hides nothing of it: what tells is
# the border, and not the post.
POST_WIDTH = (-0.05, 0.45)
# Share of the cuts and posts at an end whose edge stands between two characters, where what is left of the text looks
# whole: there only the missing border tells.
BETWEEN = 0.5


def occlude(
    rng: np.random.Generator, image: Picture, quad: Quad, boxes: Boxes | None, kind: str = ""
) -> Occluded:
    """Hide a part of the plate whose corners are `quad`; `image` stays as it is.

    boxes: where the plate's characters stand, (N, 4) in shares of the plate. kind: a key of OCCLUSIONS, or "" for any
    by their shares.
    """
    kind = kind or pick(rng, {code: row.share for code, row in OCCLUSIONS.items()})
    return OCCLUSIONS[kind].apply(rng, image, quad, boxes)


def _cut(rng: np.random.Generator, image: Picture, quad: Quad, boxes: Boxes | None) -> Occluded:
    """Cut the picture where it ends before the plate does."""
    level = rng.random() < ENDS_CUT
    side = integer(rng, 0, 2)
    if level:
        at = _end(rng, bool(side), CUT_WIDTH, boxes)
    else:
        share = uniform(rng, *CUT_HEIGHT)
        at = 1 - share if side else share
    along = 0 if level else 1
    middle = np.array([[at, 0.5] if level else [0.5, at]], np.float32)
    edge = round(float(from_plate(middle, quad)[0, along]))
    # Turned by a quarter or by half, the plate's right end is another side of the picture.
    ends = from_plate(
        np.array([[0.0, 0.5], [1.0, 0.5]] if level else [[0.5, 0.0], [0.5, 1.0]], np.float32), quad
    )
    after = (float(ends[1, along]) > float(ends[0, along])) == bool(side)
    size = image.shape[1 - along]
    first, last = (0, min(max(edge, 2), size)) if after else (max(min(edge, size - 2), 0), size)
    if last - first < 8:
        return inside(image, quad)
    kept = image[:, first:last] if level else image[first:last]
    shift = np.array((first, 0) if level else (0, first), np.float32)
    return inside(np.ascontiguousarray(kept), quad - shift)


def _end(
    rng: np.random.Generator, last: bool, hidden: tuple[float, float], boxes: Boxes | None
) -> float:
    """Return where the edge of an object that hides the last (or first) end is, in shares of the plate's width.

    hidden: the least and the largest share of the width to hide.
    """
    share = uniform(rng, *hidden)
    at = 1 - share if last else share
    if boxes is None or rng.random() >= BETWEEN:
        return at
    # The nearest gap: the middle of the neighbours' distance, and a little to either side.
    lefts, rights = np.sort(boxes[:, 0]), np.sort(boxes[:, 2])
    gaps = np.stack([rights[:-1], lefts[1:]], 1)
    gaps = gaps[gaps[:, 1] > gaps[:, 0]]
    if not len(gaps):
        return at
    first, after = gaps[np.abs(gaps.mean(axis=1) - at).argmin()].tolist()
    return uniform(rng, first, after)


def _post(rng: np.random.Generator, image: Picture, quad: Quad, boxes: Boxes | None) -> Occluded:
    """Put a post before one of the plate's ends, or before its middle."""
    kind = rng.random()
    if kind < 0.35:
        left, right = -0.3, _end(rng, False, POST_WIDTH, boxes)
    elif kind < 0.75:
        left, right = _end(rng, True, POST_WIDTH, boxes), 1.3
    else:
        wide = uniform(rng, 0.05, POST_WIDTH[1])
        left = uniform(rng, 0.05, 0.95 - wide)
        right = left + wide
    # Posts, door edges and other cars stand straight more often than not.
    lean = uniform(rng, -0.06, 0.06) if rng.random() < 0.5 else uniform(rng, -0.01, 0.01)
    return _before(
        rng,
        image,
        quad,
        ((left + lean, -1), (right + lean, -1), (right - lean, 2), (left - lean, 2)),
    )


def _beam(rng: np.random.Generator, image: Picture, quad: Quad, boxes: Boxes | None) -> Occluded:
    """Put a beam, a bumper's edge or a bicycle rack before the plate's upper or lower part."""
    high = uniform(rng, 0.15, 0.55)
    top, bottom = (-0.3, high) if rng.random() < 0.4 else (1 - high, 1.3)
    lean = uniform(rng, -0.06, 0.06)
    return _before(
        rng,
        image,
        quad,
        ((-1, top + lean), (2, top - lean), (2, bottom - lean), (-1, bottom + lean)),
    )


def _thing(rng: np.random.Generator, image: Picture, quad: Quad, boxes: Boxes | None) -> Occluded:
    """Put a tow ball or a sticker before one character."""
    if boxes is None or not len(boxes):
        return _post(rng, image, quad, boxes)
    left, top, right, bottom = boxes[integer(rng, 0, len(boxes))].tolist()
    width, height = quad_size(quad)
    x = uniform(rng, left, right) if rng.random() < 0.3 else (left + right) / 2
    y = uniform(rng, 0.3, 0.7) * (bottom - top) + top
    reach = uniform(rng, 0.3, 0.7) * (bottom - top)
    # As wide as high on the plate, whose sides are not equally long.
    wide = reach * height / max(width, 1.0) * uniform(rng, 0.7, 1.3)
    count = 20 if rng.random() < 0.6 else 4
    turn = np.pi / 4 if count == 4 else 0.0
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False) + turn
    outline = [(x + wide * float(np.cos(a)), y + reach * float(np.sin(a))) for a in angles]
    return _before(rng, image, quad, outline)


def _before(
    rng: np.random.Generator, image: Picture, quad: Quad, outline: Sequence[tuple[float, float]]
) -> Occluded:
    """Put something of an outline, convex, in shares of the plate, before the scene."""
    corners = np.array(outline, np.float32)
    # Far outside the plate its perspective may turn a point inside out; an affine view of it does not.
    affine = cv2.getAffineTransform(UNIT_SQUARE[[0, 1, 3]], np.asarray(quad[[0, 1, 3]], np.float32))
    points = corners @ affine[:, :2].T.astype(np.float32) + affine[:, 2].astype(np.float32)
    fixed = (16 * points + 0.5).astype(np.int32)
    visible = np.full(image.shape, 255, np.uint8)
    cv2.fillConvexPoly(visible, fixed, (0,), cv2.LINE_AA, 4)
    front = _surface(rng, image)
    shown = cv2.add(
        cv2.multiply(image, visible, scale=1 / 255),
        cv2.multiply(front, cv2.bitwise_not(visible), scale=1 / 255),
    )
    return Occluded(shown.astype(np.uint8, copy=False), quad, visible)


def _surface(rng: np.random.Generator, image: Picture) -> Picture:
    """Return the texture of an occluding object, of the scene's size: plain, shaded, or taken from the scene itself."""
    height, width = image.shape
    kind = rng.random()
    if kind < 0.2:
        # Another part of the scene, as leaves, mud and people have its light.
        return np.ascontiguousarray(image[::-1, ::-1])
    grey = uniform(rng, 0, 255)
    if kind < 0.5:
        return np.full((height, width), round(grey), np.uint8)
    across = np.linspace(grey, uniform(rng, 0, 255), width if kind < 0.8 else height)
    ramp = across.astype(np.uint8)
    return np.ascontiguousarray(
        np.broadcast_to(ramp if kind < 0.8 else ramp[:, None], (height, width))
    )


class Occlusion(NamedTuple):
    """A row of the table: how often it is drawn, what does it, and what it is."""

    share: float
    apply: Callable[[np.random.Generator, Picture, Quad, Boxes | None], Occluded]
    meaning: str


OCCLUSIONS: dict[str, Occlusion] = {
    "cut": Occlusion(0.38, _cut, "a part lies beyond the picture's edge"),
    "post": Occlusion(0.34, _post, "an end or the middle is behind a post"),
    "beam": Occlusion(0.06, _beam, "the upper or lower part is hidden"),
    "thing": Occlusion(0.22, _thing, "a ball or a sticker hides a character"),
}
"""Code -> occlusion; the shares add up to 1."""
