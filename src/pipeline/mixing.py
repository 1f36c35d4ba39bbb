"""Mixing frozen photographs into training and validation, for the train stages."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import params
from params import TrainPhotosParams

from ..datasets.mixture import Mixture
from ..datasets.prepared import PreparedSet, photo_set, read_prepared
from ..datasets.transforms import Transforms
from ..training.batch import Batch
from ..training.task import Objective, PhotoValidation
from .limits import TRANSFORMS

S = TypeVar("S")
B = TypeVar("B", bound=Batch)


def transforms() -> Transforms:
    """Return what happens to photographs, each time that they are seen."""
    weights = {code.lower(): float(vars(TrainPhotosParams)[code]) for code in TRANSFORMS}
    return Transforms(weights, TrainPhotosParams.TRANSFORMS)


def with_photos(
    drawn: Callable[[int], S],
    folder: Path,
    length: int,
    photographed: Callable[[PreparedSet], Callable[[int], S]],
) -> Callable[[int], S]:
    """Return what trains: drawings by number, and photographs in the place of PHOTO_SHARE of them if any are frozen.

    drawn: of the training's numbers. folder: of the prepared sets. length: pictures of an epoch. photographed: of a
    frozen set, its photographs by number.
    """
    frozen = frozen_photos(folder, "train")
    if frozen is None:
        return drawn
    return Mixture(drawn, photographed(frozen), length, params.BATCH_SIZE, params.PHOTO_SHARE)


def photo_validation(
    folder: Path,
    batches: Callable[[PreparedSet], Iterable[B]],
    objective: Objective[B],
    metric: str,
) -> PhotoValidation[B] | None:
    """Return the photographs to validate on, None where none are frozen; see PhotoValidation."""
    frozen = frozen_photos(folder, "val")
    if frozen is None:
        return None
    return PhotoValidation(batches(frozen), objective, metric, params.PHOTO_SHARE, len(frozen))


def frozen_photos(folder: Path, split: str) -> PreparedSet | None:
    """Return the frozen photographs of a split; None where there are none, or none are wanted."""
    name = photo_set(split)
    if not params.PHOTO_SHARE or not (folder / f"{name}.csv").is_file():
        return None
    return read_prepared(folder, name)
