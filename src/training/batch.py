"""What every batch of the pipeline has."""

from typing import TypedDict

from torch import Tensor


class Batch(TypedDict):
    """Pictures of a batch; each network's own batches add what is known of them.

    images (B, 1, H, W) uint8, grey values 0…255.
    """

    images: Tensor
