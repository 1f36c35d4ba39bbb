"""Rectified plates by number: what the reader trains on."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from src.common.geometry import is_readable_quad, rectify
from src.datasets.prepared import Sample, Truth
from src.generators.draws import uniform
from src.generators.scene import ScenePlate, World, draw_empty_view, draw_view
from src.generators.splits import Split


@dataclass(frozen=True)
class PlateOptions:
    """Size of the canvas in pixels; the rest as in PrepareOCRParams."""

    height: int
    width: int
    corner_jitter: float
    empty_share: float
    min_plate_width: int
    max_plate_width: int


@dataclass(frozen=True)
class PlateRecipe:
    """Draws plate ``index`` of a seed and split: the same one whenever and wherever it is asked for."""

    world: World
    options: PlateOptions
    seed: int
    split: Split

    def __call__(self, index: int) -> Sample:
        """Return a rectified plate (height, width); its text is empty when the picture shows no plate.

        The plate's corners are given as it lies in the canvas.
        """
        o = self.options
        rng = np.random.default_rng([self.seed, ("train", "val", "test").index(self.split), index])
        wide = math.exp(uniform(rng, math.log(o.min_plate_width), math.log(o.max_plate_width)))
        draw = draw_empty_view if rng.random() < o.empty_share else draw_view
        image, plate = draw(rng, self.world, wide, self.split)
        quad = jitter(rng, plate.quad, o.corner_jitter)
        lines = plate.lines
        return Sample(rectify(image, quad, lines, o.height, o.width), (_canvas_truth(plate, o),))


def jitter(
    rng: np.random.Generator, quad: NDArray[np.float32], share: float
) -> NDArray[np.float32]:
    """Move a plate's corners as a localizer misses them, with a deviation of a share of the plate's height.

    Half of the error is common to all corners. A plate that would not stay convex is left where it is.
    """
    upper_left, upper_right, lower_right, lower_left = quad.tolist()
    height = (math.dist(upper_left, lower_left) + math.dist(upper_right, lower_right)) / 2
    errors = rng.normal(0, share * height * math.sqrt(0.5), (5, 2)).astype(np.float32)
    moved = quad + (errors[4] + errors[:4])
    return moved if is_readable_quad(moved) else quad


def _canvas_truth(plate: ScenePlate, o: PlateOptions) -> Truth:
    corners = [[0, 0], [o.width, 0], [o.width, o.height], [0, o.height]]
    return Truth(plate.text, plate.prefix, plate.lines, np.array(corners, np.float32))
