"""From rectified plates to the reader's batches."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from src.datasets.prepared import Sample


def collate(samples: Sequence[Sample]) -> dict[str, Any]:
    """Return "images" (B, 1, H, W) uint8 and "texts", B strings: they become numbers in the loss."""
    images = np.stack([sample.image for sample in samples])[:, None]
    return {"images": torch.from_numpy(images), "texts": [s.plates[0].text for s in samples]}
