"""What happens to a plate's surface: relief, rim, light, dirt and damage.

Every function changes a grey uint8 picture (h, w) of a plate in place.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from .draws import integer, uniform
from .paste import blend

Grey = NDArray[np.uint8]

_SCREW_ROWS = (0.12, 0.5, 0.5, 0.88)
"""Where screws sit, in plate heights from above."""
_CORNER_POINTS = 3
"""Points on each rounded corner of a rim."""


class Variation(NamedTuple):
    """One thing that can happen to a plate, the share of plates it happens to, and what it is."""

    share: float
    apply: Callable[[Grey, np.random.Generator], None]
    meaning: str


def emboss(image: Grey, coverage: Grey, rng: np.random.Generator) -> None:
    """Add a lit and a shaded edge to the characters whose `coverage` (h, w) is given."""
    step = max(1, round(image.shape[0] / 70))
    strength = uniform(rng, 0, 0.24)
    below = slice(step, None), slice(None, -step)
    to, back = below if rng.random() < 0.5 else below[::-1]
    moved, seen = coverage[below[1], back], image[below[0], to]
    # One copy of the characters is added and the other taken away: what is left are their edges. Added first, so that
    # dark characters do not saturate.
    if rng.random() < 0.5:
        cv2.addWeighted(seen, 1.0, moved, strength, 0.0, dst=seen)
        cv2.addWeighted(image, 1.0, coverage, -strength, 0.0, dst=image)
    else:
        cv2.addWeighted(image, 1.0, coverage, strength, 0.0, dst=image)
        cv2.addWeighted(seen, 1.0, moved, -strength, 0.0, dst=seen)


def wear(image: Grey, rng: np.random.Generator) -> None:
    """Apply each of `VARIATIONS` with the probability that is its share, in the table's order."""
    draws = rng.random(len(VARIATIONS)).tolist()
    for (share, apply, _), draw in zip(VARIATIONS.values(), draws, strict=True):
        if draw < share:
            apply(image, rng)


