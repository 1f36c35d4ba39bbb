"""The one training run of the pipeline: the same for every network."""

import logging
import shutil
import warnings
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable

import lightning as L
import torch.distributed as dist
from lightning.pytorch.accelerators import CPUAccelerator
from lightning.pytorch.callbacks import Callback, ModelCheckpoint
from torch import nn

from ..common.config import OUT
from ..common.errors import UserError
from ..common.files import write_json
from .batch import Batch
from .callbacks import RATE, LiveMetrics, Patience, RandomState, Throughput
from .checkpoints import Checkpoints, DamagedCheckpoint, read_checkpoint
from .ddp import DistributedTraining, trainer_options
from .distributed import broadcast, process_group, this_process
from .ema import WeightAverage
from .memory import keep_freed_memory
from .optimizers import OwnRate
from .parts import part_count
from .precision import best_precision
from .progress import TrainingProgress
from .resume import BEST, LAST, Point, forget, resume_point
from .settings import FitSettings
from .task import Objective, PhotoValidation, Task

# A line per epoch, for people; beside the metrics of a run, and in neither git nor DVC.
LOG = "log.txt"
B = TypeVar("B", bound=Batch)
# What Lightning warns of and is meant: frozen sets need no workers, the folder holds the identity.
HARMLESS = (
    ".*does not have many workers.*",
    ".*exists and is not empty.*",
    ".*LeafSpec.*",
    # Every rank logs what holds for all of them (src/training/distributed.py).
    ".*sync_dist=True.*",
)


@runtime_checkable
class WithBackbone(Protocol):
    """A network that has a part that extracts features, for which BACKBONE_LR_FACTOR is."""

    backbone: nn.Module


class Fit(Protocol):
    """What a stage gives all to that it trains with: `fit`, or what is called as it. See there."""

    def __call__(
        self,
        name: str,
        network: nn.Module,
        objective: Objective[B],
        train: Iterable[B],
        validation: Iterable[B],
        settings: FitSettings,
        identity: Mapping[str, object],
        check: Callable[[], object] = ...,
        photos: PhotoValidation[B] | None = None,
        known: frozenset[str] = ...,
    ) -> dict[str, float] | None:
        """Train a network; return its metrics if it is to be saved."""


def fit(
    name: str,
    network: nn.Module,
    objective: Objective[B],
    train: Iterable[B],
    validation: Iterable[B],
    settings: FitSettings,
    identity: Mapping[str, object],
    check: Callable[[], object] = lambda: None,
    photos: PhotoValidation[B] | None = None,
    known: frozenset[str] = frozenset(),
) -> dict[str, float] | None:
    """Train a network in place and leave the weights of its best epoch in it.

    name: "localize" or "ocr"; the folder under out/runs and out/checkpoints. identity: all that the result depends
    on, ``settings`` too; an interrupted run resumes after its last epoch when it is started again with the same
    identity, and starts anew otherwise; the number of processes may be another one. check: called before anything is
    trained; raises UserError for a network that would be of no use at the end. photos: validated on beside the drawn
    set, and say then which epoch is best, see PhotoValidation. known: names of the weights that the network starts with
    (src/training/start.py); ``settings`` say how they learn. Returns the best epoch's validation
    metrics; with several processes the first one alone writes, and the others get None and have nothing left to do.
    Raises UserError when the loss is not finite, when another process is lost, when the disk is full, and when frozen
    epochs would teach nothing.
    """
    keep_freed_memory()
    if settings.start_frozen_epochs and known.issuperset(n for n, _ in network.named_parameters()):
        raise UserError(
            f"START_FROZEN_EPOCHS is {settings.start_frozen_epochs} in params.py, and all layers came over: none would "
            "learn in these epochs; set it to 0"
        )
    rates = own_rates(network, settings, known)
    check()
    checkpoints, runs = OUT / "checkpoints" / name, OUT / "runs" / name
    first = this_process().rank == 0
    with process_group():
        point = resume_point(checkpoints, identity) if first else None
        resuming = bool(int(broadcast(b"%d" % (point is not None))))
        if first and not resuming:
            shutil.rmtree(runs, ignore_errors=True)
        monitor = photos.MIXED if photos else objective.monitor
        trainer = _trainer(name, network, settings, monitor, checkpoints, runs, point)
        alone = (
            isinstance(trainer.accelerator, CPUAccelerator) and not dist.is_torchelastic_launched()
        )
        task = Task(
            network,
            objective,
            settings,
            part_count(network) if alone else 1,
            photos,
            rates,
        )
        judged = [validation, photos.batches] if photos else validation
        # Which file it is matters to the first process only, which sends it to the others.
        resumed = (point.path if point else checkpoints / LAST) if resuming else None
        run_trainer(trainer, task, train, judged, resumed)
    if not first:
        return None
    try:
        best = read_checkpoint(checkpoints / BEST)
    except DamagedCheckpoint as error:
        raise UserError(f"{checkpoints / BEST} is damaged ({error}): train again") from error
    task.load_state_dict(best["state_dict"])
    if WeightAverage.KEY in best:
        network.load_state_dict(best[WeightAverage.KEY]["weights"])
    metrics = {"epoch": float(best["epoch"] + 1), **best[LiveMetrics.KEY][-1]}
    del metrics["lr"]
    write_json(runs / "metrics.json", metrics)
    # Two equal trainings are to give equal models.
    return {name: value for name, value in metrics.items() if name != RATE}


