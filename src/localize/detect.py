"""What the localizer, its refiner included, finds in a batch: for training's validation and for evaluation."""

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from ..inference.detection import Detection
from ..inference.refinement import refine_detections
from ..inference.runtime import Run
from ..models.base import Localizer
from ..models.torch_runtime import Output, as_raw, torch_run

# Average precision wants detections down to low scores; below this they no longer move it.
LOWEST_SCORE = 0.05

# Crops are refined in multiples of so many: each new number of them costs a processor more than that.
BLOCK = 32


def detections(
    network: Localizer, raw: Output, images: Tensor, min_score: float
) -> list[list[Detection]]:
    """Return the plates of B pictures (B, 1, H, W), best first, from the localizer's raw output for them."""
    height, width = images.shape[2:]
    found = network.decode(as_raw(raw), height, width, min_score)
    if network.refiner is None:
        return found
    refine = _in_blocks(torch_run(network.refiner))
    pictures = list(images[:, 0].cpu().numpy())
    return refine_detections(refine, pictures, found)


def _in_blocks(run: Run) -> Run:
    """Return a function that answers as ``run``, padding crops to whole blocks by repeating the last one."""

    def padded(crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        behind = np.repeat(crops[-1:], -len(crops) % BLOCK, axis=0)
        return run(np.concatenate([crops, behind]))[: len(crops)]

    return padded
