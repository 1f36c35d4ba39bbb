"""Scenes with looks at their plates: what the localizer's refiner learns from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from src.common.geometry import quad_size, to_plate
from src.datasets.misses import miss
from src.datasets.prepared import PreparedSet, Sample
from src.models.second_look import take_look

# Largest deviation of the corners in plate heights, for looks that start where others have ended. Where first looks
# start is found while training (finds.py).
DEVIATIONS = (0.15,)


@dataclass(frozen=True)
class Look:
    """A canvas (64, 128), and the plate's true corners (4, 2) in the coordinates in which those looked by are 0 to 1.

    size: the plate's width and height in pixels of the picture. lines: rows of text, and 0 where there is no plate;
    corners and size then say nothing.
    """

    canvas: NDArray[np.uint8]
    corners: NDArray[np.float32]
    size: tuple[float, float]
    lines: int


def look_at(
    image: NDArray[np.uint8], quad: NDArray[np.float32], truth: NDArray[np.float32], lines: int
) -> Look:
    """Return a look at a plate, of so many lines and with true corners ``truth`` (4, 2), by corners ``quad`` (4, 2)."""
    return Look(take_look(image, quad), to_plate(truth, quad), quad_size(truth), lines)


@dataclass(frozen=True)
class SeenScene:
    """A scene and looks at its plates."""

    sample: Sample
    looks: tuple[Look, ...]


@dataclass(frozen=True)
class SeenScenes:
    """Scenes by number with looks at each plate; the same ones for the same seed and number.

    deviations: one look for each, its corners off by none to this much of the plate's height.
    """

    scenes: Callable[[int], Sample]
    seed: int
    deviations: Sequence[float]

    def __call__(self, index: int) -> SeenScene:
        """Return scene ``index`` and looks at its plates."""
        sample, rng = self.scenes(index), np.random.default_rng([self.seed, index])
        looks: list[Look] = []
        for plate in sample.plates:
            for deviation in self.deviations:
                quad = miss(rng, plate.quad, deviation * rng.random())
                looks.append(look_at(sample.image, quad, plate.quad, plate.lines))
        return SeenScene(sample, tuple(looks))


class SeenSet:
    """A frozen set as SeenScenes shows it: anything with a length and scenes by number."""

    def __init__(self, prepared: PreparedSet, seed: int, deviations: Sequence[float]) -> None:
        self._scenes = SeenScenes(prepared.__getitem__, seed, deviations)
        self._length = len(prepared)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: int) -> SeenScene:
        return self._scenes(index)