def run_trainer(
    trainer: L.Trainer,
    task: Task[B],
    train: Iterable[B],
    validation: Iterable[B] | list[Iterable[B]],
    resumed: Path | None,
) -> None:
    """Train without warnings of what is meant; raises KeyboardInterrupt after Ctrl-C."""
    with warnings.catch_warnings():
        for harmless in HARMLESS:
            warnings.filterwarnings("ignore", harmless)
        try:
            trainer.fit(task, train, validation, ckpt_path=resumed, weights_only=True)
        except SystemExit:
            # What Lightning makes of Ctrl-C.
            raise KeyboardInterrupt from None


def finish(name: str) -> None:
    """Forget the resume point of a run whose result is saved, so that training again starts anew."""
    forget(OUT / "checkpoints" / name)


def own_rates(network: nn.Module, settings: FitSettings, known: frozenset[str]) -> list[OwnRate]:
    """Return the learning rates of the weights that a network starts with, and of its backbone.

    Raises UserError for a factor on a backbone that there is not.
    """
    rates = [OwnRate(known, settings.start_lr_factor, settings.start_frozen_epochs)]
    factor = settings.backbone_lr_factor
    if factor != 1:
        if not isinstance(network, WithBackbone):
            raise UserError(
                f"BACKBONE_LR_FACTOR is {factor:g} in params.py, and the network that params.yaml names has no "
                "backbone: set it to 1"
            )
        names = (f"backbone.{name}" for name, _ in network.backbone.named_parameters())
        rates.append(OwnRate(frozenset(names), factor))
    return rates


def _trainer(
    name: str,
    network: nn.Module,
    settings: FitSettings,
    monitor: str,
    checkpoints: Path,
    runs: Path,
    point: Point | None,
) -> L.Trainer:
    here = this_process()
    # Its tips, and what it says of hardware and precision, are not about this training.
    logging.getLogger("lightning.pytorch").setLevel(logging.WARNING)
    logging.getLogger("lightning.fabric").setLevel(logging.WARNING)
    epochs = point.epochs if point else []
    writers: list[Callback] = []
    if here.rank == 0:  # made elsewhere, they would clear the files that the first process writes
        writers = [
            LiveMetrics(runs, epochs),
            TrainingProgress(name, runs / LOG, monitor, len(epochs)),
        ]
    callbacks: list[Callback] = [
        Throughput(),
        *writers,
        RandomState(),
        *([DistributedTraining(settings.seed, here.rank)] if here.world_size > 1 else []),
        *([WeightAverage(network, settings.ema_decay)] if settings.ema_decay else []),
        Patience(monitor, settings.patience, settings.first_counted),
        _checkpoint(checkpoints, BEST, monitor),
        _checkpoint(checkpoints, LAST, None),
    ]
    return L.Trainer(
        accelerator="auto",
        precision=best_precision(),
        max_epochs=settings.epochs,
        gradient_clip_val=settings.grad_clip,
        logger=False,
        plugins=[Checkpoints()],
        callbacks=callbacks,
        num_sanity_val_steps=0,
        enable_model_summary=False,
        enable_progress_bar=False,
        default_root_dir=OUT,
        **trainer_options(here),
    )


def _checkpoint(folder: Path, file: str, monitor: str | None) -> ModelCheckpoint:
    """Return a callback that keeps one file: the best epoch's by a metric, or the last one's."""
    return ModelCheckpoint(
        folder,
        file.removesuffix(".ckpt"),
        monitor,
        mode="max",
        save_on_train_epoch_end=True,
        enable_version_counter=False,
    )
