"""One Lightning module for every network of the pipeline."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, Protocol, TypeVar

import lightning as L
import torch
from lightning.pytorch.utilities.types import OptimizerLRScheduler
from torch import Tensor, nn

from ..common.errors import UserError
from ..models.torch_runtime import Output
from .batch import Batch
from .distributed import reduce_losses
from .optimizers import OwnRate, highest_rate, optimizer_of
from .parts import Losses, Parts
from .schedule import SCHEDULES, Course, Rates, Schedule
from .settings import FitSettings

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

    def collect(self, raw: Output, batch: B_contra) -> None:
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
    """Training of one network, with the optimiser and the schedule that its settings name.

    parts: of each batch that are learned from at once, see Parts; 1 where a device does so by itself. own_rates: of
    weights that learn more slowly than the others.
    """

    def __init__(
        self,
        network: nn.Module,
        objective: Objective[B],
        settings: FitSettings,
        parts: int = 1,
        photos: PhotoValidation[B] | None = None,
        own_rates: Sequence[OwnRate] = (),
    ) -> None:
        super().__init__()
        self.network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.objective, self._photos = objective, photos
        self._settings, self._own_rates = settings, own_rates
        self._schedule: Schedule | None = None
        self._parts = Parts(self.network, parts) if parts > 1 else None
        self._threads = torch.get_num_threads()

    def on_train_epoch_start(self) -> None:
        """Give all that is between the parts of batches one thread: it is so short that several would wait longer."""
        if self._parts:
            torch.set_num_threads(1)

    def on_validation_start(self) -> None:
        """Give validation, which has no parts, the threads that there were at first."""
        torch.set_num_threads(self._threads)

    def on_train_end(self) -> None:
        """Leave as many threads as there were at first."""
        torch.set_num_threads(self._threads)

    def training_step(self, batch: B, index: int) -> Tensor:
        """Return the loss of a batch; raises UserError when it is not finite."""
        losses = (
            self._parts.learn(self._learn, batch)
            if self._parts
            else self._learn(self.network, batch)
        )
        known, size = reduce_losses(losses, len(batch["images"]))
        self._running_schedule.learned(float(known["loss"]))
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
        self._running_schedule.judged(monitor)

    def configure_optimizers(self) -> OptimizerLRScheduler:
        """Return the optimiser and its schedule per step."""
        settings = self._settings
        optimizer = optimizer_of(
            self.network, settings.lr, settings.weight_decay, self._own_rates, settings.optimizer
        )
        course = Course(
            int(self.trainer.estimated_stepping_batches),
            max(1, self.trainer.max_epochs or 1),
            settings.warmup,
            settings.plateau_factor,
            settings.plateau_patience,
        )
        self._schedule = self.schedule(course)
        rates = Rates(optimizer, self._schedule)
        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": rates, "interval": "step"},
        }

    @property
    def _running_schedule(self) -> Schedule:
        assert self._schedule is not None, "the optimiser is made before the first step"
        return self._schedule

    def schedule(self, course: Course) -> Schedule:
        """Return a new schedule."""
        return SCHEDULES[self._settings.schedule](course)

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
        rate = highest_rate(self.trainer.optimizers[0])
        values = ", ".join(f"{name} {float(value):g}" for name, value in losses.items())
        return (
            f"the loss is not finite in epoch {self.current_epoch + 1}, {where} at learning rate "
            f"{rate:g} ({values}): lower LR (a tenth), raise BATCH_SIZE or WARMUP, or lower GRAD_CLIP in params.py. "
            "The best epoch so far is kept in out/checkpoints"
        )
