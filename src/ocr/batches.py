"""From rectified plates to the reader's batches."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from ..datasets.prepared import Sample
from .guide import rows_of


def collate(samples: Sequence[Sample]) -> dict[str, Any]:
    """Return "images" (B, 1, H, W) uint8; "texts", B strings: they become numbers in the loss; "rows", as rows_of."""
    images = np.stack([sample.image for sample in samples])[:, None]
    plates = [sample.plates[0] for sample in samples]
    return {
        "images": torch.from_numpy(images),
        "texts": [plate.known_text for plate in plates],
        "rows": [rows_of(plate) for plate in plates],
    }
