"""What happens to a plate's surface: relief, rim, light, dirt and damage.

Every function changes a grey uint8 picture (h, w) of a plate in place.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from src.generators.draws import integer, uniform

Grey = NDArray[np.uint8]

_TURN = np.linspace(0, 2 * np.pi, 20, endpoint=False) + np.pi / 40
_ARCS = np.column_stack((np.cos(_TURN), np.sin(_TURN)))
"""A circle of 20 points, five in each quarter: the corners of a rounded rectangle, (20, 2)."""
_QUARTERS = np.sign(_ARCS)
"""Which way each of them is moved from the middle, (20, 2)."""


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
    for variation, draw in zip(VARIATIONS.values(), draws, strict=True):
        if draw < variation.share:
            variation.apply(image, rng)


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
    behind = np.uint8(integer(rng, 10, 90))
    radius = round(uniform(rng, 0.05, 0.13) * height)
    cut = _corner(radius)
    np.copyto(image[:radius, :radius], behind, where=cut)
    np.copyto(image[:radius, width - radius :], behind, where=cut[:, ::-1])
    np.copyto(image[height - radius :, :radius], behind, where=cut[::-1])
    np.copyto(image[height - radius :, width - radius :], behind, where=cut[::-1, ::-1])


def _screws(image: Grey, rng: np.random.Generator) -> None:
    """Two or four screws or holes, often next to or upon a character."""
    height, width = image.shape
    x = uniform(rng, 0.03, 0.25) * width
    y = float(rng.choice((0.12, 0.5, 0.5, 0.88))) * height
    radius = uniform(rng, 0.02, 0.055) * height
    head, slot = integer(rng, 20, 230), integer(rng, 20, 230)
    for cx in (x, width - x):
        centre = (round(cx * 16), round(y * 16))
        cv2.circle(image, centre, round(radius * 16), head, -1, cv2.LINE_AA, 4)
        cv2.circle(image, centre, round(radius * 8), slot, -1, cv2.LINE_AA, 4)


def _gradient(image: Grey, rng: np.random.Generator) -> None:
    """Light that falls off across the plate."""
    across, down = uniform(rng, -45, 45), uniform(rng, -30, 30)
    _add(image, np.array([[-across - down, across - down], [down - across, across + down]]) / 2)


def _mottle(image: Grey, rng: np.random.Generator) -> None:
    """Soft stains all over."""
    _add(image, rng.normal(0, uniform(rng, 4, 20), (3, 9)))


def _shadow(image: Grey, rng: np.random.Generator) -> None:
    """A shadow or a beam of light with a straight edge across the plate."""
    height, width = image.shape
    top, bottom = rng.uniform(-0.1, 1.1, 2) * width
    side = 0 if rng.random() < 0.5 else width
    edge = np.array([[side, 0], [top, 0], [bottom, height], [side, height]])
    shaded = cv2.convertScaleAbs(image, alpha=uniform(rng, 0.4, 0.8))
    mask = np.zeros_like(image)
    cv2.fillPoly(mask, [np.rint(edge).astype(np.int32)], 255)
    cv2.copyTo(shaded, mask, image)


def _dirt(image: Grey, rng: np.random.Generator) -> None:
    """Splashes and specks, more of them low down."""
    height, width = image.shape
    grey = integer(rng, 50, 150)
    count = integer(rng, 5, 40)
    xs, ys = rng.random(count) * width, (1 - rng.random(count) ** 2) * height
    radii = rng.gamma(1.2, 0.008 * height, count)
    for x, y, radius in zip(xs, ys, radii, strict=True):
        centre = (round(x * 16), round(y * 16))
        cv2.circle(image, centre, round((radius + 0.3) * 16), grey, -1, cv2.LINE_AA, 4)


def _mud(image: Grey, rng: np.random.Generator) -> None:
    """A veil of dust that rises from the lower edge and takes contrast."""
    height = image.shape[0]
    start = round(uniform(rng, 0.2, 0.8) * height)
    part = image[start:]
    ramp = np.linspace(0, uniform(rng, 0.15, 0.5), height - start, dtype=np.float32)[:, None]
    part[:] = (part + (float(rng.integers(70, 150)) - part) * ramp).astype(np.uint8)


def _scratches(image: Grey, rng: np.random.Generator) -> None:
    """A few fine straight scratches."""
    height, width = image.shape
    for _ in range(integer(rng, 1, 6)):
        x, y = rng.random() * width, rng.random() * height
        dx, dy = rng.normal(0, 0.35, 2) * height
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
    spot = np.zeros((5, 9))
    spot[integer(rng, 0, 5), integer(rng, 0, 9)] = uniform(rng, 40, 150)
    _add(image, spot)


def _add(image: Grey, coarse: NDArray[np.float64]) -> None:
    """Add a coarse field of grey differences, blown up smoothly to the picture."""
    size = (image.shape[1], image.shape[0])
    # An offset of 128 keeps the field in uint8, where resizing and adding are fastest.
    field = (coarse + 128.5).clip(0, 255).astype(np.uint8)
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
    reach = np.array((width / 2 - 0.5 - inset - radius, height / 2 - 0.5 - inset - radius))
    outline = _ARCS * radius + _QUARTERS * reach + ((width - 1) / 2, (height - 1) / 2)
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
