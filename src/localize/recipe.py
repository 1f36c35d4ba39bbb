"""Plates seen close, by number: what a refiner trains on besides scenes."""

import math
from dataclasses import dataclass

from ..datasets.prepared import Sample
from ..generators.draws import uniform
from ..generators.scene import World
from ..generators.splits import Split, split_rng
from ..generators.views import draw_any_view, draw_empty_view

# Width in pixels of the plates that a refiner sees close, drawn log-uniformly between the two: photographs show them
# larger than training scenes do, in which nobody could tell a missing border.
CLOSE_WIDTH = (48.0, 300.0)
# Share of partly hidden plates, and share of plates whose text the plate format does not know.
CLOSE_OCCLUDED, CLOSE_FOREIGN = 0.5, 0.06
# Share of close views without a plate, most of them of something that looks like one.
CLOSE_EMPTY = 0.2


@dataclass(frozen=True)
class CloseRecipe:
    """Draws plate ``index`` of a seed and split, or what may be taken for one, large and with little around it."""

    world: World
    seed: int
    split: Split

    def __call__(self, index: int) -> Sample:
        """Return a picture of one plate; its text is empty when the picture shows none."""
        rng = split_rng(self.seed, self.split, index, 1)
        pixels = math.exp(uniform(rng, *(math.log(width) for width in CLOSE_WIDTH)))
        if rng.random() < CLOSE_EMPTY:
            image, plate = draw_empty_view(rng, self.world, pixels, self.split)
        else:
            image, plate = draw_any_view(
                rng, self.world, pixels, self.split, CLOSE_FOREIGN, CLOSE_OCCLUDED
            )
        return Sample(image, (plate,))
