"""What surveillance recorders and picture services leave: few pixels, hard compression, two fields, writing over all.

All functions work on grey uint8 pictures and saturate.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from .degrade_pixels import contrast, legible, line_height
from .draws import integer, uniform
from .faces import BOLDNESS, CAPITAL, FACES, put_text, text_mask
from .pose import Box, bounds
from .scaling import resized
from .smalltext import words

Picture = NDArray[np.uint8]
Quads = NDArray[np.float32]

_LEAST_LINE = 11.0  # height in px that a line of text keeps, as in ``resize_and_back``
# Shares of recordings in two fields, and, at worst, of which one field is kept.
_INTERLACED, _ONE_FIELD = 0.35, 0.4
_SHARPENED = 0.6  # share of recorders that sharpen, which rings along every edge
_AGAIN = 0.15  # share compressed a second time, by another grid of blocks
_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_NAMES = ("CAM {:02d}", "CH{:02d}", "Camera {}", "Cam{}", "ENTRANCE {}", "GATE {}", "IPC {}", "D{}")


def record(rng: np.random.Generator, image: Picture, quads: Quads, strength: float) -> Picture:
    """``rec``: a recorder's picture: shrunk, sharpened, compressed to coarse blocks, its fields apart, enlarged."""
    height, width = image.shape
    line = line_height(quads, image.shape)
    fields = rng.random()
    shown: cv2.typing.MatLike = image
    if fields < _INTERLACED:
        shown = _interlace(image, round(strength * uniform(rng, -0.12, 0.12) * line))
    elif fields < _INTERLACED + _ONE_FIELD * strength and line > 2 * _LEAST_LINE:
        shown = cv2.resize(image[::2], (width, height), interpolation=cv2.INTER_LINEAR)
    lowest = min(1.0, max(0.3, _LEAST_LINE / line))
    scale = 1.0 - strength * (1.0 - lowest) * rng.random()
    size = max(8, round(width * scale)), max(8, round(height * scale))
    if size != (width, height):
        shown = cv2.resize(shown, size, interpolation=cv2.INTER_AREA)
    if rng.random() < _SHARPENED:
        amount = 1.6 * strength * rng.random()
        shown = cv2.addWeighted(shown, 1 + amount, cv2.blur(shown, (3, 3)), -amount, 0)
    line *= scale
    # Small letters and pale ones dissolve sooner.
    pale = max(0.0, 45 - contrast(image, quads))
    worst = min(45.0, max(9.0, 52 - 1.9 * line + 0.7 * pale))
    quality = round(75 - strength**0.5 * (75 - worst))
    shown = _coded(shown, quality)
    if rng.random() < _AGAIN:
        cut = integer(rng, 1, 8)
        moved = cv2.copyMakeBorder(shown, cut, 0, cut, 0, cv2.BORDER_REPLICATE)
        shown = _coded(moved, min(90, quality + 15))[cut:, cut:]
    if size != (width, height):
        shown = cv2.resize(shown, (width, height), interpolation=cv2.INTER_LINEAR)
    recorded = np.ascontiguousarray(shown, np.uint8)
    return recorded if legible(image, recorded, quads) else image


def _coded(image: cv2.typing.MatLike, quality: int) -> cv2.typing.MatLike:
    encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE), np.uint8)


def _interlace(image: Picture, apart: int) -> Picture:
    """Return a picture whose odd rows were taken later, when everything had moved by some pixels."""
    if not apart:
        return image
    combed = image.copy()
    odd = image[1::2]
    if apart > 0:
        combed[1::2, apart:] = odd[:, :-apart]
    else:
        combed[1::2, :apart] = odd[:, -apart:]
    return combed


def watermark(rng: np.random.Generator, image: Picture, quads: Quads, strength: float) -> Picture:
    """``wmk``: a time stamp beside the plates, or pale writing across all: no character of it is a plate's."""
    marked = (_stamp if rng.random() < 0.5 else _across)(rng, image, quads, strength)
    return marked if legible(image, marked, quads) else image


