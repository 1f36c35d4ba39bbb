"""Scenes with refiner crops of their plates: what the localizer's refiner learns from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..common.geometry import UNIT_SQUARE, quad_size, to_plate
from ..common.texts import unseen_places
from ..datasets.jitter import jitter_corners
from ..datasets.prepared import PreparedSet, Sample
from ..inference.refinement import refiner_crop
from ..models.store import CALIBRATION, Samples

# Largest corner jitter in plate heights of each crop that is drawn with a scene; they stand for later steps of the
# refinement. Where its first step starts, the localizer proposes while it trains (proposals.py).
JITTERS = (0.15, 0.15)
# Width of a background crop's quad as a share of the picture's, and its height as a share of its width.
BACKGROUND_WIDTH, BACKGROUND_HEIGHT = (0.2, 1.0), (0.2, 0.6)
# Of the random numbers of photographs, so that they are not those of the drawn scenes.
_PHOTOS = 4


Unseen = tuple[bool, bool, bool]


@dataclass(frozen=True)
class RefinerCrop:
    """A canvas (64, 128) uint8, and the plate's true corners (4, 2) where those that it was cut out by are 0 to 1.

    size: the plate's width and height in pixels of the picture. lines: rows of text, and 0 where there is no plate;
    corners, size and unseen then say nothing. unseen: are there characters that cannot be seen before the first one
    that can, after the last one, and between them?
    """

    canvas: NDArray[np.uint8]
    corners: NDArray[np.float32]
    size: tuple[float, float]
    lines: int
    unseen: Unseen = (False, False, False)


def plate_crop(
    image: NDArray[np.uint8],
    quad: NDArray[np.float32],
    truth: NDArray[np.float32],
    lines: int,
    unseen: Unseen,
) -> RefinerCrop:
    """Return the crop by corners ``quad`` (4, 2) of a plate with true corners ``truth`` (4, 2); see RefinerCrop."""
    return RefinerCrop(
        refiner_crop(image, quad), to_plate(truth, quad), quad_size(truth), lines, unseen
    )


def background_crop(image: NDArray[np.uint8], quad: NDArray[np.float32]) -> RefinerCrop:
    """Return the crop by corners ``quad`` (4, 2) of a place without a plate."""
    return RefinerCrop(refiner_crop(image, quad), np.zeros((4, 2), np.float32), (1, 1), 0)


@dataclass(frozen=True)
class CroppedScene:
    """A scene and crops of its plates, or of its background where it has none."""

    sample: Sample
    crops: tuple[RefinerCrop, ...]


@dataclass(frozen=True)
class CroppedScenes:
    """Scenes by number, each with a fixed number of crops; the same ones for the same seed and number.

    jitters: one for each crop, the largest jitter of its corners in plate heights. Plates take turns; where there is
    none, crops are of the background. close: draws, by number, the picture for the first crop: a close view of one
    plate, or of what may be taken for one, whose text is then empty. None: the scene itself.
    """

    scenes: Callable[[int], Sample]
    seed: int
    jitters: Sequence[float]
    close: Callable[[int], Sample] | None = None

    def __call__(self, index: int) -> CroppedScene:
        """Return scene ``index`` and its crops."""
        sample, rng = self.scenes(index), np.random.default_rng([self.seed, index])
        crops: list[RefinerCrop] = []
        for turn, jitter in enumerate(self.jitters):
            seen = self.close(index) if self.close and not turn else sample
            crops.append(_crop(rng, seen, turn, jitter))
        return CroppedScene(sample, tuple(crops))


@dataclass(frozen=True)
class CroppedPhotos:
    """Photographs by number, with crops as CroppedScenes has them, of the plates whose corners are known.

    close: as there, for photographs that have plates and no such one; None: a blank picture. Crops of their background
    would need to know where exactly the plates are.
    """

    photos: Callable[[int], Sample]
    seed: int
    jitters: Sequence[float]
    close: Callable[[int], Sample] | None = None

    def __call__(self, number: int) -> CroppedScene:
        """Return photograph ``number`` and its crops."""
        sample, rng = self.photos(number), np.random.default_rng([self.seed, number, _PHOTOS])
        sure = tuple(plate for plate in sample.plates if not plate.rough)
        if sure or not sample.plates:
            seen = replace(sample, plates=sure)
        else:
            seen = self.close(number) if self.close else Sample(np.zeros_like(sample.image), ())
        crops = [_crop(rng, seen, turn, jitter) for turn, jitter in enumerate(self.jitters)]
        return CroppedScene(sample, tuple(crops))


def _crop(rng: np.random.Generator, seen: Sample, turn: int, jitter: float) -> RefinerCrop:
    """Return the crop of one of a picture's plates, which take turns, or of its background where it has none."""
    if not seen.plates:
        return background_crop(seen.image, _background_quad(rng, *seen.image.shape))
    plate = seen.plates[turn % len(seen.plates)]
    quad = jitter_corners(rng, plate.known_quad, jitter * rng.random())
    if not plate.text:
        return background_crop(seen.image, quad)
    places = unseen_places(plate.known_text)
    return plate_crop(seen.image, quad, plate.known_quad, plate.known_lines, places)


def _background_quad(rng: np.random.Generator, height: int, width: int) -> NDArray[np.float32]:
    """Return an upright quad (4, 2) of a plate's shape somewhere in a picture."""
    wide = width * rng.uniform(*BACKGROUND_WIDTH)
    size = np.array([wide, wide * rng.uniform(*BACKGROUND_HEIGHT)])
    corner = rng.random(2) * (np.array([width, height]) - size)
    upright: NDArray[np.float32] = (corner + UNIT_SQUARE * size).astype(np.float32)
    return upright


class CroppedSet:
    """A frozen set with crops: anything with a length and scenes by number."""

    def __init__(self, scenes: Callable[[int], CroppedScene], length: int) -> None:
        self._scenes = scenes
        self._length = length

    @classmethod
    def of(cls, prepared: PreparedSet, seed: int, jitters: Sequence[float]) -> "CroppedSet":
        """Return the set of a prepared set of drawn scenes."""
        return cls(CroppedScenes(prepared.__getitem__, seed, jitters), len(prepared))

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: int) -> CroppedScene:
        return self._scenes(index)

    def samples(self) -> Samples:
        """Return the first scenes, and their refiner crops, to find the ranges of 8-bit numbers by."""
        scenes = [self[i] for i in range(min(CALIBRATION, len(self)))]
        crops = [crop.canvas for scene in scenes for crop in scene.crops]
        return Samples([scene.sample.image for scene in scenes], crops)
