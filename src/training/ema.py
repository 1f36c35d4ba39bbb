"""An exponential moving average of the weights, which is validated and kept in place of the weights that learn."""

from typing import Any

import lightning as L
import torch
from lightning.pytorch.callbacks import Callback
from torch import Tensor, nn


class WeightAverage(Callback):
    """Averages the weights over the steps, and lends the average to the network while that is validated.

    decay: share of the average that a step keeps, in (0, 1). At the beginning it is less, (1 + n) / (10 + n) after n
    steps, lest the first, random weights count for long. Running statistics of norms are averaged as well, so that they
    fit the averaged weights; whole numbers, such as counts of batches, are those of now. Every process of a distributed
    training has the same weights after each step, and so the same average.
    """

    # Where a checkpoint holds the average, beside the weights that learn on from it.
    KEY = "average"

    def __init__(self, network: nn.Module, decay: float) -> None:
        self._network, self._decay = network, decay
        self._steps = 0
        self._average: dict[str, Tensor] = {}

    def on_train_start(self, trainer: L.Trainer, task: L.LightningModule) -> None:
        """Begin with the weights as they are, or with the average of the training that goes on."""
        self._average = {
            name: self._average.get(name, value).to(value.device, copy=True)
            for name, value in self._network.state_dict().items()
        }

    @torch.no_grad()
    def on_train_batch_end(self, trainer: L.Trainer, *_: Any) -> None:
        """Take a step's weights into the average."""
        self._steps += 1
        decay = min(self._decay, (1 + self._steps) / (10 + self._steps))
        for name, value in self._network.state_dict().items():
            average = self._average[name]
            if average.is_floating_point():
                average.lerp_(value, 1 - decay)
            else:
                average.copy_(value)

    def on_validation_start(self, trainer: L.Trainer, task: L.LightningModule) -> None:
        """Lend the average to the network."""
        self._swap()

    def on_validation_end(self, trainer: L.Trainer, task: L.LightningModule) -> None:
        """Give the network its own weights back."""
        self._swap()

    def on_save_checkpoint(
        self, trainer: L.Trainer, task: L.LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        """Put the average beside the weights."""
        checkpoint[self.KEY] = {"steps": self._steps, "weights": self._average}

    def on_load_checkpoint(
        self, trainer: L.Trainer, task: L.LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        """Go on from the average of the checkpoint."""
        held = checkpoint[self.KEY]
        self._steps, self._average = held["steps"], held["weights"]

    @torch.no_grad()
    def _swap(self) -> None:
        # In place: the parts of a batch, and processes, share the network's tensors.
        for name, value in self._network.state_dict().items():
            own = value.clone()
            value.copy_(self._average[name])
            self._average[name].copy_(own)
