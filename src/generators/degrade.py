"""The table of degradations: what happens to a picture between the plate and the reader."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..common.errors import UserError
from . import degrade_geometry as geometry
from . import degrade_lens as lens
from . import degrade_pixels as pixels
from .degrade_night import night
from .degrade_recorder import record, watermark
from .degrade_weather import weather

Picture = NDArray[np.uint8]
Quads = NDArray[np.float32]
Apply = Callable[[np.random.Generator, Picture, Quads, float], tuple[Picture, Quads]]


@dataclass(frozen=True)
class Degradation:
    """One row of the table.

    ``weight`` says how often it is drawn relative to the others, ``apply`` does it to
    ``(rng, image, quads, strength)``, ``doc`` is its one line of documentation.
    """

    weight: float
    apply: Apply
    doc: str


def _still(change: Callable[[np.random.Generator, Picture, Quads, float], Picture]) -> Apply:
    """An ``Apply`` from a function that changes grey values only and so leaves the quads alone."""

    def apply(
        rng: np.random.Generator, image: Picture, quads: Quads, strength: float
    ) -> tuple[Picture, Quads]:
        return change(rng, image, quads, strength), quads

    return apply


# In the order of nature: the view, the light, the lens, the sensor, the file. Several
# degradations of one picture are applied in this order.
DEGRADATIONS: dict[str, Degradation] = {
    "r3d": Degradation(1, geometry.change_perspective, "seen in another perspective"),
    "rot": Degradation(3, geometry.rotate, "rotated by a few degrees"),
    "cut": Degradation(1, geometry.cut_side, "a side cut off"),
    "tbc": Degradation(1, geometry.cut_top_and_bottom, "top and bottom cut off"),
    "pad": Degradation(1, geometry.pad_side, "a strip added to a side"),
    "lns": Degradation(0.5, lens.barrel, "seen through a wide-angle lens"),
    "rol": Degradation(0.5, lens.roll_shutter, "leaning or wobbling: exposed row after row"),
    "shd": Degradation(1, _still(pixels.shade), "a shadow across the picture"),
    "brg": Degradation(1, _still(pixels.change_brightness), "brightness, contrast and gamma"),
    "nit": Degradation(0.7, _still(night), "at night: shining plates, lamps, infra-red"),
    "drt": Degradation(0.6, _still(weather), "rain, snow or dirt before it or on it"),
    "blr": Degradation(1, _still(pixels.blur), "out of focus"),
    "mot": Degradation(2, _still(pixels.motion_blur), "moved while exposed"),
    "low": Degradation(1, _still(pixels.darken), "low light: dark and noisy"),
    "noi": Degradation(1, _still(pixels.add_noise), "Gaussian noise, or salt and pepper"),
    "rsz": Degradation(1, _still(pixels.resize_and_back), "shrunk and enlarged again"),
    "wmk": Degradation(0.5, _still(watermark), "a time stamp or a watermark over it"),
    "rec": Degradation(0.6, _still(record), "a surveillance recorder's blocks and fields"),
    "jpg": Degradation(1, _still(pixels.compress), "JPEG blocks"),
}


def degrade(
    rng: np.random.Generator,
    image: Picture,
    quads: Quads,
    weights: Mapping[str, float] | None = None,
    mean_count: float = 1.2,
) -> tuple[Picture, Quads]:
    """Degrade a picture the way cameras do, and move the plates' corners with it exactly.

    A Poisson number of mean ``mean_count`` of different degradations is drawn by ``weights``
    (code → weight; codes left out are never drawn; ``None`` takes the table's own), each with a
    strength between 0 and 1, mild more often than strong and milder the more there are of them.

    ``image`` is grey uint8 ``(H, W)``, ``quads`` float32 ``(N, 4, 2)`` in pixels, N may be 0.
    Returns a picture of the same size and the quads moved with it; the arguments stay as they are.
    Raises ``UserError`` for an unknown code and for a weight below 0.
    """
    if weights is not None:
        _check(weights)
    count = int(rng.poisson(mean_count))
    if not count:
        return image, quads
    rows = [
        (row.apply, weight)
        for code, row in DEGRADATIONS.items()
        if (weight := row.weight if weights is None else weights.get(code, 0.0)) > 0
    ]
    count = min(count, len(rows))
    # The smallest of exponential waiting times are a weighted draw without repetition.
    draws = rng.standard_exponential(len(rows)).tolist()
    waits = [draw / weight for draw, (_, weight) in zip(draws, rows, strict=True)]
    last = sorted(waits)[count - 1] if count else -1.0
    for (apply, _), wait in zip(rows, waits, strict=True):
        if wait <= last:
            strength = rng.random() ** 1.5 / math.sqrt(count)
            image, quads = apply(rng, image, quads, strength)
    return image, quads


def _check(weights: Mapping[str, float]) -> None:
    """Raise UserError for codes that the table does not have and for weights below 0."""
    for code, weight in weights.items():
        if code not in DEGRADATIONS:
            known = ", ".join(DEGRADATIONS)
            raise UserError(f"Unknown degradation '{code}'. Known codes: {known}.")
        if not weight >= 0:
            raise UserError(
                f"The weight of degradation '{code}' is {weight}; give a number of 0 or more."
            )
