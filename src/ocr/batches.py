"""From rectified plates to the reader's batches."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from src.common.geometry import UNIT_SQUARE
from src.datasets.prepared import Sample


def collate(samples: Sequence[Sample]) -> dict[str, Any]:
    """Return a batch of B plates.

    "images" (B, 1, H, W) uint8; "texts", B strings, which become numbers in the loss; "offsets" (B, 4, 2) float32,
    the plates' corners relative to those of the canvas, in shares of its width and height.
    """
    images = np.stack([sample.image for sample in samples])[:, None]
    size = np.array(images.shape[:1:-1], np.float32)
    corners = np.stack([sample.plates[0].quad for sample in samples]) / size
    return {
        "images": torch.from_numpy(images),
        "texts": [sample.plates[0].text for sample in samples],
        "offsets": torch.from_numpy(corners - UNIT_SQUARE),
    }
