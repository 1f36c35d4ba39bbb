"""Rectified plates by number: what the reader trains on."""

import math
from dataclasses import dataclass, replace

import numpy as np

from ..common.errors import UserError, require_shares
from ..common.geometry import to_plate
from ..common.plates import LabelledPlate
from ..common.rectify import rectify
from ..datasets.jitter import jitter_corners
from ..datasets.prepared import Sample
from ..generators.draws import uniform
from ..generators.scene import Picture, World
from ..generators.splits import Split, split_rng
from ..generators.views import draw_any_view, draw_empty_view


@dataclass(frozen=True, kw_only=True)
class PlateOptions:
    """Size of the canvas in pixels, both even; the rest as in PrepareOCRParams.

    Raises UserError for values that cannot be, by their names in params.py.
    """

    height: int
    width: int
    corner_error: float
    empty_share: float
    foreign_share: float
    occluded_share: float
    min_plate_width: int
    max_plate_width: int

    def __post_init__(self) -> None:
        if not 8 <= self.min_plate_width <= self.max_plate_width:
            raise UserError(
                f"MIN_PLATE_WIDTH {self.min_plate_width} must be at least 8 and at most MAX_PLATE_WIDTH "
                f"{self.max_plate_width}"
            )
        if self.height < 2 or self.width < 2 or self.height % 2 or self.width % 2:
            raise UserError(
                f"OCRParams.IMG_HEIGHT {self.height} and IMG_WIDTH {self.width} must be even: readers see blocks of "
                "2×2 pixels"
            )
        require_shares(
            CORNER_ERROR=self.corner_error,
            EMPTY_SHARE=self.empty_share,
            FOREIGN_SHARE=self.foreign_share,
            OCCLUDED_SHARE=self.occluded_share,
        )


@dataclass(frozen=True)
class PlateRecipe:
    """Draws plate ``index`` of a seed and split: the same one whenever and wherever it is asked for."""

    world: World
    options: PlateOptions
    seed: int
    split: Split

    def __call__(self, index: int) -> Sample:
        """Return a rectified plate (height, width); its text is empty when the picture shows no plate.

        Where characters cannot be seen, the text has UNSEEN (src/common/texts.py).
        The plate's corners are given where they lie in the canvas, were it cut out as one line.
        """
        o = self.options
        rng = split_rng(self.seed, self.split, index)
        pixels = math.exp(uniform(rng, math.log(o.min_plate_width), math.log(o.max_plate_width)))
        if rng.random() < o.empty_share:
            image, plate = draw_empty_view(rng, self.world, pixels, self.split)
        else:
            image, plate = draw_any_view(
                rng, self.world, pixels, self.split, o.foreign_share, o.occluded_share
            )
        return straightened(rng, image, plate, o.corner_error, (o.height, o.width))


def straightened(
    rng: np.random.Generator,
    image: Picture,
    plate: LabelledPlate,
    corner_error: float,
    size: tuple[int, int],
) -> Sample:
    """Return a plate as a reader sees it, (height, width): cut out by corners that a localizer misplaced.

    corner_error: typical deviation of the corners in plate heights. The plate's own are given where they lie in the
    canvas, were it cut out as one line.
    """
    # Most jitter is small, and plates with much of it have to be read too.
    height, width = size
    quad, lines = plate.known_quad, plate.known_lines
    cut = jitter_corners(rng, quad, corner_error * uniform(rng, 0.0, 2.0))
    canvas = rectify(image, cut, lines, height, width)
    corners = to_plate(quad, cut) * np.array([width, height], np.float32)
    return Sample(canvas, (replace(plate, quad=corners),))
