"""One Lightning module for every network of the pipeline."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Generic, Protocol, TypeVar

import lightning as L
import torch
from lightning.pytorch.utilities.types import OptimizerLRScheduler
from torch import Tensor, nn

from ..common.errors import UserError
from ..models.base import Output
from .batch import Batch
from .distributed import reduce_losses
from .muon import NOTHING_KNOWN, Known, optimizer_of
from .parts import Losses, Parts

B = TypeVar("B", bound=Batch)
B_contra = TypeVar("B_contra", bound=Batch, contravariant=True)
# What the names of validation metrics begin with: of drawings, and of photographs.
DRAWN, PHOTO = "val_", "val_photo_"


class Objective(Protocol[B_contra]):
    """How one kind of network is trained and judged."""

    # Name of the validation metric that decides which epoch is best; higher is better.
    monitor: str

    def loss(
        self, network: nn.Module, raw: Output, batch: B_contra, step: int
    ) -> dict[str, Tensor]:
        """Return scalar losses, means over the batch; "loss" is minimised.

        step: of training, counted from 0: a loss may change on the way. With several processes ``batch`` is a part, and
        the mean of their losses is the loss of the whole: see src/models/distributed.py.
        """

    def collect(self, raw: Tensor, batch: B_contra) -> None:
        """Take in one validation batch's raw outputs."""

    def metrics(self) -> dict[str, float]:
        """Return the metrics of all batches collected since the last call, and start anew."""


@dataclass(frozen=True)
class PhotoValidation(Generic[B]):
    """Photographs to validate on, beside the drawn set, and what they count for.

    Their metrics are named as the drawn ones', with "val_photo_" for "val_". The best epoch is the one with the highest
    MIXED: the mean of the objective's monitor over drawings, weighing 1 - weight, and ``metric`` over photographs,
    weighing ``weight``: that is ``share``, of the training's batches, from ENOUGH photographs on, and proportionally
    less for fewer. A few say little: of two, one alone moves ``metric`` by half, and would outvote all drawings; so it
    moves MIXED by share / ENOUGH at most.

    metric: a name in the objective's metrics. count: how many photographs there are.
    """

    batches: Iterable[B]
    objective: Objective[B]
    metric: str
    share: float
    count: int

    MIXED: ClassVar[str] = "val_mixed"
    ENOUGH: ClassVar[int] = 100

    @property
    def weight(self) -> float:
        """What the photographs weigh in MIXED, in [0, share]."""
        return self.share * min(self.count / self.ENOUGH, 1.0)

    def metrics(self, drawn: float) -> dict[str, float]:
        """Return the metrics of the photographs and MIXED. drawn: the monitor's value over drawings."""
        own = self.objective.metrics()
        mixed = (1 - self.weight) * drawn + self.weight * own.get(self.metric, 0.0)
        photos = {PHOTO + name.removeprefix(DRAWN): value for name, value in own.items()}
        return {**photos, self.MIXED: mixed}


