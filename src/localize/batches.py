"""From scenes to the localizer's batches."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from src.datasets.prepared import Sample
from src.models.base import PlateTargets


def collate(samples: Sequence[Sample]) -> dict[str, Tensor]:
    """Return "images" (B, 1, H, W) uint8 and the true plates, "quads" and "lines", padded as in PlateTargets."""
    most = max(1, max(len(sample.plates) for sample in samples))
    quads = np.zeros((len(samples), most, 4, 2), np.float32)
    lines = np.zeros((len(samples), most), np.int64)
    for row, sample in enumerate(samples):
        for column, plate in enumerate(sample.plates):
            quads[row, column], lines[row, column] = plate.quad, plate.lines
    images = np.stack([sample.image for sample in samples])[:, None]
    return {
        "images": torch.from_numpy(images),
        "quads": torch.from_numpy(quads),
        "lines": torch.from_numpy(lines),
    }


def targets(batch: dict[str, Tensor]) -> PlateTargets:
    """Return the true plates of a batch."""
    return PlateTargets(batch["quads"], batch["lines"])
