"""Scenes with looks at their plates: what the localizer's refiner learns from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from src.common.geometry import UNIT_SQUARE, quad_size, to_plate
from src.datasets.misses import miss
from src.datasets.prepared import PreparedSet, Sample
from src.models.second_look import take_look

# Largest deviation of the corners in plate heights, of each look that is drawn with a scene; they stand for looks that
# start where others have ended. Where first looks start is found while training (finds.py).
DEVIATIONS = (0.15, 0.15)
# Width of a look at nothing as a share of the picture's, and its height as a share of its width.
NOWHERE_WIDTH, NOWHERE_HEIGHT = (0.2, 1.0), (0.2, 0.6)


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


def look_at_nothing(image: NDArray[np.uint8], quad: NDArray[np.float32]) -> Look:
    """Return a look by corners ``quad`` (4, 2) at a place without a plate."""
    return Look(take_look(image, quad), np.zeros((4, 2), np.float32), (1, 1), 0)


@dataclass(frozen=True)
class SeenScene:
    """A scene and looks at its plates, or at nothing where it has none."""

    sample: Sample
    looks: tuple[Look, ...]


@dataclass(frozen=True)
class SeenScenes:
    """Scenes by number, each with as many looks at its plates; the same ones for the same seed and number.

    deviations: of each of these looks; its corners are off by none to this much of the plate's height. Plates take
    turns; where there is none, the looks are at any place.
    """

    scenes: Callable[[int], Sample]
    seed: int
    deviations: Sequence[float]

    def __call__(self, index: int) -> SeenScene:
        """Return scene ``index`` and looks at its plates."""
        sample, rng = self.scenes(index), np.random.default_rng([self.seed, index])
        image, plates = sample.image, sample.plates
        looks: list[Look] = []
        for turn, deviation in enumerate(self.deviations):
            if plates:
                plate = plates[turn % len(plates)]
                quad = miss(rng, plate.quad, deviation * rng.random())
                looks.append(look_at(image, quad, plate.quad, plate.lines))
            else:
                looks.append(look_at_nothing(image, _nowhere(rng, *image.shape)))
        return SeenScene(sample, tuple(looks))


def _nowhere(rng: np.random.Generator, height: int, width: int) -> NDArray[np.float32]:
    """Return an upright quad (4, 2) of a plate's shape somewhere in a picture."""
    wide = width * rng.uniform(*NOWHERE_WIDTH)
    size = np.array([wide, wide * rng.uniform(*NOWHERE_HEIGHT)])
    corner = rng.random(2) * (np.array([width, height]) - size)
    upright: NDArray[np.float32] = (corner + UNIT_SQUARE * size).astype(np.float32)
    return upright


class SeenSet:
    """A frozen set as SeenScenes shows it: anything with a length and scenes by number."""

    def __init__(self, prepared: PreparedSet, seed: int, deviations: Sequence[float]) -> None:
        self._scenes = SeenScenes(prepared.__getitem__, seed, deviations)
        self._length = len(prepared)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: int) -> SeenScene:
        return self._scenes(index)