class Task(L.LightningModule, Generic[B]):
    """Training of one network: Muon and AdamW, linear warm-up, cosine to zero.

    parts: of each batch that are learned from at once, see Parts; 1 where a device does so by itself. known: what it
    starts with.
    """

    def __init__(
        self,
        network: nn.Module,
        objective: Objective[B],
        lr: float,
        weight_decay: float,
        warmup: float,
        parts: int = 1,
        photos: PhotoValidation[B] | None = None,
        known: Known = NOTHING_KNOWN,
    ) -> None:
        super().__init__()
        self.network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.objective, self._photos = objective, photos
        self.lr, self.weight_decay, self.warmup = lr, weight_decay, warmup
        self._known = known
        self._parts = Parts(self.network, parts) if parts > 1 else None

    def training_step(self, batch: B, index: int) -> Tensor:
        """Return the loss of a batch; raises UserError when it is not finite."""
        losses = (
            self._parts.learn(self._learn, batch)
            if self._parts
            else self._learn(self.network, batch)
        )
        known, size = reduce_losses(losses, len(batch["images"]))
        if not torch.isfinite(known["loss"]):
            raise UserError(self._nan_message(f"batch {index + 1}", known))
        for name, value in known.items():
            self.log(f"train_{name}", value, on_step=False, on_epoch=True, batch_size=size)
        return losses["loss"]

    def validation_step(self, batch: B, index: int, dataloader_idx: int = 0) -> None:
        """Collect a batch of drawings, or of photographs; losses are means over pictures, whatever the batch's size.

        Raises UserError when one is not finite: the last step of the epoch has spoilt the weights, which are not kept.
        """
        raw, losses = self._losses(self.network, batch)
        known, size = reduce_losses(losses, len(batch["images"]))
        if not torch.isfinite(known["loss"]):
            raise UserError(self._nan_message("validation", known))
        for name, value in known.items():
            name = f"{PHOTO if dataloader_idx else DRAWN}{name}"
            self.log(name, value, on_epoch=True, batch_size=size, add_dataloader_idx=False)
        assert isinstance(raw, Tensor), "in evaluation mode a network returns its raw output alone"
        photos = self._photos if dataloader_idx else None
        (photos.objective if photos else self.objective).collect(raw, batch)

    def on_validation_epoch_end(self) -> None:
        """Log the metrics of the whole validation set."""
        metrics = self.objective.metrics()
        monitor = metrics[self.objective.monitor]
        if self._photos:
            metrics |= self._photos.metrics(monitor)
            monitor = metrics[self._photos.MIXED]
        # They are of the set and no batch's; without a size Lightning would guess one, and say so.
        self.log_dict(metrics, batch_size=1)
        self.log("monitor", monitor, logger=False, prog_bar=True, batch_size=1)

    def configure_optimizers(self) -> OptimizerLRScheduler:
        """Return the optimiser and its schedule per step."""
        optimizer = optimizer_of(self.network, self.lr, self.weight_decay, self._known)
        steps = int(self.trainer.estimated_stepping_batches)
        frozen = self._known.frozen_epochs * steps // (self.trainer.max_epochs or 1)

        def rate(step: int) -> float:
            return warmup_cosine(step, steps, self.warmup)

        def rate_of_known(step: int) -> float:
            return 0.0 if step < frozen else rate(step)

        rates: list[Callable[[int], float]] = [
            rate_of_known if g.get("known") else rate for g in optimizer.param_groups
        ]
        scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, rates)
        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": scheduler, "interval": "step"},
        }

    def configure_gradient_clipping(
        self,
        optimizer: torch.optim.Optimizer,
        gradient_clip_val: float | None = None,
        gradient_clip_algorithm: str | None = None,
    ) -> None:
        """Clip the norm of all gradients. Lightning would refuse beside a fused optimiser, for fp16's sake."""
        if gradient_clip_val is not None:
            torch.nn.utils.clip_grad_norm_(self.network.parameters(), gradient_clip_val)

    def _learn(self, network: nn.Module, batch: B) -> Losses:
        return self._losses(network, batch)[1]

    def _losses(self, network: nn.Module, batch: B) -> tuple[Output, Losses]:
        images = batch["images"].to(memory_format=torch.channels_last)
        raw: Output = network(images)
        return raw, self.objective.loss(network, raw, batch, self.global_step)

    def _nan_message(self, where: str, losses: Mapping[str, Tensor]) -> str:
        rate = self.trainer.optimizers[0].param_groups[0]["lr"]
        values = ", ".join(f"{name} {float(value):g}" for name, value in losses.items())
        return (
            f"the loss is not finite in epoch {self.current_epoch + 1}, {where} at learning rate "
            f"{rate:g} ({values}): lower LR (a tenth), raise BATCH_SIZE or WARMUP, or lower GRAD_CLIP in params.py. "
            "The best epoch so far is kept in out/checkpoints"
        )


def warmup_cosine(step: int, steps: int, warmup: float) -> float:
    """Return the share of the highest learning rate at a step of ``steps``: up in a line, down in half a cosine."""
    rise = max(1, round(steps * warmup))
    if step < rise:
        return (step + 1) / rise
    done = min(1.0, (step - rise) / max(1, steps - rise))
    return 0.5 * (1.0 + math.cos(math.pi * done))
