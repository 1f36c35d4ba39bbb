"""Surfaces that fill a picture: plain, cloudy, grainy, boarded, walled, striped, cluttered.

Every function takes ``(rng, height, width)``, works at any size and returns a fresh grey
uint8 picture ``(height, width)``.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from .draws import integer, uniform
from .noise import add_gaussian, smooth_field


def plain(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    """One grey, or a straight gradient between up to four corner greys."""
    if rng.random() < 0.3:
        return np.full((height, width), rng.integers(256), np.uint8)
    centre, reach = uniform(rng, 0, 255), uniform(rng, 5, 120)
    corners = np.clip(rng.uniform(centre - reach, centre + reach, (2, 2)), 0, 255)
    full = cv2.resize(corners.astype(np.uint8), (width, height), interpolation=cv2.INTER_LINEAR)
    return full.astype(np.uint8, copy=False)


def clouds(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    """Two octaves of interpolated noise, stretched along one axis now and then."""
    rows, columns = rng.integers(2, 9, size=2)
    fine = integer(rng, 2, 6)
    weight = uniform(rng, 0.2, 0.6)
    coarse = smooth_field(rng, height, width, rows, columns)
    detail = smooth_field(rng, height, width, rows * fine, columns * fine)
    return settle(rng, _mix(coarse, detail, weight))


def settle(rng: np.random.Generator, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``image`` pressed to a random contrast around a random grey."""
    middle = uniform(rng, 30, 225)
    # Near black and near white there is no room for contrast.
    gain = uniform(rng, 0.1, 1.0) * (0.25 + 0.75 * min(middle, 255 - middle) / 128)
    return _mix(image, image, 0.0, gain, middle - 128 * gain)


