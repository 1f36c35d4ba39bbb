"""Scenes with looks at their plates: what the localizer's refiner learns from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..common.geometry import UNIT_SQUARE, quad_size, to_plate
from ..common.texts import unseen_places
from ..datasets.jitter import jitter_corners
from ..datasets.prepared import PreparedSet, Sample
from ..inference.refinement import refiner_crop

# Largest deviation of the corners in plate heights, of each look that is drawn with a scene; they stand for looks that
# start where others have ended. Where first looks start is found while training (proposals.py).
DEVIATIONS = (0.15, 0.15)
# Width of a look at nothing as a share of the picture's, and its height as a share of its width.
NOWHERE_WIDTH, NOWHERE_HEIGHT = (0.2, 1.0), (0.2, 0.6)


Unseen = tuple[bool, bool, bool]


@dataclass(frozen=True)
class Look:
    """A canvas (64, 128), and the plate's true corners (4, 2) in the coordinates in which those looked by are 0 to 1.

    size: the plate's width and height in pixels of the picture. lines: rows of text, and 0 where there is no plate;
    corners, size and unseen then say nothing. unseen: are there characters that cannot be seen before the first one
    that can, after the last one, and between them?
    """

    canvas: NDArray[np.uint8]
    corners: NDArray[np.float32]
    size: tuple[float, float]
    lines: int
    unseen: Unseen = (False, False, False)


def look_at(
    image: NDArray[np.uint8],
    quad: NDArray[np.float32],
    truth: NDArray[np.float32],
    lines: int,
    unseen: Unseen,
) -> Look:
    """Return a look by corners ``quad`` (4, 2) at a plate with true corners ``truth`` (4, 2); the rest as in Look."""
    return Look(refiner_crop(image, quad), to_plate(truth, quad), quad_size(truth), lines, unseen)


def look_at_nothing(image: NDArray[np.uint8], quad: NDArray[np.float32]) -> Look:
    """Return a look by corners ``quad`` (4, 2) at a place without a plate."""
    return Look(refiner_crop(image, quad), np.zeros((4, 2), np.float32), (1, 1), 0)


@dataclass(frozen=True)
class SeenScene:
    """A scene and looks at its plates, or at nothing where it has none."""

    sample: Sample
    looks: tuple[Look, ...]


@dataclass(frozen=True)
class SeenScenes:
    """Scenes by number, each with as many looks at its plates; the same ones for the same seed and number.

    deviations: of each of these looks; its corners are off by none to this much of the plate's height. Plates take
    turns; where there is none, the looks are at any place. close: where the first look is to be at something that is
    seen close, draws pictures of one plate, or of what may be taken for one, whose text is empty; none is in the scene.
    """

    scenes: Callable[[int], Sample]
    seed: int
    deviations: Sequence[float]
    close: Callable[[int], Sample] | None = None

    def __call__(self, index: int) -> SeenScene:
        """Return scene ``index`` and looks at its plates."""
        sample, rng = self.scenes(index), np.random.default_rng([self.seed, index])
        looks: list[Look] = []
        for turn, deviation in enumerate(self.deviations):
            seen = self.close(index) if self.close and not turn else sample
            if seen.plates:
                plate = seen.plates[turn % len(seen.plates)]
                quad = jitter_corners(rng, plate.known_quad, deviation * rng.random())
                places = unseen_places(plate.known_text)
                looks.append(
                    look_at(seen.image, quad, plate.known_quad, plate.known_lines, places)
                    if plate.text
                    else look_at_nothing(seen.image, quad)
                )
            else:
                looks.append(look_at_nothing(seen.image, _nowhere(rng, *seen.image.shape)))
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
