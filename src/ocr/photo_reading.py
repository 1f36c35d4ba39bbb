"""Photographed plates by number, frozen ones: what the reader trains on besides drawn ones."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ..datasets.mixture import BalancedOrder
from ..datasets.prepared import PreparedSet, Sample
from ..datasets.transforms import Transforms
from ..datasets.windows import Size
from .recipe import straightened

# Of the random numbers of photographs, so that they are not those of the drawn plates.
_PHOTOS = 2


@dataclass(frozen=True)
class PhotoReading:
    """Draws photograph ``number`` as the reader sees it: transformed, then cut out by misplaced corners.

    views: photograph by number, with what surrounds it. transforms: None for none of them, to validate on. canvas:
    height and width of the reader's.
    """

    views: Callable[[int], Sample]
    seed: int
    transforms: Transforms | None
    corner_error: float
    canvas: Size

    def __call__(self, number: int) -> Sample:
        """Return a rectified plate (height, width) with its text."""
        rng = np.random.default_rng([self.seed, number, _PHOTOS])
        view = self.views(number)
        (plate,) = view.plates
        image, quads = view.image, plate.known_quad[None]
        if self.transforms is not None:
            image, quads = self.transforms(rng, image, quads)
        moved = replace(plate, quad=quads[0])
        return straightened(rng, image, moved, self.corner_error, self.canvas)


@dataclass(frozen=True)
class BalancedPlates:
    """Frozen plates by number of training: texts take turns, two-line ones ``stacked`` times as often."""

    frozen: PreparedSet
    order: BalancedOrder

    @classmethod
    def of(cls, frozen: PreparedSet, stacked: int, seed: int) -> "BalancedPlates":
        """Return a frozen set in balanced order."""
        plates = [plates[0] for plates in frozen.plates]
        times = [stacked if plate.lines == 2 else 1 for plate in plates]
        return cls(frozen, BalancedOrder([plate.known_text for plate in plates], times, seed))

    def __call__(self, number: int) -> Sample:
        """Return the picture of a plate that is number ``number`` of the training."""
        return self.frozen[self.order(number)]