def asphalt(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    """Coarse grain over a soft gradient: asphalt, gravel, plaster, grass."""
    ground = plain(rng, height, width)
    grained = add_gaussian(rng, ground, uniform(rng, 6, 34), uniform(rng, 1.0, 4.0))
    if rng.random() < 0.4:
        x = rng.integers(0, width, size=2)
        cv2.line(
            grained, (int(x[0]), 0), (int(x[1]), height), (integer(rng, 0, 256),),
            max(1, int(width * uniform(rng, 0.005, 0.06))),
        )  # fmt: skip
    return grained


def boards(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    """Wooden boards: long fibres, joints at even distances, lying or standing."""
    if rng.random() < 0.4:
        return np.ascontiguousarray(_lying_boards(rng, width, height).T)
    return _lying_boards(rng, height, width)


def _lying_boards(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    fibres = smooth_field(rng, height, width, max(2, height // 3), integer(rng, 2, 6))
    tone = smooth_field(rng, height, width, integer(rng, 2, 6), 2)
    wood = settle(rng, _mix(tone, fibres, uniform(rng, 0.1, 0.5)))
    joint = (integer(rng, 0, 90),)
    step = max(4, int(height * uniform(rng, 0.12, 0.6)))
    for y in range(integer(rng, 0, step), height, step):
        cv2.line(wood, (0, y), (width, y), joint, 1 + height // 250)
        x = integer(rng, -width, width)
        cv2.line(wood, (x, y), (x, y + step), joint, 1 + height // 300)
    return wood


def wall(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    """Bricks or paving stones, each of its own grey, with joints, in bond or in columns."""
    rows = integer(rng, 3, 14)
    columns = max(2, int(rows * width / height * uniform(rng, 0.3, 1.1)))
    spread = integer(rng, 4, 60)
    middle = integer(rng, 50, 200)
    greys = rng.integers(middle - spread, middle + spread, (rows, columns)).clip(0, 255)
    stones = cv2.resize(
        greys.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST_EXACT
    ).astype(np.uint8, copy=False)
    joint = integer(rng, 0, 256)
    step = max(1, width // columns)
    thick = 1 + int(height / rows * uniform(rng, 0.0, 0.12))
    bond = rng.random() < 0.6
    for row in range(rows):
        top, bottom = row * height // rows, (row + 1) * height // rows
        shift = step // 2 if bond and row % 2 else 0
        stones[top:bottom] = np.roll(stones[top:bottom], shift, axis=1)
        stones[top : top + thick] = joint
        for x in range(shift, width, step):
            stones[top:bottom, x : x + thick] = joint
    return add_gaussian(rng, stones, uniform(rng, 0, 14), uniform(rng, 1, 2.5))


def stripes(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    """Parallel bars of a soft profile at any angle: grilles, blinds, fences, corrugated iron."""
    period = max(height, width) * uniform(rng, 0.015, 0.2) + 2.0
    angle = rng.choice((0.0, np.pi / 2, uniform(rng, 0, np.pi)))
    return settle(rng, _bars(height, width, period, angle, uniform(rng, 0.5, 5)))


def mesh(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    """Bars crossed with their mirror image: the diamonds of grilles, fences and tiled pavements."""
    period = max(height, width) * uniform(rng, 0.02, 0.1) + 2.0
    angle = uniform(rng, 0.2, np.pi / 2 - 0.2)
    edge = uniform(rng, 0.5, 5)
    first = _bars(height, width, period, angle, edge)
    second = _bars(height, width, period, -angle, edge)
    join = cv2.max if rng.random() < 0.6 else cv2.min
    return settle(rng, join(first, second).astype(np.uint8, copy=False))


def _bars(height: int, width: int, period: float, angle: float, edge: float) -> NDArray[np.uint8]:
    """Bars every ``period`` px whose normal lies at ``angle``; the larger ``edge``, the harder."""
    profile = 128 + 127 * np.tanh(edge * np.sin(np.linspace(0, 2 * np.pi, 256)))
    # uint8 wraps on purpose: the phase of a periodic pattern counts modulo 256.
    down = (np.arange(height) * (np.sin(angle) * 256 / period)).astype(np.int64).astype(np.uint8)
    along = (np.arange(width) * (np.cos(angle) * 256 / period)).astype(np.int64).astype(np.uint8)
    phases = down[:, None] + along
    return cv2.LUT(phases, profile.astype(np.uint8)).astype(np.uint8, copy=False)


def shapes(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    """Polygons, ellipses and soft blobs on a cloudy ground: buildings, bags, faces, shadows."""
    image = clouds(rng, height, width)
    reach = max(height, width)
    for _ in range(integer(rng, 2, 9)):
        centre = rng.uniform(0, 1, 2) * (width, height)
        size = reach * 0.5 * rng.random() ** 1.5 + 2
        grey = (integer(rng, 0, 256),)
        if rng.random() < 0.6:
            angles = np.sort(rng.uniform(0, 2 * np.pi, integer(rng, 3, 7)))
            around = np.column_stack((np.cos(angles), np.sin(angles)))
            cv2.fillPoly(image, [np.rint(centre + size * around).astype(np.int32)], grey)
        else:
            axes = np.rint(size * rng.uniform(0.2, 0.7, 2)).astype(int)
            x, y = np.rint(centre).astype(int)
            cv2.ellipse(image, (int(x), int(y)), (int(axes[0]), int(axes[1])),
                        uniform(rng, 0, 180), 0, 360, grey, -1)  # fmt: skip
    if rng.random() < 0.6:
        image = _mix(image, smooth_field(rng, height, width, 4, 4), uniform(rng, 0.1, 0.5))
    if rng.random() < 0.4:
        # Out of focus; a box is a tenth of the cost of a Gaussian and looks the same here.
        side = 3 + int(reach * uniform(rng, 0.0, 0.04))
        image = cv2.blur(image, (side, side)).astype(np.uint8, copy=False)
    return image


def _mix(
    first: NDArray[np.uint8],
    second: NDArray[np.uint8],
    share: float,
    gain: float = 1.0,
    offset: float = 0.0,
) -> NDArray[np.uint8]:
    """``gain`` x the weighted mean of two pictures, plus ``offset``, saturating."""
    mixed = cv2.addWeighted(first, gain * (1 - share), second, gain * share, offset)
    return mixed.astype(np.uint8, copy=False)