def _stamp(rng: np.random.Generator, image: Picture, quads: Quads, strength: float) -> Picture:
    """Write date, time or a camera's name along the upper or lower edge, solid where no plate is."""
    height, width = image.shape
    text = _stamp_text(rng)
    mask = text_mask(
        text, integer(rng, 0, len(FACES) - 1), BOLDNESS[integer(rng, 1, len(BOLDNESS))]
    )
    size = height * uniform(rng, 0.04, 0.1)
    scale = min(max(size, 5.0) / CAPITAL, 0.96 * width / mask.shape[1])
    room, margin = mask.shape[1] * scale, 0.03 * height
    left = margin if rng.random() < 0.5 else width - room - margin
    above = rng.random() < 0.5
    base = margin + CAPITAL * scale if above else height - margin - 0.2 * CAPITAL * scale
    box = (left, base - 1.2 * CAPITAL * scale, left + room, base + 0.4 * CAPITAL * scale)
    free = all(_apart(box, bounds(quad)) for quad in quads)
    opacity = 0.3 + 0.7 * strength if free else 0.15 + 0.3 * strength
    ground = rng.random() < 0.25
    ink = integer(rng, 190, 256) if ground or rng.random() < 0.8 else integer(rng, 0, 50)
    rows = slice(max(0, math.floor(box[1])), max(0, math.ceil(box[3])))
    columns = slice(max(0, math.floor(left)), max(0, math.ceil(left + room)))
    written = image.copy()
    if ground:
        written[rows, columns] = integer(rng, 0, 40)
    elif ink > 128:  # A dark edge, so that it is read on light ground too.
        put_text(written, mask, (left + 1, base + 1), scale, 20)
    put_text(written, mask, (left, base), scale, ink)
    return cv2.addWeighted(image, 1 - opacity, written, opacity, 0).astype(np.uint8, copy=False)


def _apart(a: Box, b: Box) -> bool:
    return a[0] >= b[2] or b[0] >= a[2] or a[1] >= b[3] or b[1] >= a[3]


def _stamp_text(rng: np.random.Generator) -> str:
    year, month, day = integer(rng, 2005, 2031), integer(rng, 1, 13), integer(rng, 1, 29)
    hour, minute, second = integer(rng, 0, 24), integer(rng, 0, 60), integer(rng, 0, 60)
    date = (
        f"{year}-{month:02d}-{day:02d}", f"{day:02d}/{month:02d}/{year}",
        f"{day:02d}.{month:02d}.{year}", f"{month:02d}-{day:02d}-{year}",
    )[integer(rng, 0, 4)]  # fmt: skip
    time = f"{hour:02d}:{minute:02d}:{second:02d}"
    name = _NAMES[integer(rng, 0, len(_NAMES))].format(integer(rng, 1, 17))
    kind = integer(rng, 0, 5)
    if kind == 0:
        return name
    if kind == 1:
        return f"{date} {_DAYS[integer(rng, 0, 7)]} {time}"
    if kind == 2:
        return f"{name} {date} {time}"
    return f"{date} {time}" if kind == 3 else time


def _across(rng: np.random.Generator, image: Picture, quads: Quads, strength: float) -> Picture:
    """Write a name across the whole picture, once or again and again, pale and aslant."""
    height, width = image.shape
    mask = text_mask(
        words(rng), integer(rng, 0, len(FACES)), BOLDNESS[integer(rng, 0, len(BOLDNESS))]
    )
    line = line_height(quads, image.shape)
    once = rng.random() < 0.5
    # Larger or smaller than the plates' own characters, never taken for one of them.
    size = uniform(rng, 0.15, 0.4) * height if once else uniform(rng, 0.35, 1.2) * line
    scale = size / CAPITAL
    room = mask.shape[1] * scale
    if once:
        scale *= min(1.0, 1.1 * math.hypot(height, width) / room)
    if scale < 1:
        # Sampled as it is, strokes narrower than a pixel would fall between the samples.
        mask = resized(
            mask, max(1, round(mask.shape[1] * scale)), max(1, round(mask.shape[0] * scale))
        )
        scale = 1.0
    if not once:
        gap_x, gap_y = round(size * uniform(rng, 1, 5)), round(size * uniform(rng, 0.5, 3))
        mask = np.pad(mask, ((0, gap_y), (0, gap_x)))
    turn = math.radians(uniform(rng, -45, 45) if rng.random() < 0.7 else 0.0)
    c, s = scale * math.cos(turn), scale * math.sin(turn)
    x, y = uniform(rng, 0.3, 0.7) * width, uniform(rng, 0.3, 0.7) * height
    middle_x, middle_y = mask.shape[1] / 2, mask.shape[0] / 2
    matrix = np.array(
        [[c, -s, x - c * middle_x + s * middle_y], [s, c, y - s * middle_x - c * middle_y]]
    )
    border = cv2.BORDER_CONSTANT if once else cv2.BORDER_WRAP
    cover = cv2.warpAffine(mask, matrix, (width, height), borderMode=border)
    # Paler than the palest plate.
    most = min(0.4, 1.2 * contrast(image, quads) / 255)
    opacity = (0.15 + 0.85 * strength) * uniform(rng, 0.6, 1.0) * most
    if rng.random() < 0.75:
        return cv2.addWeighted(image, 1.0, cover, opacity, 0).astype(np.uint8, copy=False)
    return cv2.addWeighted(image, 1.0, cover, -opacity, 0).astype(np.uint8, copy=False)
