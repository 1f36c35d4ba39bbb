"""Callbacks that record metrics and state while a network trains."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import lightning as L
import torch
from lightning.pytorch.callbacks import Callback, EarlyStopping

from .curves import Curves
from .optimizers import highest_rate

# Training pictures per second: of the run and its machine, and not of the model.
RATE = "images_per_second"


class Throughput(Callback):
    """Logs training pictures per second, waiting for data included, once per epoch."""

    def __init__(self) -> None:
        self._start = 0.0
        self._pictures = 0

    def on_train_epoch_start(self, trainer: L.Trainer, task: L.LightningModule) -> None:
        """Start the clock."""
        self._start, self._pictures = time.perf_counter(), 0

    def on_train_batch_end(
        self, trainer: L.Trainer, task: L.LightningModule, outputs: Any, batch: Any, index: int
    ) -> None:
        """Count a batch; the clock is read at the last one, before validation."""
        self._pictures += len(batch["images"]) * trainer.world_size
        if trainer.is_last_batch:
            rate = self._pictures / (time.perf_counter() - self._start)
            task.log(RATE, rate, on_epoch=True, on_step=False, batch_size=1)


class LiveMetrics(Callback):
    """Writes each epoch's numbers as curves, and keeps those of all epochs so far in the checkpoint.

    epochs: those of the run that is resumed, which the curves then start with.
    """

    # Where a checkpoint holds the numbers of each epoch, its own last.
    KEY = "epochs"

    def __init__(self, folder: Path, epochs: Sequence[Mapping[str, float]] = ()) -> None:
        self._epochs = [dict(values) for values in epochs]
        self._curves = Curves(folder, self._epochs)

    def on_train_epoch_end(self, trainer: L.Trainer, task: L.LightningModule) -> None:
        """Write the numbers of an epoch, validation included."""
        values = {
            name: float(value)
            for name, value in trainer.callback_metrics.items()
            if name != "monitor"  # one of the others
        }
        self._epochs.append(values | {"lr": highest_rate(trainer.optimizers[0])})
        self._curves.add(self._epochs[-1])

    def on_save_checkpoint(
        self, trainer: L.Trainer, task: L.LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        """Put the numbers beside the weights."""
        checkpoint[self.KEY] = self._epochs

    def on_fit_end(self, trainer: L.Trainer, task: L.LightningModule) -> None:
        """Write the last summary."""
        self._curves.end()


class Patience(EarlyStopping):
    """Early stopping that also ends a resumed training whose patience was used up before it was killed.

    first: the first epoch, counted from 0, whose metric counts.
    """

    def __init__(self, monitor: str, patience: int, first: int) -> None:
        super().__init__(monitor, mode="max", patience=patience)
        self._first = first

    def on_train_start(self, trainer: L.Trainer, task: L.LightningModule) -> None:
        """Train no further epoch when resumed after the last one."""
        if self.wait_count >= self.patience:
            trainer.should_stop = True

    def on_validation_end(self, trainer: L.Trainer, pl_module: L.LightningModule) -> None:
        """Look at the metric, in an epoch that counts."""
        if trainer.current_epoch >= self._first:
            super().on_validation_end(trainer, pl_module)

    def on_train_epoch_end(self, trainer: L.Trainer, pl_module: L.LightningModule) -> None:
        """Look at the metric, in an epoch that counts."""
        if trainer.current_epoch >= self._first:
            super().on_train_epoch_end(trainer, pl_module)


class RandomState(Callback):
    """Keeps torch's random state in checkpoints, so that a resumed run drops out what an undisturbed one does."""

    KEY = "torch_random_state"

    def on_save_checkpoint(
        self, trainer: L.Trainer, task: L.LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        """Put the state beside the weights."""
        checkpoint[self.KEY] = torch.get_rng_state()

    def on_load_checkpoint(
        self, trainer: L.Trainer, task: L.LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        """Go on from the state of the checkpoint."""
        torch.set_rng_state(checkpoint[self.KEY])
