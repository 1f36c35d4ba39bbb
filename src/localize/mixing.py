"""Photographs beside the drawn scenes that the localizer trains on."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

import params
from params import TrainPhotosParams

from ..datasets.prepared import PreparedSet
from ..datasets.windows import Size
from ..pipeline.mixing import photo_validation, transforms, with_photos
from ..training.data import frozen_batches
from ..training.task import PhotoValidation
from .batches import LocalizeBatch, collate
from .objective import LocalizeObjective
from .photo_scenes import BalancedWindows, PhotoScenes, with_rough
from .refiner_crops import CroppedPhotos, CroppedScene, CroppedScenes, CroppedSet


def mixed_scenes(
    drawn: CroppedScenes, folder: Path, length: int, size: Size
) -> Callable[[int], CroppedScene]:
    """Return what the localizer trains on: drawn scenes by number, and photographs among them if any are frozen.

    folder: of the prepared sets. length: scenes of an epoch. size: height and width of a scene.
    """
    return with_photos(drawn, folder, length, partial(_photographed, drawn, size))


def _photographed(drawn: CroppedScenes, size: Size, frozen: PreparedSet) -> CroppedPhotos:
    windows = BalancedWindows.of(frozen, TrainPhotosParams.STACKED_COEFF, drawn.seed)
    scenes = PhotoScenes(windows, drawn.seed, transforms(), size)
    return CroppedPhotos(scenes, drawn.seed, drawn.jitters, drawn.close)


def photos_to_search(
    folder: Path, seed: int, jitters: Sequence[float], objective: LocalizeObjective
) -> PhotoValidation[LocalizeBatch] | None:
    """Return the photographs that the localizer is validated on, None where none are frozen.

    Of boxes alone IoU 0.75 says little, so that AP at 0.5 counts. folder: of the prepared sets. seed, jitters: of the
    crops. objective: of its own, which nothing else uses.
    """

    def batches(frozen: PreparedSet) -> Iterable[LocalizeBatch]:
        photos = CroppedPhotos(lambda index: with_rough(frozen[index]), seed, jitters)
        return frozen_batches(CroppedSet(photos, len(frozen)), collate, params.BATCH_SIZE)

    return photo_validation(folder, batches, objective, "val_ap50")
