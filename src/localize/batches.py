"""From scenes to the localizer's batches."""

from collections.abc import Sequence
from typing import TypedDict

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from ..common.texts import unseen_places
from ..inference.refiner_crop import CROP_HEIGHT, CROP_WIDTH
from ..models.base import PlateTargets
from ..models.corner_refiner import RefinerTargets
from ..training.batch import Batch
from .refiner_crops import CroppedScene, RefinerCrop


class CropBatch(TypedDict):
    """M refiner crops, M may be 0, and what the refiner should answer to each, as in RefinerTargets.

    crops (M, 1, 64, 128) uint8.
    """

    crops: Tensor
    crop_corners: Tensor
    crop_size: Tensor
    crop_lines: Tensor
    crop_unseen: Tensor


class LocalizeBatch(Batch, CropBatch):
    """B scenes and the crops of all of them; either may be without any plate.

    quads and lines: padded to P plates a scene, as in PlateTargets. unseen (B, P, 3) bool: has the plate's text
    characters that cannot be seen before the first one that can, after the last one, and between them?
    sure (B, P) bool: are its corners and rows known?
    """

    quads: Tensor
    lines: Tensor
    unseen: Tensor
    sure: Tensor


def collate(scenes: Sequence[CroppedScene]) -> LocalizeBatch:
    """Return scenes as a batch, with their crops one scene after the other."""
    most = max(1, max(len(scene.sample.plates) for scene in scenes))
    quads = np.zeros((len(scenes), most, 4, 2), np.float32)
    lines = np.zeros((len(scenes), most), np.int64)
    unseen = np.zeros((len(scenes), most, 3), np.bool_)
    sure = np.zeros((len(scenes), most), np.bool_)
    for row, scene in enumerate(scenes):
        for column, plate in enumerate(scene.sample.plates):
            quads[row, column], lines[row, column] = plate.known_quad, plate.known_lines
            unseen[row, column] = unseen_places(plate.known_text)
            sure[row, column] = not plate.rough
    return {
        "images": torch.from_numpy(np.stack([scene.sample.image for scene in scenes])[:, None]),
        "quads": torch.from_numpy(quads),
        "lines": torch.from_numpy(lines),
        "unseen": torch.from_numpy(unseen),
        "sure": torch.from_numpy(sure),
        **collate_crops([crop for scene in scenes for crop in scene.crops]),
    }


def collate_crops(crops: Sequence[RefinerCrop]) -> CropBatch:
    """Return crops, of which there may be none, as a batch."""
    canvases = np.array([crop.canvas for crop in crops], np.uint8)
    return {
        "crops": torch.from_numpy(canvases.reshape(-1, 1, CROP_HEIGHT, CROP_WIDTH)),
        "crop_corners": _tensor([crop.corners for crop in crops], np.float32, (-1, 4, 2)),
        "crop_size": _tensor([crop.size for crop in crops], np.float32, (-1, 2)),
        "crop_lines": _tensor([crop.lines for crop in crops], np.int64, (-1,)),
        "crop_unseen": _tensor([crop.unseen for crop in crops], np.float32, (-1, 3)),
    }


def targets(batch: LocalizeBatch) -> PlateTargets:
    """Return the true plates of a batch."""
    return PlateTargets(batch["quads"], batch["lines"], batch["sure"])


def refiner_targets(batch: CropBatch) -> RefinerTargets:
    """Return what the refiner should answer to a batch's crops."""
    return RefinerTargets(
        batch["crop_corners"], batch["crop_size"], batch["crop_lines"], batch["crop_unseen"]
    )


def _tensor(values: Sequence[ArrayLike], dtype: type[np.generic], shape: tuple[int, ...]) -> Tensor:
    return torch.from_numpy(np.array(values, dtype).reshape(shape))
