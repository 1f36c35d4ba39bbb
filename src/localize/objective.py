"""How the localizer is trained and judged."""

from typing import cast

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from ..common.geometry import box_quad, stack_quads
from ..metrics.detection import detection_metrics
from ..models.base import Localizer
from ..models.torch_runtime import Output
from ..training.distributed import gather_in_order
from .batches import LocalizeBatch, refiner_targets, targets
from .detect import detections
from .proposals import crops_with_proposals

# Lowest score of what is found while training. An evaluation starts lower (LOWEST_SCORE in detect.py), has twice as
# much to refine, and comes to an average precision that is 0.002 higher.
FOUND_SCORE = 0.1
# Weight of the refiner's loss against that of the detector.
REFINER_WEIGHT = 4.0


# Corners of several plates as plain numbers: each four times x, y.
Quads = list[list[list[float]]]


class LocalizeObjective:
    """The losses of the detector and its refiner; average precision after both over the whole validation set."""

    monitor = "val_ap75"

    def __init__(self, network: Localizer, min_score: float) -> None:
        self._network = network
        self._min_score = min_score
        # For each batch, the true corners and the corners and scores found in each picture.
        self._kept: list[list[tuple[Quads, Quads, list[float]]]] = []

    def loss(
        self, network: nn.Module, raw: Output, batch: LocalizeBatch, step: int
    ) -> dict[str, Tensor]:
        """Return the network's losses, and its refiner's where it has one; they do not change with the step."""
        localizer = cast(Localizer, network)
        losses = localizer.loss(raw, targets(batch))
        if localizer.refiner is None:
            return losses
        crops = crops_with_proposals(localizer, raw, batch)
        losses |= localizer.refiner.loss(localizer.refiner(crops["crops"]), refiner_targets(crops))
        losses["loss"] = losses["loss"] + REFINER_WEIGHT * losses["look_loss"]
        return losses

    def collect(self, raw: Output, batch: LocalizeBatch) -> None:
        """Keep a batch's detections and truth."""
        found = detections(self._network, raw, batch["images"], FOUND_SCORE)
        quads, there = batch["quads"].cpu().numpy(), batch["lines"].cpu().numpy() > 0
        sure = batch["sure"].cpu().numpy()
        kept = []
        for true, plates, known, one in zip(quads, there, sure, found, strict=True):
            # A box holds more than its plate: where nothing better is known, boxes are held against boxes.
            shown = _as_they_are if known[plates].all() else box_quad
            kept.append(
                (
                    [shown(quad).tolist() for quad in true[plates]],
                    [shown(d.quad).tolist() for d in one],
                    [float(d.score) for d in one],
                )
            )
        self._kept.append(kept)

    def metrics(self) -> dict[str, float]:
        """Return the metrics of the detections kept, without those that are not defined."""
        pictures, self._kept = gather_in_order(self._kept), []
        measured = detection_metrics(
            [stack_quads(found) for _, found, _ in pictures],
            [np.array(scores) for _, _, scores in pictures],
            [stack_quads(truth) for truth, _, _ in pictures],
            self._min_score,
        )
        known = {
            f"val_{name}": float(value) for name, value in measured.items() if value is not None
        }
        return {self.monitor: 0.0, **known}


def _as_they_are(quad: NDArray[np.float32]) -> NDArray[np.float32]:
    return quad
