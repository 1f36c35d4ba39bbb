"""Degradations that bend the picture: a wide-angle lens, and a shutter that exposes row after row.

Each takes ``(rng, image, quads, strength)`` with a grey uint8 picture, quads ``(N, 4, 2)`` float32 in pixels and a
strength from 0 to 1, and returns a picture of the same size and the quads moved exactly as the picture's points are.
A plate's edges bend too: its quad joins the four corners. No plate is pushed out of the picture: a move that would do
so is weakened, and in the end left out.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from .degrade_geometry import draw_border, pushes_out
from .degrade_pixels import line_height
from .draws import uniform

_MAX_BARREL = 0.32  # how much more is shrunk at half the diagonal from the axis than on it
_MAX_SHEAR = 0.2  # columns a row
_MAX_WOBBLE = 0.14  # of the line of text: how far a row is shaken to either side
_WAVE = (2.0, 10.0)  # rows exposed during a shake, in heights of the line of text
_UPRIGHT = 0.75  # share of cameras that expose row after row; the others, held upright, column after column
_SHARES = (1.0, 0.5, 0.25, 0.1)


def barrel(
    rng: np.random.Generator,
    image: NDArray[np.uint8],
    quads: NDArray[np.float32],
    strength: float,
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """``lns``: a wide-angle lens, which shrinks by up to 30% more at the edge; its axis may be far aside.

    A point at ``t`` from the axis, in half diagonals, comes to lie at ``r`` with ``t (1 + k fixed) = r (1 + k r²)``;
    circles of radius ``√fixed`` stay where they are.
    """
    height, width = image.shape
    middle = (width - 1) / 2, (height - 1) / 2
    # The axis of a whole picture is near its middle, that of a piece of one anywhere.
    reach = 0.15 if rng.random() < 0.5 else 0.8
    axis = tuple(
        m + uniform(rng, -reach, reach) * s for m, s in zip(middle, (width, height), strict=True)
    )
    radius = math.hypot(width, height) / 2
    fixed = (math.dist(axis, middle) / radius) ** 2 + uniform(rng, 0.2, 0.8)
    border, fill = draw_border(rng)
    centre = np.array(axis, np.float64)
    for share in _SHARES:
        k = strength * share * _MAX_BARREL
        moved = _bent(quads, centre, radius, k, fixed)
        if pushes_out(quads, moved, width, height):
            continue
        x = (np.arange(width, dtype=np.float32) - np.float32(axis[0]))[None]
        y = (np.arange(height, dtype=np.float32) - np.float32(axis[1]))[:, None]
        factor = (x * x * np.float32(k / radius**2) + np.float32(1)) + y * y * np.float32(
            k / radius**2
        )
        factor *= np.float32(1 / (1 + k * fixed))
        from_x, from_y = x * factor, y * factor
        from_x += np.float32(axis[0])
        from_y += np.float32(axis[1])
        bent = cv2.remap(
            image, from_x, from_y, cv2.INTER_LINEAR, borderMode=border, borderValue=(fill,)
        )
        return bent.astype(np.uint8, copy=False), moved
    return image, quads


def _bent(
    quads: NDArray[np.float32], axis: NDArray[np.float64], radius: float, k: float, fixed: float
) -> NDArray[np.float32]:
    """Return where the lens shows points, ``(N, 4, 2)``: the cubic in ``barrel``, solved in closed form."""
    if not len(quads) or k <= 1e-9:
        return quads
    apart = (quads.astype(np.float64) - axis) / radius
    far = np.maximum(np.hypot(apart[..., 0], apart[..., 1]), 1e-12)[..., None]
    root = math.sqrt(3 * k)
    seen = 2 / root * np.sinh(np.arcsinh(1.5 * root * far * (1 + k * fixed)) / 3)
    return np.asarray(axis + radius * apart * (seen / far), np.float32)


def roll_shutter(
    rng: np.random.Generator,
    image: NDArray[np.uint8],
    quads: NDArray[np.float32],
    strength: float,
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """``rol``: each row exposed a little later: leaning by at most 11 degrees, wobbling by 14% of the line of text."""
    rows = rng.random() < _UPRIGHT
    if not rows:
        image, quads = np.ascontiguousarray(image.T), quads[..., ::-1]
    height, width = image.shape
    kind = rng.random()
    # Driving past leans, shaking wobbles; each alone or both.
    shear = 0.0 if kind > 0.75 else strength * _MAX_SHEAR * uniform(rng, -1.0, 1.0)
    line = line_height(quads, image.shape)
    wobble = 0.0 if kind < 0.4 else strength * _MAX_WOBBLE * line
    pace = 2 * math.pi / (uniform(rng, *_WAVE) * max(line, 1.0))
    start = uniform(rng, 0.0, 2 * math.pi)
    still = uniform(rng, 0.2, 0.8) * (height - 1)
    border, fill = draw_border(rng)
    bent, moved = image, quads
    for share in _SHARES:
        slope, swing = shear * share, wobble * share
        seen = quads.copy()
        y = quads[..., 1]
        seen[..., 0] += slope * (y - still) + swing * np.sin(pace * y + start)
        if pushes_out(quads, seen, width, height):
            continue
        moved = seen
        at = np.arange(height, dtype=np.float32)
        shift = slope * (at - still) + swing * np.sin(pace * at + start)
        from_x = np.arange(width, dtype=np.float32) - shift.astype(np.float32)[:, None]
        from_y = np.ascontiguousarray(np.broadcast_to(at[:, None], (height, width)))
        shown = cv2.remap(
            image, from_x, from_y, cv2.INTER_LINEAR, borderMode=border, borderValue=(fill,)
        )
        bent = shown.astype(np.uint8, copy=False)
        break
    if rows:
        return bent, moved
    return np.ascontiguousarray(bent.T), np.ascontiguousarray(moved[..., ::-1])
