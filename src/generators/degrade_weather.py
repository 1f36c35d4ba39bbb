"""Rain, snow and dirt, in the air, on the lens or on the plate.

All functions work on grey uint8 pictures and saturate. What lies over a plate is small beside its characters, or lets
them be seen through it, so that a person can still read it.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from .degrade_pixels import legible, line_height
from .draws import integer, pick_index, uniform
from .noise import smooth_field
from .pose import bounds

Picture = NDArray[np.uint8]
Quads = NDArray[np.float32]

_KINDS = (0.3, 0.2, 0.2, 0.3)
"""Shares of drops, streaks of rain, snow, and dirt."""
_LEVELS = np.arange(256)
_MOST_DROPS, _MOST_STREAKS, _MOST_FLAKES = 12, 50, 60


def weather(rng: np.random.Generator, image: Picture, quads: Quads, strength: float) -> Picture:
    """``drt``: drops on the lens, streaks of rain, flakes of snow, or dirt on the lens or the plate."""
    kind = (_drops, _streaks, _snow, _dirt)[pick_index(rng, _KINDS)]
    spoilt = kind(rng, image, line_height(quads, image.shape), strength, quads)
    return spoilt if legible(image, spoilt, quads) else image


def _drops(
    rng: np.random.Generator, image: Picture, line: float, strength: float, quads: Quads
) -> Picture:
    """Drops on the lens: what is behind them is out of focus, upside down in part, with a light and a dark rim."""
    height, width = image.shape
    cover = np.zeros(image.shape, np.uint8)
    boxes = [bounds(quad) for quad in quads]
    dark, light = np.zeros_like(cover), np.zeros_like(cover)
    deep = integer(rng, 25, 75)
    for _ in range(1 + round(strength * integer(rng, 2, _MOST_DROPS))):
        x, y = uniform(rng, 0, width), uniform(rng, 0, height)
        size, cloud = uniform(rng, 0.1, 0.25) * line, 110
        if not any(a - line < x < c + line and b - line < y < d + line for a, b, c, d in boxes):
            size, cloud = size * uniform(rng, 1.0, 4.0), 200
        axes = max(1, round(size * uniform(rng, 0.8, 1.1))), max(1, round(size))
        centre = round(x), round(y)
        cv2.ellipse(cover, centre, axes, 0, 0, 360, (cloud,), -1, cv2.LINE_AA)
        thick = max(1, round(size / 4))
        cv2.ellipse(dark, centre, axes, 0, 190, 350, (deep,), thick, cv2.LINE_AA)
        inner = max(1, axes[0] - thick), max(1, axes[1] - thick)
        cv2.ellipse(light, centre, inner, 0, 20, 160, (deep,), thick, cv2.LINE_AA)
    # A drop is a lens before the lens: it gathers the whole view, the sky at its lower edge.
    side = 2 * math.ceil(0.12 * line) + 1
    soft_cover, dark_rim, light_rim = (
        cv2.blur(mask, (side, side)) for mask in (cover, dark, light)
    )
    behind = cv2.resize(
        image, (max(2, width // 8), max(2, height // 8)), interpolation=cv2.INTER_AREA
    )
    flipped = cv2.addWeighted(behind, 0.6, behind[::-1], 0.4, 6.0)
    soft = cv2.resize(flipped, (width, height), interpolation=cv2.INTER_LINEAR)
    shown = _over(image, soft, soft_cover)
    return cv2.add(cv2.subtract(shown, dark_rim), light_rim).astype(np.uint8, copy=False)


def _streaks(
    rng: np.random.Generator, image: Picture, line: float, strength: float, quads: Quads
) -> Picture:
    """Rain that falls while the picture is exposed: light streaks, nearly upright and all of one slant."""
    height, width = image.shape
    count = 2 + round(strength * integer(rng, 10, _MOST_STREAKS) * _room(image, line))
    drawn = np.zeros(image.shape, np.uint8)
    slant = uniform(rng, -0.35, 0.35)
    starts = rng.random((count, 2)) * (1.2 * width, 1.2 * height) - (0.1 * width, 0.1 * height)
    long = rng.uniform(0.8, 4.0, count) * line
    ends = starts + np.stack([slant * long, long], 1)
    lines = np.rint(np.stack([starts, ends], 1)).astype(np.int32)
    thick = max(1, round(line / 32))
    cv2.polylines(drawn, list(lines), False, (round(40 + 90 * strength),), thick, cv2.LINE_AA)
    # Wet air takes contrast away besides.
    haze = 0.3 * strength * rng.random()
    wet = cv2.add(image, cv2.blur(drawn, (2 * thick - 1, 3)))
    grey = float(cv2.mean(image)[0])
    return cv2.convertScaleAbs(wet, alpha=1 - haze, beta=haze * grey).astype(np.uint8, copy=False)


def _snow(
    rng: np.random.Generator, image: Picture, line: float, strength: float, quads: Quads
) -> Picture:
    """Flakes between camera and plate, round or drawn out by their fall, the near ones large and out of focus."""
    height, width = image.shape
    cover = np.zeros(image.shape, np.uint8)
    fall = uniform(rng, 0.0, 1.5) if rng.random() < 0.5 else 0.0
    turn = uniform(rng, 60, 120)
    count = 2 + round(strength * integer(rng, 10, _MOST_FLAKES) * _room(image, line))
    for x, y, large, pale in rng.random((count, 4)).tolist():
        size = 0.03 * line + 0.1 * line * large**3
        place, grey = (int(x * width), int(y * height)), (80 + int(130 * pale),)
        if fall and size >= 1:
            axes = round(size * (1 + fall)), round(size)
            cv2.ellipse(cover, place, axes, turn, 0, 360, grey, -1)
        else:
            cv2.circle(cover, place, max(1, round(size)), grey, -1)
    side = 2 * math.ceil(uniform(rng, 0.0, 0.06) * line) + 1
    white = np.full_like(image, integer(rng, 190, 256))
    return _over(image, white, cv2.blur(cover, (side, side)))


def _dirt(
    rng: np.random.Generator, image: Picture, line: float, strength: float, quads: Quads
) -> Picture:
    """Mud, dust or caked snow in blots: sharp on the plates, or out of focus on the lens."""
    height, width = image.shape
    on_lens = rng.random() < 0.35
    # Blots as high as a stroke is wide, or a few times that on the lens, where they can be seen through.
    cell = line * (uniform(rng, 0.4, 1.2) if on_lens else uniform(rng, 0.08, 0.25))
    rows, columns = (min(max(3, round(side / cell)), side) for side in image.shape)
    field = smooth_field(rng, height, width, rows, columns)
    # Thick in some places and none in others.
    clouds = smooth_field(rng, height, width, 3, 4)
    field = cv2.addWeighted(field, 0.55, clouds, 0.45, 0).astype(np.uint8, copy=False)
    least = round(225 - 65 * strength)
    # From nothing at ``least`` to all a little above it: softer on the lens.
    steep = (2.0 if on_lens else 6.0) * (0.4 + 0.6 * rng.random())
    most = (110 if on_lens else 200) * (0.4 + 0.6 * strength)
    table = np.clip((_LEVELS - least) * steep, 0, most).astype(np.uint8)
    cover = cv2.LUT(field, table)
    if not on_lens and rng.random() < 0.7:
        # Thrown up by the wheels: most of it low, or from one side.
        ramp = np.linspace(uniform(rng, 0.0, 0.6), 1.0, height if rng.random() < 0.7 else width)
        ramp = ramp[::-1] if rng.random() < 0.3 else ramp
        share = (255 * ramp).astype(np.uint8)
        whole = np.broadcast_to(share[:, None] if len(share) == height else share, image.shape)
        cover = cv2.multiply(cover, np.ascontiguousarray(whole), scale=1 / 255)
    grey = integer(rng, 200, 250) if rng.random() < 0.2 else integer(rng, 40, 150)
    return _over(image, np.full_like(image, grey), cover)


def _room(image: Picture, line: float) -> float:
    """Return which share of what falls is before a picture that shows a plate from near; 1 from afar."""
    return min(1.0, image.size / max(80 * line * line, 1.0))


def _over(image: Picture, front: cv2.typing.MatLike, cover: cv2.typing.MatLike) -> Picture:
    """Return ``front`` laid over a picture where ``cover`` is 255, mixed where it is less."""
    kept = cv2.multiply(image, cv2.bitwise_not(cover), scale=1 / 255)
    return cv2.add(kept, cv2.multiply(front, cover, scale=1 / 255)).astype(np.uint8, copy=False)
