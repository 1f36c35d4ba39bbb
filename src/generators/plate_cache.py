"""Cache of drawn plates that scenes show again and again, each time in another place, light and perspective.

Drawing and wearing a plate is a third of the work on a scene, and a localizer need not see a new text in each.
"""

from dataclasses import dataclass

import numpy as np

from .draws import integer
from .formats.base import PlateFormat, PlateSpec
from .plate import Plate, draw_plate
from .splits import Split, sample_spec, split_rng
from .templates import PlateTemplates

# Heights in pixels at which kept plates are drawn: the least that is enough is taken, or the last.
HEIGHTS = (40, 60, 84, 112)
# Seed of the cached plates, fixed so that they are the same in every process and for every set.
_SEED = 20_741


@dataclass(frozen=True)
class PlateChoice:
    """A plate to be shown: what it is, and its number in the cache or None for a new one."""

    spec: PlateSpec
    number: int | None


class PlateCache:
    """Where scenes have their plates from: a cache of ``kept`` plates a split, or new ones each time where it is 0.

    A kept plate is drawn when it is first asked for, from a seed that its number gives, so that what a scene shows does
    not depend on the scenes before it. Memory: some 70 KB for each kept plate.
    """

    def __init__(
        self, plate_format: PlateFormat, templates: PlateTemplates | None, kept: int
    ) -> None:
        self._format, self._templates, self._kept = plate_format, templates, kept
        self._specs: dict[tuple[Split, int], PlateSpec] = {}
        self._plates: dict[tuple[Split, int, int], Plate] = {}

    def choose(self, rng: np.random.Generator, split: Split) -> PlateChoice:
        """Draw which plate is shown; its text is of a split."""
        if not self._kept:
            return PlateChoice(sample_spec(rng, self._format, split), None)
        number = integer(rng, 0, self._kept)
        spec = self._specs.get((split, number))
        if spec is None:
            spec = sample_spec(self._own(split, number, 0), self._format, split)
            self._specs[split, number] = spec
        return PlateChoice(spec, number)

    def draw(
        self, rng: np.random.Generator, chosen: PlateChoice, split: Split, height: int
    ) -> Plate:
        """Return a plate about so many pixels high, not to be changed in place."""
        if chosen.number is None:
            return draw_plate(chosen.spec, rng, height, self._templates)
        height = next((h for h in HEIGHTS if h >= height), HEIGHTS[-1])
        key = (split, chosen.number, height)
        plate = self._plates.get(key)
        if plate is None:
            own = self._own(split, chosen.number, height)
            plate = draw_plate(chosen.spec, own, height, self._templates)
            self._plates[key] = plate
        return plate

    def _own(self, split: Split, number: int, height: int) -> np.random.Generator:
        return split_rng(_SEED, split, number, height)
