"""Photographed plates beside the drawn ones that the reader trains on."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import params
from params import TrainPhotosParams

from ..datasets.prepared import PreparedSet, Sample
from ..models.base import Reader
from ..pipeline.mixing import frozen_photos, photo_validation, transforms, with_photos
from ..training.data import frozen_batches
from ..training.task import PhotoValidation
from .batches import ReadingBatch, collate
from .objective import ReadingObjective
from .photo_reading import BalancedPlates, PhotoReading
from .recipe import PlateOptions, PlateRecipe


def mixed_plates(drawn: PlateRecipe, folder: Path, length: int) -> Callable[[int], Sample]:
    """Return what the reader trains on: drawn plates by number, and photographed ones among them if any are frozen.

    folder: of the prepared sets. length: plates of an epoch.
    """
    return with_photos(drawn, folder, length, partial(_photographed, drawn.options, drawn.seed))


def photos_to_read(
    folder: Path, network: Reader, countries: Sequence[str]
) -> PhotoValidation[ReadingBatch] | None:
    """Return the photographed plates that the reader is validated on, None where none are frozen.

    folder: of the prepared sets. countries: as in ReadingObjective.
    """
    return photo_validation(
        folder,
        lambda frozen: frozen_batches(frozen, collate, params.BATCH_SIZE),
        ReadingObjective(network, countries),
        ReadingObjective.monitor,
    )


def _photographed(options: PlateOptions, seed: int, frozen: PreparedSet) -> PhotoReading:
    return PhotoReading(
        BalancedPlates.of(frozen, TrainPhotosParams.STACKED_COEFF, seed),
        seed,
        transforms(),
        options.corner_error,
        (options.height, options.width),
    )


def longest_text(folder: Path, drawn: int) -> int:
    """Return the length of the longest text to be learned. drawn: that of the plate format's."""
    sets = (frozen_photos(folder, split) for split in ("train", "val"))
    texts = [plate.known_text for frozen in sets if frozen for (plate,) in frozen.plates]
    return max(drawn, *map(len, texts), 0)
