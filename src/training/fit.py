"""The one training run of the pipeline: the same for every network."""

import logging
import shutil
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

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
from .memory import keep_freed_memory
from .muon import Known
from .parts import part_count
from .precision import best_precision
from .progress import TrainingProgress
from .resume import BEST, LAST, Point, forget, resume_point
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


@dataclass(frozen=True, kw_only=True)
class FitSettings:
    """How long and how to train; see the Train… classes of params.py for the meaning of each value."""

    seed: int
    epochs: int
    lr: float
    weight_decay: float
    warmup: float
    grad_clip: float
    patience: int
    start_lr_factor: float = 1.0
    start_frozen_epochs: int = 0

    def __post_init__(self) -> None:
        for name in ("epochs", "lr", "grad_clip", "patience"):
            if getattr(self, name) <= 0:
                raise UserError(
                    f"{name.upper()} must be above 0 in params.py, not {getattr(self, name)}"
                )

    @classmethod
    def chosen(cls, values: Mapping[str, Any]) -> "FitSettings":
        """Return the settings that one of the Train… classes has, from its values by name."""
        return cls(**{field.name: values[field.name.upper()] for field in fields(cls)})


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
    check()
    checkpoints, runs = OUT / "checkpoints" / name, OUT / "runs" / name
    first = this_process().rank == 0
    with process_group():
        point = resume_point(checkpoints, identity) if first else None
        resuming = bool(int(broadcast(b"%d" % (point is not None))))
        if first and not resuming:
            shutil.rmtree(runs, ignore_errors=True)
        monitor = photos.MIXED if photos else objective.monitor
        trainer = _trainer(name, settings, monitor, checkpoints, runs, point)
        alone = (
            isinstance(trainer.accelerator, CPUAccelerator) and not dist.is_torchelastic_launched()
        )
        task = Task(
            network,
            objective,
            settings.lr,
            settings.weight_decay,
            settings.warmup,
            part_count(network) if alone else 1,
            photos,
            Known(known, settings.start_lr_factor, settings.start_frozen_epochs),
        )
        judged = [validation, photos.batches] if photos else validation
        # Which file it is matters to the first process only, which sends it to the others.
        resumed = (point.path if point else checkpoints / LAST) if resuming else None
        _train(trainer, task, train, judged, resumed)
    if not first:
        return None
    try:
        best = read_checkpoint(checkpoints / BEST)
    except DamagedCheckpoint as error:
        raise UserError(f"{checkpoints / BEST} is damaged ({error}): train again") from error
    task.load_state_dict(best["state_dict"])
    metrics = {"epoch": float(best["epoch"] + 1), **best[LiveMetrics.KEY][-1]}
    del metrics["lr"]
    write_json(runs / "metrics.json", metrics)
    # Two equal trainings are to give equal models.
    return {name: value for name, value in metrics.items() if name != RATE}


def _train(
    trainer: L.Trainer,
    task: Task[B],
    train: Iterable[B],
    validation: Iterable[B] | list[Iterable[B]],
    resumed: Path | None,
) -> None:
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


def _trainer(
    name: str,
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
        Patience(monitor, mode="max", patience=settings.patience),
        _checkpoint(checkpoints, BEST, monitor),
        _checkpoint(checkpoints, LAST, None),
    ]
    return L.Trainer(
        accelerator="auto",
        precision=best_precision(),  # type: ignore[arg-type]
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
