"""Lightning's settings for distributed data parallel (DDP) training, in which only the first process writes."""

import signal
from datetime import timedelta
from typing import Any

import lightning as L
import numpy as np
import torch
from lightning.pytorch.callbacks import Callback
from lightning.pytorch.strategies import DDPStrategy

from .distributed import LOST_AFTER_S, Process


def trainer_options(here: Process) -> dict[str, Any]:
    """Return the options of Lightning's Trainer for this number of processes."""
    if here.world_size == 1:
        return {"devices": 1}
    strategy = DDPStrategy(
        timeout=timedelta(seconds=LOST_AFTER_S),
        # A batch without any plate does not use the refiner: then it must stay as it is, on all ranks.
        find_unused_parameters=True,
        # Running statistics are those of the whole batch, and so the same everywhere.
        forward_sync_buffers=False,
    )
    return {
        "devices": here.local_world_size,
        "num_nodes": here.world_size // here.local_world_size,
        "strategy": strategy,
        # Parts are dealt out by PartSampler.
        "use_distributed_sampler": False,
    }


class DistributedTraining(Callback):
    """What differs in a process of a distributed training."""

    def __init__(self, seed: int, rank: int) -> None:
        self._seed, self._rank = seed, rank

    def on_fit_start(self, trainer: L.Trainer, task: L.LightningModule) -> None:
        """Let SIGTERM end the process at once: Lightning's own answer waits for processes that may be gone."""
        signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def on_train_epoch_start(self, trainer: L.Trainer, task: L.LightningModule) -> None:
        """Seed dropout by rank and epoch, so that it is the same after a restart."""
        sequence = np.random.SeedSequence([self._seed, trainer.current_epoch, self._rank])
        torch.manual_seed(int(sequence.generate_state(1)[0]))
