"""What happens to a plate's surface: relief, rim, light, dirt and damage.

Every function changes a grey uint8 picture (h, w) of a plate in place.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]


class Variation(NamedTuple):
    """One thing that can happen to a plate, the share of plates it happens to, and what it is."""

    share: float
    apply: Callable[[Grey, np.random.Generator], None]
    meaning: str


def emboss(image: Grey, coverage: Grey, rng: np.random.Generator) -> None:
    """Add a lit and a shaded edge to the characters whose `coverage` (h, w) is given."""
    step = max(1, round(image.shape[0] / 70))
    moved = np.zeros_like(coverage)
    if rng.random() < 0.5:
        moved[step:, step:] = coverage[:-step, :-step]
    else:
        moved[step:, :-step] = coverage[:-step, step:]
    lit, shaded = cv2.subtract(moved, coverage), cv2.subtract(coverage, moved)
    if rng.random() < 0.5:
        lit, shaded = shaded, lit
    strength = float(rng.uniform(0, 0.3))
    brighter = cv2.addWeighted(image, 1.0, lit, strength * 0.6, 0.0)
    cv2.addWeighted(brighter, 1.0, shaded, -strength, 0.0, dst=image)


def wear(image: Grey, rng: np.random.Generator) -> None:
    """Apply each of `VARIATIONS` with the probability that is its share, in the table's order."""
    draws = rng.random(len(VARIATIONS))
    for variation, draw in zip(VARIATIONS.values(), draws, strict=True):
        if draw < variation.share:
            variation.apply(image, rng)


