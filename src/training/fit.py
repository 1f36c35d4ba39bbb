"""The one training run of the pipeline: the same for every network."""

import hashlib
import json
import shutil
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightning as L
import torch
from lightning.pytorch.callbacks import (
    Callback,
    EarlyStopping,
    LearningRateMonitor,
    ModelCheckpoint,
    TQDMProgressBar,
)
from lightning.pytorch.loggers import TensorBoardLogger
from torch import nn
from torch.utils.data import DataLoader

from src.common.config import OUT, ROOT
from src.common.errors import UserError
from src.common.files import write_json
from src.training.callbacks import LiveMetrics, RandomState, Throughput
from src.training.data import BurstLoader
from src.training.memory import keep_freed_memory
from src.training.precision import best_precision
from src.training.ranks import joined, place, told
from src.training.task import Objective, Task
from src.training.together import AmongOthers, trainer_options

# What Lightning warns of and is meant: frozen sets need no workers, small runs log once, the folder holds the identity.
HARMLESS = (
    ".*does not have many workers.*",
    ".*smaller than the logging interval.*",
    ".*exists and is not empty.*",
    ".*LeafSpec.*",
    # Every rank logs what holds for all of them (src/training/ranks.py).
    ".*sync_dist=True.*",
)
LAST, BEST, IDENTITY = "last.ckpt", "best.ckpt", "identity.json"


@dataclass(frozen=True)
class FitSettings:
    """How long and how to train; see the Train… classes of params.py for the meaning of each value."""

    seed: int
    epochs: int
    lr: float
    weight_decay: float
    warmup: float
    grad_clip: float
    patience: int

    def __post_init__(self) -> None:
        for name in ("epochs", "lr", "grad_clip", "patience"):
            if getattr(self, name) <= 0:
                raise UserError(
                    f"{name.upper()} must be above 0 in params.py, not {getattr(self, name)}"
                )


def fit(
    name: str,
    network: nn.Module,
    objective: Objective,
    train: DataLoader[Any] | BurstLoader,
    validation: DataLoader[Any],
    settings: FitSettings,
    identity: Mapping[str, Any],
) -> dict[str, float] | None:
    """Train a network in place and leave the weights of its best epoch in it.

    name: "localize" or "ocr"; the folder under out/runs and out/checkpoints. identity: all that the result depends
    on; a run that was stopped goes on from its last epoch when it is started again with the same identity and
    source, and starts anew otherwise; the number of processes may be another one. Returns the best epoch's validation
    metrics; with several processes the first one alone writes, and the others get None and have nothing left to do.
    Raises UserError when the loss is not finite and when another process is lost.
    """
    keep_freed_memory()
    checkpoints, runs = OUT / "checkpoints" / name, OUT / "runs" / name
    first = place().rank == 0
    with joined():
        known = first and _resumes(checkpoints, {**identity, **vars(settings)})
        resuming = bool(int(told(b"%d" % known)))
        if first and not resuming:
            shutil.rmtree(runs, ignore_errors=True)
        trainer = _trainer(settings, objective.monitor, checkpoints, runs, resuming)
        task = Task(network, objective, settings.lr, settings.weight_decay, settings.warmup)
        _train(trainer, task, train, validation, checkpoints / LAST if resuming else None)
    if not first:
        return None
    best = torch.load(checkpoints / BEST, map_location="cpu", weights_only=True)
    task.load_state_dict(best["state_dict"])
    metrics = _best_metrics(best)
    write_json(runs / "metrics.json", metrics)
    return metrics


def _train(
    trainer: L.Trainer,
    task: Task,
    train: DataLoader[Any] | BurstLoader,
    validation: DataLoader[Any],
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
    for file in (LAST, IDENTITY):
        (OUT / "checkpoints" / name / file).unlink(missing_ok=True)


def _trainer(
    settings: FitSettings, monitor: str, checkpoints: Path, runs: Path, resuming: bool
) -> L.Trainer:
    here = place()
    callbacks: list[Callback] = [
        Throughput(),
        *([LiveMetrics(runs, resuming)] if here.rank == 0 else []),
        RandomState(),
        *([AmongOthers(settings.seed, here.rank)] if here.count > 1 else []),
        LearningRateMonitor("epoch"),
        EarlyStopping(monitor, mode="max", patience=settings.patience),
        _checkpoint(checkpoints, BEST, monitor),
        _checkpoint(checkpoints, LAST, None),
        TQDMProgressBar(refresh_rate=10),
    ]
    return L.Trainer(
        accelerator="auto",
        precision=best_precision(),  # type: ignore[arg-type]
        max_epochs=settings.epochs,
        gradient_clip_val=settings.grad_clip,
        logger=TensorBoardLogger(runs, name=None, version="tensorboard"),
        callbacks=callbacks,
        log_every_n_steps=20,
        num_sanity_val_steps=0,
        enable_model_summary=False,
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


def _resumes(checkpoints: Path, identity: Mapping[str, Any]) -> bool:
    """Say whether there is a checkpoint to go on from, or clear the folder for a new run."""
    identity = json.loads(json.dumps({**identity, "source": _source_hash()}, default=str))
    known = checkpoints / IDENTITY
    if known.is_file() and (checkpoints / LAST).is_file():
        try:
            if json.loads(known.read_text(encoding="utf-8")) == identity:
                print(f"resuming the interrupted training in {checkpoints.relative_to(ROOT)}")
                return True
        except ValueError:
            print("the identity of the interrupted training is unreadable: starting anew")
    shutil.rmtree(checkpoints, ignore_errors=True)
    write_json(known, identity)
    return False


def _source_hash() -> str:
    digest = hashlib.sha256()
    for path in sorted((ROOT / "src").rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _best_metrics(checkpoint: Mapping[str, Any]) -> dict[str, float]:
    metrics = {name: float(value) for name, value in checkpoint[LiveMetrics.KEY].items()}
    return {"epoch": float(checkpoint["epoch"] + 1), **metrics}
