"""Degradations that change grey values and leave geometry alone: light, optics, sensor, codec.

Each takes ``(rng, image, quads, strength)`` with a grey uint8 picture, quads ``(N, 4, 2)`` float32
in pixels and a strength from 0 to 1. How far a strength goes is measured in the height of the
smallest line of text in the picture, so that a person can still read every plate. All arithmetic
saturates.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from .draws import integer, uniform
from .noise import add_gaussian, add_salt_and_pepper
from .pose import bounds

_LEGIBLE_CONTRAST = 11.0  # deviation of grey levels on a plate, below which it gets hard to read
# Height in px of a line of text below which its letters dissolve, by the way of shrinking: dropping
# pixels loses whole strokes where averaging keeps them.
_SMALLEST_LINE = {cv2.INTER_AREA: 11.0, cv2.INTER_LINEAR: 14.0, cv2.INTER_NEAREST_EXACT: 22.0}
_DOWN = tuple(_SMALLEST_LINE)
_UP = (cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_NEAREST_EXACT)
_SOFTNESS = (0.0, 0.5, 2.0, 5.0)  # of a shadow's edge: deviation in 32nds of the picture
_LEVELS = np.arange(256) / 255


def line_height(quads: NDArray[np.float32], shape: tuple[int, ...]) -> float:
    """Height in px of the smallest line of text on any of the plates ``(N, 4, 2)``.

    Taken from the area, so that a sheared plate counts as thin as it looks; a plate less than
    2.4 times as wide as high counts as two lines. Without plates: an eighth of the shorter side.
    """
    if not len(quads):
        return min(shape) / 8
    lowest = math.inf
    for (ax, ay), (bx, by), (cx, cy), (dx, dy) in quads.tolist():
        length = max((math.hypot(bx - ax, by - ay) + math.hypot(cx - dx, cy - dy)) / 2, 1e-6)
        height = abs((cx - ax) * (dy - by) - (dx - bx) * (cy - ay)) / 2 / length
        lowest = min(lowest, height / 2 if length < 2.4 * height else height)
    return lowest


def blur(
    rng: np.random.Generator,
    image: NDArray[np.uint8],
    quads: NDArray[np.float32],
    strength: float,
) -> NDArray[np.uint8]:
    """``blr``: out of focus, a Gaussian of at most 6% of the line of text."""
    sigma = 0.3 + strength * 0.055 * line_height(quads, image.shape)
    # As far as two deviations: OpenCV itself goes to three, at half as much again of the cost.
    side = 2 * math.ceil(2 * sigma) + 1
    return cv2.GaussianBlur(image, (side, side), sigma).astype(np.uint8, copy=False)


def motion_blur(
    rng: np.random.Generator,
    image: NDArray[np.uint8],
    quads: NDArray[np.float32],
    strength: float,
) -> NDArray[np.uint8]:
    """``mot``: moved while exposed, along a line of at most 15% of the line of text."""
    length = 1.0 + strength * 0.15 * line_height(quads, image.shape)
    kernel = motion_kernel(length, uniform(rng, 0.0, np.pi))
    return cv2.filter2D(image, -1, kernel).astype(np.uint8, copy=False)


def motion_kernel(length: float, angle: float) -> NDArray[np.float32]:
    """Kernel of a straight movement of ``length`` px at ``angle`` radians; odd side, sum 1."""
    reach = int(np.ceil(length / 2))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32)
    along = x * np.cos(angle) + y * np.sin(angle)
    across = y * np.cos(angle) - x * np.sin(angle)
    beyond = np.maximum(0.0, np.abs(along) - (length - 1) / 2)
    kernel = np.maximum(0.0, 1.0 - np.hypot(beyond, across))
    return np.asarray(kernel / kernel.sum(), np.float32)


def shade(
    rng: np.random.Generator,
    image: NDArray[np.uint8],
    quads: NDArray[np.float32],
    strength: float,
) -> NDArray[np.uint8]:
    """``shd``: a shadow with a straight or bent edge, hard or soft, at most 70% dark."""
    cells = 32
    mask = np.full((cells, cells), 255, np.uint8)
    angle = uniform(rng, 0.0, 2 * math.pi)
    c, s = math.cos(angle), math.sin(angle)
    x, y = uniform(rng, 0.25, 0.75) * cells, uniform(rng, 0.25, 0.75) * cells
    depth = cells * (2.0 if rng.random() < 0.5 else uniform(rng, 0.15, 0.5))
    bend = uniform(rng, -0.2, 0.2) * cells
    far = 2 * cells
    # Along the shadow's edge and across it.
    edge = ((-far, 0.0), (0.0, bend), (far, 0.0), (far, depth), (-far, depth))
    corners = [(round(x + u * c - v * s), round(y + u * s + v * c)) for u, v in edge]
    cv2.fillPoly(mask, [np.array(corners, np.int32)], (255 * (1 - (0.2 + 0.5 * strength)),))
    softness = _SOFTNESS[integer(rng, 0, len(_SOFTNESS))]
    if softness:
        mask = cv2.GaussianBlur(mask, (0, 0), softness).astype(np.uint8, copy=False)
    height, width = image.shape
    full = cv2.resize(mask, (width, height), interpolation=cv2.INTER_LINEAR)
    shaded = cv2.multiply(image, full, scale=1 / 255).astype(np.uint8, copy=False)
    return shaded if legible(image, shaded, quads) else image


def add_noise(
    rng: np.random.Generator,
    image: NDArray[np.uint8],
    quads: NDArray[np.float32],
    strength: float,
) -> NDArray[np.uint8]:
    """``noi``: Gaussian noise of at most 40 grey levels, fine or coarse, or salt and pepper."""
    line = line_height(quads, image.shape)
    if rng.random() < 0.25:
        return add_salt_and_pepper(rng, image, 0.002 + 0.04 * strength * min(1.0, line / 20))
    # Small letters drown sooner, and so do pale ones.
    ceiling = min(40.0, 8.0 + 1.0 * line, 0.6 * contrast(image, quads))
    grain = uniform(rng, 1.2, 2.2) if rng.random() < 0.3 and line > 14 else 1.0
    return add_gaussian(rng, image, 2.0 + strength * ceiling, grain)


def change_brightness(
    rng: np.random.Generator,
    image: NDArray[np.uint8],
    quads: NDArray[np.float32],
    strength: float,
) -> NDArray[np.uint8]:
    """``brg``: brightness up to ±70 grey levels, contrast x 0.45 to 2.2, gamma 0.45 to 2.2."""
    offset, gain, gamma = (uniform(rng, -1.0, 1.0) for _ in range(3))
    for share in (strength, strength / 2, strength / 4):
        steepness = 255 * 2.2 ** (gain * share)
        middle = 127.5 + 70 * offset * share + 0.5
        curve = (_LEVELS ** (2.2 ** (gamma * share)) - 0.5) * steepness + middle
        table = np.minimum(np.maximum(curve, 0), 255).astype(np.uint8)
        changed = cv2.LUT(image, table).astype(np.uint8, copy=False)
        if legible(image, changed, quads):
            return changed
    return image


def darken(
    rng: np.random.Generator,
    image: NDArray[np.uint8],
    quads: NDArray[np.float32],
    strength: float,
) -> NDArray[np.uint8]:
    """``low``: taken in low light, at worst an eighth of the light, with the noise of high gain."""
    for share in (strength, strength / 2, strength / 4):
        gain = 0.6 * (0.125 / 0.6) ** share
        dark = cv2.convertScaleAbs(image, alpha=gain).astype(np.uint8, copy=False)
        if legible(image, dark, quads):
            sigma = min(1.5 + 6 * strength, 0.3 * contrast(dark, quads))
            return add_gaussian(rng, dark, sigma)
    return image


def resize_and_back(
    rng: np.random.Generator,
    image: NDArray[np.uint8],
    quads: NDArray[np.float32],
    strength: float,
) -> NDArray[np.uint8]:
    """``rsz``: shrunk so far that a line of text keeps at least 11 px, then enlarged again."""
    height, width = image.shape
    down, up = _DOWN[integer(rng, 0, len(_DOWN))], _UP[integer(rng, 0, len(_UP))]
    needed = _SMALLEST_LINE[down]
    lowest = min(1.0, max(0.25, needed / line_height(quads, image.shape)))
    scale = 1.0 - strength * (1.0 - lowest)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(image, size, interpolation=down)
    return cv2.resize(small, (width, height), interpolation=up).astype(np.uint8, copy=False)


def compress(
    rng: np.random.Generator,
    image: NDArray[np.uint8],
    quads: NDArray[np.float32],
    strength: float,
) -> NDArray[np.uint8]:
    """``jpg``: JPEG at quality 90 down to 15, or to 40 where the letters are small."""
    worst = min(45.0, max(15.0, 65 - 2.2 * line_height(quads, image.shape)))
    quality = round(90 - strength * (90 - worst))
    encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE), np.uint8)


def contrast(image: NDArray[np.uint8], quads: NDArray[np.float32]) -> float:
    """Deviation of grey levels in the middle of the palest plate; 64 without plates in sight."""
    height, width = image.shape
    lowest = 64.0
    for quad in quads:
        left, top, right, bottom = bounds(quad)
        x1, y1 = int(max(0.0, 0.8 * left + 0.2 * right)), int(max(0.0, 0.8 * top + 0.2 * bottom))
        x2 = math.ceil(0.2 * left + 0.8 * right) + 1
        y2 = math.ceil(0.2 * top + 0.8 * bottom) + 1
        patch = image[min(y1, height) : max(0, y2), min(x1, width) : max(0, x2)]
        if patch.size:
            lowest = min(lowest, float(cv2.meanStdDev(patch)[1].item()))
    return lowest


def legible(
    before: NDArray[np.uint8], after: NDArray[np.uint8], quads: NDArray[np.float32]
) -> bool:
    """Whether no plate has lost the contrast it needs, or lost more when it was pale already."""
    return contrast(after, quads) >= min(_LEGIBLE_CONTRAST, contrast(before, quads))
