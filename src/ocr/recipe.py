"""Rectified plates by number: what the reader trains on."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from src.common.geometry import UNIT_SQUARE, rectify
from src.datasets.prepared import Sample, Truth
from src.generators.draws import uniform
from src.generators.scene import World, draw_empty_view, draw_view
from src.generators.splits import Split
from src.ocr.looks import miss, offsets, widen

Look = Literal["close", "wide", "both"]


@dataclass(frozen=True)
class PlateOptions:
    """Size of the canvas in pixels; the rest as in PrepareOCRParams."""

    height: int
    width: int
    close_error: float
    wide_error: float
    empty_share: float
    min_plate_width: int
    max_plate_width: int


@dataclass(frozen=True)
class PlateRecipe:
    """Draws plate ``index`` of a seed and split: the same one whenever and wherever it is asked for.

    look: the close one, the wide one, or each of them half of the time.
    """

    world: World
    options: PlateOptions
    seed: int
    split: Split
    look: Look = "close"

    def __call__(self, index: int) -> Sample:
        """Return a rectified plate (height, width); its text is empty when the picture shows no plate.

        The plate's corners are given where they lie in the canvas, were it cut out as one line.
        """
        o = self.options
        rng = np.random.default_rng([self.seed, ("train", "val", "test").index(self.split), index])
        pixels = math.exp(uniform(rng, math.log(o.min_plate_width), math.log(o.max_plate_width)))
        draw = draw_empty_view if rng.random() < o.empty_share else draw_view
        image, plate = draw(rng, self.world, pixels, self.split)
        if self.look == "wide" or (self.look == "both" and rng.random() < 0.5):
            # Most misses are small, and those that are not have to be corrected too.
            cut = widen(miss(rng, plate.quad, o.wide_error * uniform(rng, 0.1, 1.0)))
        else:
            cut = miss(rng, plate.quad, o.close_error)
        canvas = rectify(image, cut, plate.lines, o.height, o.width)
        corners = (UNIT_SQUARE + offsets(plate.quad, cut)) * np.array(
            [o.width, o.height], np.float32
        )
        return Sample(canvas, (Truth(plate.text, plate.prefix, plate.lines, corners),))