def _rim(image: Grey, rng: np.random.Generator) -> None:
    """A line along the edge: the pressed border, dark or bright."""
    height = image.shape[0]
    inset = uniform(rng, 0.0, 0.06) * height
    value = integer(rng, 15, 130) if rng.random() < 0.7 else integer(rng, 200, 256)
    thickness = 1 + integer(rng, 0, max(2, height // 32 + 1))
    outline = _rounded(image.shape[1], height, inset, uniform(rng, 0.05, 0.13) * height)
    cv2.polylines(image, [outline], True, value, thickness, cv2.LINE_AA, 4)


def _corners(image: Grey, rng: np.random.Generator) -> None:
    """Rounded corners, with what lies behind the plate showing at them."""
    height, width = image.shape
    behind = integer(rng, 10, 90)
    radius = round(uniform(rng, 0.05, 0.13) * height)
    upper_left, upper_right, lower_right, lower_left = _corner(radius)
    image[:radius, :radius][upper_left] = behind
    image[:radius, width - radius :][upper_right] = behind
    image[height - radius :, width - radius :][lower_right] = behind
    image[height - radius :, :radius][lower_left] = behind


def _screws(image: Grey, rng: np.random.Generator) -> None:
    """Two or four screws or holes, often next to or upon a character."""
    height, width = image.shape
    x = uniform(rng, 0.03, 0.25) * width
    y = _SCREW_ROWS[integer(rng, 0, len(_SCREW_ROWS))] * height
    radius = uniform(rng, 0.02, 0.055) * height
    head, slot = integer(rng, 20, 230), integer(rng, 20, 230)
    for cx in (x, width - x):
        centre = (round(cx * 16), round(y * 16))
        cv2.circle(image, centre, round(radius * 16), head, -1, cv2.LINE_AA, 4)
        cv2.circle(image, centre, round(radius * 8), slot, -1, cv2.LINE_AA, 4)


def _gradient(image: Grey, rng: np.random.Generator) -> None:
    """Light that falls off across the plate."""
    across, down = uniform(rng, -45, 45), uniform(rng, -30, 30)
    one, other = (across + down) / 2 + 128.5, (across - down) / 2 + 128.5
    _add(image, np.array(((257 - one, other), (257 - other, one)), np.uint8))


def _mottle(image: Grey, rng: np.random.Generator) -> None:
    """Soft stains all over."""
    stains = uniform(rng, 4, 20) * rng.standard_normal((3, 9)) + 128.5
    _add(image, stains.astype(np.uint8))


def _shadow(image: Grey, rng: np.random.Generator) -> None:
    """A shadow or a beam of light with a straight edge across the plate."""
    height, width = image.shape
    top, bottom = int(uniform(rng, -0.1, 1.1) * width), int(uniform(rng, -0.1, 1.1) * width)
    side = 0 if rng.random() < 0.5 else width
    edge = np.array([[side, 0], [top, 0], [bottom, height], [side, height]], np.int32)
    shaded = cv2.convertScaleAbs(image, alpha=uniform(rng, 0.4, 0.8))
    mask = np.zeros_like(image)
    cv2.fillConvexPoly(mask, edge, 255)
    cv2.copyTo(shaded, mask, image)


def _dirt(image: Grey, rng: np.random.Generator) -> None:
    """Splashes and specks, more of them low down."""
    height, width = image.shape
    grey = integer(rng, 50, 150)
    count = integer(rng, 5, 40)
    xs, ys = rng.random(count) * (16 * width), (1 - rng.random(count) ** 2) * (16 * height)
    radii = rng.standard_gamma(1.2, count) * (16 * 0.008 * height) + 5
    splashes = np.stack((xs, ys, radii), 1).astype(np.int32).tolist()
    for x, y, radius in splashes:
        cv2.circle(image, (x, y), radius, grey, -1, cv2.LINE_AA, 4)


def _mud(image: Grey, rng: np.random.Generator) -> None:
    """A veil of dust that rises from the lower edge and takes contrast."""
    height = image.shape[0]
    start = round(uniform(rng, 0.2, 0.8) * height)
    part = image[start:]
    # Down a single column, then over the whole width: a thousandth of the arithmetic.
    rows, columns = part.shape
    thickest = 255 * uniform(rng, 0.15, 0.5)
    veil = np.linspace(0, thickest, rows).astype(np.uint8)[:, None]
    veil = cv2.resize(veil, (columns, rows), interpolation=cv2.INTER_NEAREST).astype(np.uint8)
    dust = cv2.convertScaleAbs(veil, alpha=integer(rng, 70, 150) / 255)
    blend(part, dust, cv2.bitwise_not(veil))


def _scratches(image: Grey, rng: np.random.Generator) -> None:
    """A few fine straight scratches."""
    height, width = image.shape
    for _ in range(integer(rng, 1, 6)):
        x, y = rng.random() * width, rng.random() * height
        dx, dy = (0.35 * height * rng.standard_normal() for _ in range(2))
        ends = ((round(x), round(y)), (round(x + dx), round(y + dy)))
        cv2.line(image, *ends, integer(rng, 60, 240), 1, cv2.LINE_AA)


def _fading(image: Grey, rng: np.random.Generator) -> None:
    """Bleached paint: contrast shrinks towards a middle or bright grey."""
    keep, towards = uniform(rng, 0.35, 0.8), uniform(rng, 110, 230)
    cv2.convertScaleAbs(image, dst=image, alpha=keep, beta=towards * (1 - keep))


def _sticker(image: Grey, rng: np.random.Generator) -> None:
    """A small sticker at a corner."""
    height, width = image.shape
    side = round(uniform(rng, 0.08, 0.16) * height)
    x = 2 if rng.random() < 0.5 else width - side - 2
    y = 2 if rng.random() < 0.5 else height - side - 2
    image[y : y + side, x : x + side] = integer(rng, 0, 256)


def _halo(image: Grey, rng: np.random.Generator) -> None:
    """Retro-reflection of a lamp or flash: the paper burns out and bleeds into the characters."""
    sigma = uniform(rng, 0.01, 0.05) * image.shape[0]
    blurred = cv2.GaussianBlur(image, (0, 0), sigma)
    gain = uniform(rng, 0.2, 0.6)
    cv2.addWeighted(image, 1.0, blurred, gain, -uniform(rng, 0, 30), dst=image)


def _gloss(image: Grey, rng: np.random.Generator) -> None:
    """A film of gloss: a soft bright spot somewhere on the plate."""
    spot = np.full((5, 9), 128, np.uint8)
    spot[integer(rng, 0, 5), integer(rng, 0, 9)] += min(integer(rng, 40, 150), 127)
    _add(image, spot)


def _add(image: Grey, coarse: Grey) -> None:
    """Add a coarse field of grey differences, each plus 128, blown up smoothly to the picture."""
    smooth = cv2.resize(coarse, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_LINEAR)
    cv2.addWeighted(image, 1.0, smooth, 1.0, -128.0, dst=image)


@lru_cache(maxsize=64)
def _corner(radius: int) -> tuple[tuple[NDArray[np.intp], ...], ...]:
    """What rounded corners of that radius leave out of their squares: rows and columns, clockwise from top left."""
    yy, xx = np.ogrid[:radius, :radius]
    outside = (radius - 0.5 - yy) ** 2 + (radius - 0.5 - xx) ** 2 > radius**2
    turns = (outside, outside[:, ::-1], outside[::-1, ::-1], outside[::-1])
    return tuple(np.nonzero(turn) for turn in turns)


def _rounded(width: int, height: int, inset: float, radius: float) -> NDArray[np.int32]:
    """Outline of a rectangle with rounded corners, `inset` px from the edge; (12, 2), 1/16 px."""
    x, y = width / 2 - 0.5, height / 2 - 0.5
    round_off, reach_x, reach_y = 16 * radius, 16 * (x - inset - radius), 16 * (y - inset - radius)
    parts = ((round_off, 0), (0, round_off), (reach_x, 0), (0, reach_y), (16 * x, 16 * y))
    pixels: NDArray[np.int32] = (_ROUNDED @ np.array(parts, np.float32)).astype(np.int32)
    return pixels


def _rounded_basis() -> NDArray[np.float32]:
    """What the outline of any rounded rectangle is made of, (12, 5): its arcs' x and y for a radius of 1, the
    direction in x and y in which each corner is moved from the middle, and 1.
    """
    turn = np.linspace(0, 2 * np.pi, 4 * _CORNER_POINTS, endpoint=False) + np.pi / (
        4 * _CORNER_POINTS
    )
    arcs = np.column_stack((np.cos(turn), np.sin(turn)))
    return np.column_stack((arcs, np.sign(arcs), np.ones(len(arcs)))).astype(np.float32)


_ROUNDED = _rounded_basis()

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