def _rim(image: Grey, rng: np.random.Generator) -> None:
    """A line along the edge: the pressed border, dark or bright."""
    height = image.shape[0]
    inset = float(rng.uniform(0.0, 0.06)) * height
    value = int(rng.integers(15, 130)) if rng.random() < 0.7 else int(rng.integers(200, 256))
    thickness = 1 + int(rng.integers(0, max(2, height // 32 + 1)))
    outline = _rounded(image.shape[1], height, inset, float(rng.uniform(0.05, 0.13)) * height)
    cv2.polylines(image, [outline], True, value, thickness, cv2.LINE_AA, 4)


def _corners(image: Grey, rng: np.random.Generator) -> None:
    """Rounded corners, with what lies behind the plate showing at them."""
    height, width = image.shape
    behind = int(rng.integers(10, 90))
    radius = round(float(rng.uniform(0.05, 0.13)) * height)
    cut = _corner(radius)
    image[:radius, :radius][cut] = behind
    image[:radius, width - radius :][cut[:, ::-1]] = behind
    image[height - radius :, :radius][cut[::-1]] = behind
    image[height - radius :, width - radius :][cut[::-1, ::-1]] = behind


def _screws(image: Grey, rng: np.random.Generator) -> None:
    """Two or four screws or holes, often next to or upon a character."""
    height, width = image.shape
    x = float(rng.uniform(0.03, 0.25)) * width
    y = float(rng.choice((0.12, 0.5, 0.5, 0.88))) * height
    radius = float(rng.uniform(0.02, 0.055)) * height
    head, slot = int(rng.integers(20, 230)), int(rng.integers(20, 230))
    for cx in (x, width - x):
        centre = (round(cx * 16), round(y * 16))
        cv2.circle(image, centre, round(radius * 16), head, -1, cv2.LINE_AA, 4)
        cv2.circle(image, centre, round(radius * 8), slot, -1, cv2.LINE_AA, 4)


def _gradient(image: Grey, rng: np.random.Generator) -> None:
    """Light that falls off across the plate."""
    across, down = rng.uniform(-45, 45), rng.uniform(-30, 30)
    _add(image, np.array([[-across - down, across - down], [down - across, across + down]]) / 2)


def _mottle(image: Grey, rng: np.random.Generator) -> None:
    """Soft stains all over."""
    _add(image, rng.normal(0, rng.uniform(4, 20), (3, 9)))


def _shadow(image: Grey, rng: np.random.Generator) -> None:
    """A shadow or a beam of light with a straight edge across the plate."""
    height, width = image.shape
    top, bottom = rng.uniform(-0.1, 1.1, 2) * width
    side = 0 if rng.random() < 0.5 else width
    edge = np.array([[side, 0], [top, 0], [bottom, height], [side, height]])
    shaded = cv2.convertScaleAbs(image, alpha=float(rng.uniform(0.4, 0.8)))
    mask = np.zeros_like(image)
    cv2.fillPoly(mask, [np.rint(edge).astype(np.int32)], 255)
    cv2.copyTo(shaded, mask, image)


def _dirt(image: Grey, rng: np.random.Generator) -> None:
    """Splashes and specks, more of them low down."""
    height, width = image.shape
    grey = int(rng.integers(50, 150))
    count = int(rng.integers(5, 40))
    xs, ys = rng.random(count) * width, (1 - rng.random(count) ** 2) * height
    radii = rng.gamma(1.2, 0.008 * height, count)
    for x, y, radius in zip(xs, ys, radii, strict=True):
        centre = (round(x * 16), round(y * 16))
        cv2.circle(image, centre, round((radius + 0.3) * 16), grey, -1, cv2.LINE_AA, 4)


def _mud(image: Grey, rng: np.random.Generator) -> None:
    """A veil of dust that rises from the lower edge and takes contrast."""
    height = image.shape[0]
    start = round(float(rng.uniform(0.2, 0.8)) * height)
    part = image[start:]
    ramp = np.linspace(0, rng.uniform(0.15, 0.5), height - start, dtype=np.float32)[:, None]
    part[:] = (part + (float(rng.integers(70, 150)) - part) * ramp).astype(np.uint8)


def _scratches(image: Grey, rng: np.random.Generator) -> None:
    """A few fine straight scratches."""
    height, width = image.shape
    for _ in range(int(rng.integers(1, 6))):
        x, y = rng.random() * width, rng.random() * height
        dx, dy = rng.normal(0, 0.35, 2) * height
        ends = ((round(x), round(y)), (round(x + dx), round(y + dy)))
        cv2.line(image, *ends, int(rng.integers(60, 240)), 1, cv2.LINE_AA)


def _fading(image: Grey, rng: np.random.Generator) -> None:
    """Bleached paint: contrast shrinks towards a middle or bright grey."""
    keep, towards = float(rng.uniform(0.35, 0.8)), float(rng.uniform(110, 230))
    cv2.convertScaleAbs(image, dst=image, alpha=keep, beta=towards * (1 - keep))


def _sticker(image: Grey, rng: np.random.Generator) -> None:
    """A small sticker at a corner."""
    height, width = image.shape
    side = round(float(rng.uniform(0.08, 0.16)) * height)
    x = 2 if rng.random() < 0.5 else width - side - 2
    y = 2 if rng.random() < 0.5 else height - side - 2
    image[y : y + side, x : x + side] = int(rng.integers(0, 256))


def _halo(image: Grey, rng: np.random.Generator) -> None:
    """Retro-reflection of a lamp or flash: the paper burns out and bleeds into the characters."""
    sigma = float(rng.uniform(0.01, 0.05)) * image.shape[0]
    blurred = cv2.GaussianBlur(image, (0, 0), sigma)
    gain = float(rng.uniform(0.2, 0.6))
    cv2.addWeighted(image, 1.0, blurred, gain, -float(rng.uniform(0, 30)), dst=image)


def _gloss(image: Grey, rng: np.random.Generator) -> None:
    """A film of gloss: a soft bright spot somewhere on the plate."""
    spot = np.zeros((5, 9))
    spot[int(rng.integers(5)), int(rng.integers(9))] = rng.uniform(40, 150)
    _add(image, spot)


def _add(image: Grey, coarse: NDArray[np.float64]) -> None:
    """Add a coarse field of grey differences, blown up smoothly to the picture."""
    size = (image.shape[1], image.shape[0])
    # An offset of 128 keeps the field in uint8, where resizing and adding are fastest.
    field = np.clip(np.rint(coarse + 128), 0, 255).astype(np.uint8)
    smooth = cv2.resize(field, size, interpolation=cv2.INTER_LINEAR)
    cv2.addWeighted(image, 1.0, smooth, 1.0, -128.0, dst=image)


@lru_cache(maxsize=64)
def _corner(radius: int) -> NDArray[np.bool_]:
    """What a top left corner of that radius leaves out of its square; (radius, radius)."""
    yy, xx = np.ogrid[:radius, :radius]
    outside: NDArray[np.bool_] = (radius - 0.5 - yy) ** 2 + (radius - 0.5 - xx) ** 2 > radius**2
    return outside


def _rounded(width: int, height: int, inset: float, radius: float) -> NDArray[np.int32]:
    """Outline of a rectangle with rounded corners, `inset` px from the edge; (n, 2), 1/16 px."""
    angles = np.linspace(0, np.pi / 2, 5)
    arc = np.stack([np.cos(angles), np.sin(angles)], axis=1) * radius
    reach = (width / 2 - 0.5 - inset - radius, height / 2 - 0.5 - inset - radius)
    quarter = arc + reach
    flips = ((1, 1, 1), (-1, 1, -1), (-1, -1, 1), (1, -1, -1))
    parts = [(quarter * (fx, fy))[::order] for fx, fy, order in flips]
    outline = np.concatenate(parts) + np.array([(width - 1) / 2, (height - 1) / 2])
    pixels: NDArray[np.int32] = np.rint(outline * 16).astype(np.int32)
    return pixels


VARIATIONS: dict[str, Variation] = {
    "fad": Variation(0.08, _fading, "bleached paint"),
    "sti": Variation(0.05, _sticker, "sticker at a corner"),
    "scr": Variation(0.06, _scratches, "scratches"),
    "bol": Variation(0.30, _screws, "screws, rivets, holes"),
    "spl": Variation(0.12, _dirt, "splashes and specks"),
    "mud": Variation(0.08, _mud, "veil of dust from below"),
    "stn": Variation(0.20, _mottle, "soft stains"),
    "rim": Variation(0.65, _rim, "pressed border line"),
    "cor": Variation(0.75, _corners, "rounded corners"),
    "sha": Variation(0.12, _shadow, "shadow with a straight edge"),
    "gra": Variation(0.50, _gradient, "light falling off"),
    "glo": Variation(0.08, _gloss, "gloss spot"),
    "hal": Variation(0.08, _halo, "retro-reflective halo"),
}
"""Code -> variation, in the order in which they happen."""
