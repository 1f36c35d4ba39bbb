"""A picture taken at night: lit by head lamps or by the camera's own infra-red, plates that throw it back.

All functions work on grey uint8 pictures and saturate.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from .degrade_pixels import contrast, legible, line_height
from .draws import integer, uniform
from .noise import add_gaussian
from .pose import bounds

Picture = NDArray[np.uint8]
Quads = NDArray[np.float32]

_LEAST_LIGHT = 0.07  # of the day's, for what throws none back
_GLARE = 0.6  # share of nights with lamps in the picture, beside the plates
_MOST_LAMPS = 3
_SIGNS = (
    0.4  # share of nights in which something else throws light back: a sign, a sticker, a reflector
)
_SPOT = 0.6  # share of nights lit by a beam that leaves the corners of the picture dark
_CELLS = 32  # side of the small picture of the beam


def night(rng: np.random.Generator, image: Picture, quads: Quads, strength: float) -> Picture:
    """``nit``: dark at night, at worst a 14th of the light, plates that shine or are blown out, glare, noise."""
    # Also a mild night is dark: with the strength itself half of all nights would be afternoons.
    deep = math.sqrt(strength)
    line = line_height(quads, image.shape)
    gain = _LEAST_LIGHT ** (deep * uniform(rng, 0.5, 1.0))
    shine, spill, glare = uniform(rng, -0.7, 1.0), uniform(rng, 0.05, 0.3), rng.random() < _GLARE
    beam = _beam(rng, deep) if rng.random() < _SPOT else None
    shining = _shining(rng, quads, image.shape)
    lamps = _lamps(rng, quads, image.shape, line, deep) if glare else None
    sigma, grain = 12 * deep * uniform(rng, 0.2, 1.0), uniform(rng, 1.0, 1.8)
    for share in (1.0, 0.5, 0.25):
        seen = _lit(image, shining, gain**share, share * deep * shine, share * deep * spill, line)
        if beam is not None:
            full = cv2.resize(beam, image.shape[::-1], interpolation=cv2.INTER_LINEAR)
            seen = cv2.multiply(seen, full, scale=1 / 255)
        if lamps is not None:
            seen = cv2.add(seen, cv2.convertScaleAbs(lamps, alpha=share))
        dark = seen.astype(np.uint8, copy=False)
        if legible(image, dark, quads):
            return add_gaussian(rng, dark, min(sigma, 0.3 * contrast(dark, quads)), grain)
    return image


def _lit(
    image: Picture, shining: Picture, gain: float, shine: float, spill: float, line: float
) -> cv2.typing.MatLike:
    """Return a picture dimmed to ``gain``; where ``shining``, brightened instead, its light spilling over."""
    dark = cv2.convertScaleAbs(image, alpha=gain)
    # From half the light thrown back to 2.5 times as much, which leaves nothing of the ground's own marks.
    back = cv2.convertScaleAbs(image, alpha=2.5**shine)
    back = cv2.multiply(back, shining, scale=1 / 255)
    kept = cv2.multiply(dark, cv2.bitwise_not(shining), scale=1 / 255)
    seen = cv2.add(back, kept)
    side = 2 * math.ceil(0.35 * line) + 1
    return cv2.addWeighted(seen, 1.0, cv2.blur(back, (side, side)), spill, 0.0)


def _shining(rng: np.random.Generator, quads: Quads, shape: tuple[int, ...]) -> Picture:
    """Return what throws light back, 255: the plates, and now and then something else of their size."""
    mask = np.zeros(shape, np.uint8)
    height, width = shape
    outlines = list(quads)
    if rng.random() < _SIGNS:
        across = uniform(rng, 0.08, 0.4) * width
        high = across * uniform(rng, 0.15, 1.0)
        left, top = uniform(rng, -0.2, 1.0) * width, uniform(rng, -0.2, 1.0) * height
        lean = uniform(rng, -0.2, 0.2) * high
        outlines.append(
            np.array(
                [
                    (left, top),
                    (left + across, top + lean),
                    (left + across, top + high + lean),
                    (left, top + high),
                ],
                np.float32,
            )
        )
    for outline in outlines:
        cv2.fillConvexPoly(mask, np.rint(16 * outline).astype(np.int32), (255,), cv2.LINE_AA, 4)
    return mask


def _beam(rng: np.random.Generator, deep: float) -> Picture:
    """Return how much of the light falls where, (32, 32): less and less away from a spot, never under a third."""
    x, y = uniform(rng, 0.2, 0.8) * _CELLS, uniform(rng, 0.2, 0.8) * _CELLS
    wide, high = uniform(rng, 0.35, 1.0) * _CELLS, uniform(rng, 0.35, 1.0) * _CELLS
    cells = np.arange(_CELLS, dtype=np.float32)
    far = ((cells - x) / wide)[None] ** 2 + ((cells - y) / high)[:, None] ** 2
    light = 1 - 0.65 * deep * (1 - 1 / (1 + far))
    return np.asarray(255 * light, np.uint8)


def _lamps(
    rng: np.random.Generator, quads: Quads, shape: tuple[int, ...], line: float, deep: float
) -> Picture:
    """Return the light of lamps and the haze around them: beside a plate and above it, as on a car, and elsewhere."""
    height, width = shape
    glow = np.zeros((math.ceil(height / 4), math.ceil(width / 4)), np.uint8)
    core = np.zeros(shape, np.uint8)
    count = 1 + integer(rng, 0, _MOST_LAMPS)
    if len(quads):
        left, top, right, bottom = bounds(quads[integer(rng, 0, len(quads))])
    else:
        left, top, right, bottom = 0.3 * width, 0.45 * height, 0.7 * width, 0.55 * height
    wide = right - left
    rise = uniform(rng, -0.2, 0.5) * wide
    bright = round(255 * min(1.0, 2 * deep))
    apart = wide * uniform(rng, 0.25, 1.4)
    for number in range(count):
        x = left - apart if number % 2 else right + apart
        if number >= 2:
            x, rise = uniform(rng, 0, width), uniform(rng, 0.3, 2.0) * wide
        y = (top + bottom) / 2 - rise
        radius = line * uniform(rng, 0.2, 0.8) * deep
        haze = radius * uniform(rng, 1.5, 3.0)
        cv2.circle(core, (round(x), round(y)), max(round(radius), 1), (bright,), -1, cv2.LINE_AA)
        cv2.circle(
            glow, (round(x / 4), round(y / 4)), max(round(haze / 4), 1), (round(200 * deep),), -1
        )
        if rng.random() < 0.25:  # A smear across the lens, or a charge that runs over.
            reach = radius * uniform(rng, 3.0, 9.0)
            tilt = uniform(rng, 0.0, math.pi)
            dx, dy = reach * math.cos(tilt), reach * math.sin(tilt)
            ends = (round(x - dx), round(y - dy)), (round(x + dx), round(y + dy))
            cv2.line(core, *ends, (round(110 * deep),), max(1, round(radius / 3)), cv2.LINE_AA)
    side = 2 * math.ceil(line * uniform(rng, 0.15, 0.45)) + 1
    hazy = cv2.blur(cv2.blur(glow, (side, side)), (side, side))
    edge = 2 * math.ceil(0.12 * line * deep) + 1
    soft = cv2.blur(core, (edge, edge))
    full = cv2.resize(hazy, (width, height), interpolation=cv2.INTER_LINEAR)
    return cv2.add(full, soft).astype(np.uint8, copy=False)
