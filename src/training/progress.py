"""How far a training is, for people: a bar on a terminal, a line now and then elsewhere, a line per epoch in a log."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import lightning as L
from lightning.pytorch.callbacks import Callback
from tqdm import tqdm

from ..common.files import writing
from ..common.progress import tell
from .pace import Pace

# Seconds before the whole time is estimated, or longer where no step has settled; between two lines without a terminal.
FIRST_S, LINE_S = 10.0, 30.0
# Batches between two reads of the loss, which may be on a GPU.
REFRESH = 10


class TrainingProgress(Callback):
    """Says which network is trained, in which epoch (from 1), its loss and metric, and the time left of the whole.

    name: of the network. log: the file that gets a line per epoch. monitor: the metric that decides which epoch is
    best. done: epochs before this run goes on, whose lines the log keeps.
    """

    def __init__(self, name: str, log: Path, monitor: str, done: int = 0) -> None:
        self._name, self._log, self._monitor = name, log, monitor
        self._loss, self._metric = "", ""
        self._pace = Pace(1, 1, 0)
        self._start = self._epoch_start = self._batch_start = self._said = 0.0
        self._epochs, self._estimated = 0, False
        self._bar: tqdm[Any] | None = None
        lines = log.read_text(encoding="utf-8").splitlines(True) if done and log.exists() else []
        self._write("".join(lines[:done]), "w")

    def on_train_start(self, trainer: L.Trainer, task: L.LightningModule) -> None:
        """Start the clock, and the bar where somebody sees it."""
        self._start = self._said = self._batch_start = time.monotonic()
        self._epochs = max(1, (trainer.max_epochs or 0) - trainer.current_epoch)
        validation = sum(int(count) for count in trainer.num_val_batches or [0])
        self._pace = Pace(self._epochs, int(trainer.num_training_batches), validation)
        if sys.stderr is not None and sys.stderr.isatty():
            self._bar = tqdm(
                total=100,
                file=sys.stderr,
                dynamic_ncols=True,
                bar_format="{desc} {percentage:3.0f}%|{bar}| {unit}",
            )

    def on_train_epoch_start(self, trainer: L.Trainer, task: L.LightningModule) -> None:
        """Start the epoch's clock."""
        self._epoch_start = self._batch_start = time.monotonic()

    def on_train_batch_start(
        self, trainer: L.Trainer, task: L.LightningModule, batch: Any, index: int
    ) -> None:
        """Count the waiting for a batch."""
        self._pace.waited(self._lap())

    def on_train_batch_end(
        self, trainer: L.Trainer, task: L.LightningModule, outputs: Any, batch: Any, index: int
    ) -> None:
        """Count a step, and say how far it is."""
        self._pace.stepped(self._lap())
        if index % REFRESH == 0:
            self._loss = f"loss {float(outputs['loss']):.3f}"
            self._show(trainer)

    def on_validation_start(self, trainer: L.Trainer, task: L.LightningModule) -> None:
        """Start its clock."""
        self._lap()

    def on_validation_batch_end(self, trainer: L.Trainer, *_: Any) -> None:
        """Count a batch of validation."""
        self._pace.validated(self._lap())
        self._show(trainer)

    def on_train_epoch_end(self, trainer: L.Trainer, task: L.LightningModule) -> None:
        """Log the epoch, validation included."""
        known = {name: float(value) for name, value in trainer.callback_metrics.items()}
        names = ("train_loss", "val_loss", self._monitor)
        values = ", ".join(f"{name} {known[name]:.4f}" for name in names if name in known)
        self._metric = f"{self._monitor} {known[self._monitor]:.3f}"
        seconds = time.monotonic() - self._epoch_start
        line = f"epoch {trainer.current_epoch + 1}/{trainer.max_epochs}: {values}, {seconds:.1f} s"
        self._write(f"{datetime.now(UTC).isoformat(timespec='seconds')} {line}\n", "a")
        left = self._pace.left()
        tell(f"train {self._name}, {line}{f', {duration(left)} left' if left else ''}")
        self._said = time.monotonic()
        self._show(trainer)

    def on_train_end(self, trainer: L.Trainer, task: L.LightningModule) -> None:
        """Take the bar away, and say so where not all epochs were needed."""
        self._close()
        if trainer.current_epoch < (trainer.max_epochs or 0):
            tell(f"train {self._name}: no better epoch for a while, so it ends here")

    def on_exception(self, trainer: L.Trainer, task: L.LightningModule, error: Any) -> None:
        """Remove the bar before the error is printed."""
        self._close()

    def _show(self, trainer: L.Trainer) -> None:
        now = time.monotonic()
        left = self._pace.left()
        if not self._estimated and now - self._start >= FIRST_S and self._pace.known:
            self._estimated = True
            whole = duration(now - self._start + left)
            epochs = "one epoch" if self._epochs == 1 else f"{self._epochs} epochs"
            tell(f"train {self._name}: {whole} for {epochs} on this machine, at most")
        if self._bar is not None:
            self._bar.n = round(100 * self._pace.share())
            self._bar.unit = self._state(left)
            self._bar.set_description_str(self._title(trainer))
        elif now - self._said >= LINE_S:
            self._said = now
            tell(f"{self._title(trainer)}: {self._pace.share():.0%} of all, {self._state(left)}")

    def _title(self, trainer: L.Trainer) -> str:
        epochs = trainer.max_epochs or 0
        return f"train {self._name}, epoch {min(trainer.current_epoch + 1, epochs)}/{epochs}"

    def _state(self, left: float) -> str:
        return ", ".join(filter(None, (self._loss, self._metric, f"{duration(left)} left")))

    def _lap(self) -> float:
        """Return the seconds since the last lap, and start another."""
        last, self._batch_start = self._batch_start, time.monotonic()
        return self._batch_start - last

    def _write(self, text: str, mode: str) -> None:
        with writing(self._log):
            self._log.parent.mkdir(parents=True, exist_ok=True)
            with self._log.open(mode, encoding="utf-8") as file:
                file.write(text)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def duration(seconds: float) -> str:
    """Return a time as people say it: "about 40 s", "about 9 min", "about 1 h 20 min"."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"about {seconds:.0f} s"
    if minutes < 90:
        return f"about {minutes} min"
    return f"about {minutes // 60} h {minutes % 60} min"
