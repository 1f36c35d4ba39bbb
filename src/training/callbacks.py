"""What is recorded while a network trains."""

import time
from pathlib import Path
from typing import Any

import lightning as L
import torch
from dvclive import Live
from lightning.pytorch.callbacks import Callback


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
            task.log("images_per_second", rate, on_epoch=True, on_step=False, batch_size=1)


class LiveMetrics(Callback):
    """Writes each epoch's numbers for `dvc plots` and keeps them in the checkpoint.

    The root dvc.yaml is written by hand, hence ``dvcyaml=False``.
    """

    # Where a checkpoint holds the metrics of its epoch.
    KEY = "epoch_metrics"

    def __init__(self, folder: Path, resuming: bool) -> None:
        self._live = Live(
            str(folder / "dvclive"),
            resume=resuming,
            dvcyaml=False,
            report=None,
            save_dvc_exp=False,
            monitor_system=False,
        )
        self._metrics: dict[str, float] = {}

    def on_train_epoch_end(self, trainer: L.Trainer, task: L.LightningModule) -> None:
        """Write the numbers of an epoch, validation included."""
        values = _numbers(trainer)
        values["lr"] = float(trainer.optimizers[0].param_groups[0]["lr"])
        for name, value in values.items():
            self._live.log_metric(name, value, timestamp=False)
        self._live.next_step()

    def on_save_checkpoint(
        self, trainer: L.Trainer, task: L.LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        """Put the numbers of the epoch beside its weights."""
        checkpoint[self.KEY] = _numbers(trainer)

    def on_fit_end(self, trainer: L.Trainer, task: L.LightningModule) -> None:
        """Write the last summary."""
        self._live.end()


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


def _numbers(trainer: L.Trainer) -> dict[str, float]:
    """Return what was measured in an epoch, each once."""
    return {
        name: float(value)
        for name, value in trainer.callback_metrics.items()
        # "monitor" is one of the others; the learning rate has a name of its own for each group of weights.
        if name != "monitor" and not name.startswith("lr-")
    }
