"""Epochs in which a reader learns from plates without their texts, before it is trained with them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import lightning as L
from torch import Tensor, nn

from ..common.errors import UserError
from ..models.base import Reader
from ..models.distributed import global_mean
from ..models.torch_runtime import Output
from ..training.batch import Batch
from ..training.distributed import gather_in_order
from ..training.fit import finish, fit
from ..training.settings import FitSettings

# Name of its folders under out/runs and out/checkpoints.
PRETRAINING = "ocr_pretraining"


class Reconstruction:
    """How well what cannot be seen is told: the mean over all plates of a reader's errors; see Reader.pretraining."""

    monitor = "val_told"

    def __init__(self) -> None:
        self._kept: list[list[float]] = []

    def loss(self, network: nn.Module, raw: Output, batch: Batch, step: int) -> dict[str, Tensor]:
        """Return the mean error."""
        assert isinstance(raw, Tensor)
        return {"loss": global_mean(raw.float().mean(), len(raw))}

    def collect(self, raw: Output, batch: Batch) -> None:
        """Keep the errors of a batch."""
        assert isinstance(raw, Tensor)
        self._kept.append(raw.float().tolist())

    def metrics(self) -> dict[str, float]:
        """Return the share of the variance that is told, at most 1; below 0 it is worse than a plain grey."""
        errors, self._kept = gather_in_order(self._kept), []
        return {self.monitor: 1 - sum(errors) / len(errors)}


def pretrain(
    network: Reader,
    epochs: int,
    train: Iterable[Batch],
    validation: Iterable[Batch],
    settings: FitSettings,
    identity: Mapping[str, object],
    check: Callable[[], object],
) -> None:
    """Train a reader in place on plates of which the texts are ignored; nothing for 0 epochs.

    settings: of the training that follows, of which the length and what comes over do not matter here. identity, check:
    as `fit` takes them. Interrupted, it goes on after its last epoch; finished, it is not repeated until
    `forget_pretraining`. torch's random numbers begin anew afterwards, and so the training is the same either way.

    Raises UserError for a reader that learns from texts alone, and as `fit` does.
    """
    if not epochs:
        return
    learner = network.pretraining()
    if learner is None:
        raise UserError(
            f"PRETRAIN_EPOCHS is {epochs} in params.py, and {type(network).__name__} learns from plates with their "
            "texts alone: set it to 0, or choose another ocr_model in params.yaml"
        )
    # Told better from epoch to epoch: the patience is for reading.
    own = replace(
        settings, epochs=epochs, patience=epochs, start_lr_factor=1.0, start_frozen_epochs=0
    )
    fit(PRETRAINING, learner, Reconstruction(), train, validation, own, identity, check)
    L.seed_everything(settings.seed, verbose=False)


def forget_pretraining() -> None:
    """Forget what an interrupted training would go on from, once the reader is saved."""
    finish(PRETRAINING)
