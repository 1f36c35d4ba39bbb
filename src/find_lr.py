"""Find a learning rate: train for a moment while it rises, draw the loss over it, and suggest one.

python3 -m src.find_lr localize|ocr [--low 1e-05] [--high 1.0] [--steps 100]

The range test (Smith 2017, arXiv:1506.01186), with the network, data, optimiser and batch size of params.py and
params.yaml. It needs what prepare_localize or prepare_ocr prepares, writes one picture and changes nothing else.
"""

import logging
import math
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, islice, repeat
from pathlib import Path
from typing import Generic, TypeVar

import lightning as L
import numpy as np
from lightning.pytorch.accelerators import CPUAccelerator
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from torch import nn

from params import TrainLocalizeParams, TrainOCRParams

from .common.config import OUT, ROOT
from .common.errors import UserError
from .common.files import atomic_path
from .common.progress import progress, tell
from .localize.train import train as train_localizer
from .ocr.train import train as train_reader
from .pipeline.stage import run_stage
from .training.batch import Batch
from .training.fit import Fit, own_rates, run_trainer
from .training.memory import keep_freed_memory
from .training.parts import part_count
from .training.precision import best_precision
from .training.schedule import Course, Schedule
from .training.settings import FitSettings
from .training.task import Objective, PhotoValidation, Task

FOLDER = OUT / "find_lr"
# A network has gone astray where its loss is so many times its lowest one, and above that of the beginning.
ASTRAY = 4.0
# Share of the steps over which the loss is averaged.
SMOOTHED = 0.1
# The suggestion is this share of the rate at which the loss was lowest, beyond which it rises: a training whose rate
# only just does not fail has no room for a bad batch.
SHARE = 0.1
FEWEST_STEPS = 20
B = TypeVar("B", bound=Batch)

TRAININGS: Mapping[str, tuple[Callable[[Fit], None], type]] = {
    "localize": (train_localizer, TrainLocalizeParams),
    "ocr": (train_reader, TrainOCRParams),
}


@dataclass(frozen=True)
class Found:
    """What a range test has shown. rates, losses: of each step. smooth: the losses, averaged with those around them.

    steepest, lowest: rates at which the averaged loss falls fastest, by the rate's logarithm, and is lowest.
    """

    rates: Sequence[float]
    losses: Sequence[float]
    smooth: Sequence[float]
    steepest: float
    lowest: float

    @property
    def suggested(self) -> float:
        """Return a learning rate to train with, two digits of it."""
        return float(f"{SHARE * self.lowest:.1e}")


class Astray(Exception):
    """The rate has become so high that the loss rises without end."""


class Climb(Schedule):
    """From a share of the highest rate up to it, by the same factor each step. Keeps the losses; raises Astray."""

    def __init__(self, course: Course, low: float) -> None:
        super().__init__(course)
        self._low = low
        self.losses: list[float] = []

    def share(self, step: int) -> float:
        """Return the share of the highest learning rate for a step."""
        return float(self._low ** (1 - step / (self.course.steps - 1)))

    def learned(self, loss: float) -> None:
        """Take in the loss of a step."""
        if not math.isfinite(loss):
            raise Astray
        self.losses.append(loss)
        width = max(1, round(SMOOTHED * self.course.steps))
        means = [
            np.mean(self.losses[max(0, i - width) : i]) for i in range(width, len(self.losses))
        ]
        if means and means[-1] > max(means[0], ASTRAY * min(means)):
            raise Astray


class Climbing(Task[B]):
    """A training whose learning rate climbs."""

    low = 1.0
    climb: Climb

    def schedule(self, course: Course) -> Schedule:
        """Return the climb."""
        self.climb = Climb(course, self.low)
        return self.climb


@dataclass(frozen=True)
class _Steps(Generic[B]):
    """So many batches, from the beginning again where there are fewer."""

    batches: Iterable[B]
    count: int
    title: str

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[B]:
        endless = chain.from_iterable(repeat(self.batches))
        return progress(islice(endless, self.count), self.count, self.title)


class RangeTest:
    """Takes the place of `fit`: trains for some steps, from a low to a high rate, and keeps what was found."""

    def __init__(self, low: float, high: float, steps: int, now: float) -> None:
        """low, high: rates, as in params.py. steps: to train. now: the rate that stands there."""
        self._low, self._high, self._steps, self._now = low, high, steps, now
        self.found: Found | None = None

    def __call__(
        self,
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
    ) -> None:
        """Train a network, which is of no use afterwards; arguments as of `fit`."""
        keep_freed_memory()
        logging.getLogger("lightning.pytorch").setLevel(logging.WARNING)
        # What is frozen at first learns too, and so counts.
        # Rates are those of params.py, of which a network may take a share.
        share = settings.lr / self._now
        settings = replace(settings, lr=self._high * share, start_frozen_epochs=0)
        trainer = L.Trainer(
            accelerator="auto",
            devices=1,
            precision=best_precision(),
            max_epochs=1,
            limit_val_batches=0,
            gradient_clip_val=settings.grad_clip,
            logger=False,
            enable_checkpointing=False,
            enable_model_summary=False,
            enable_progress_bar=False,
            default_root_dir=OUT,
        )
        parts = part_count(network) if isinstance(trainer.accelerator, CPUAccelerator) else 1
        rates = own_rates(network, settings, known)
        task = Climbing(network, objective, settings, parts, None, rates)
        task.low = self._low / self._high
        # Sooner or later it has to go astray.
        with suppress(Astray):
            run_trainer(trainer, task, _Steps(train, self._steps, f"find_lr {name}"), [], None)
        losses = task.climb.losses
        self.found = read_range(
            [self._high * task.climb.share(i) for i in range(len(losses))], losses
        )


def read_range(rates: Sequence[float], losses: Sequence[float]) -> Found:
    """Return what losses at rising rates show; raises UserError where they never fall.

    rates, losses: of each step, until the loss has gone astray or the highest rate was reached.
    """
    half = max(1, round(SMOOTHED * len(losses) / 2))
    smooth = [float(np.mean(losses[max(0, i - half) : i + half + 1])) for i in range(len(losses))]
    lowest = int(np.argmin(smooth)) if smooth else 0
    if lowest < 2:
        raise UserError("the loss falls at none of these learning rates: give a lower --low")
    slopes = np.gradient(smooth, np.log(rates))
    steepest = int(np.argmin(slopes[: lowest + 1]))
    return Found(rates, losses, smooth, rates[steepest], rates[lowest])


def draw(path: Path, found: Found, title: str) -> None:
    """Write a .png: the loss over the rate, and the three rates that the table names."""
    figure = Figure(figsize=(6.4, 4), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.plot(found.rates, found.losses, color="#d9d9d9", label="of each step")
    axes.plot(found.rates, found.smooth, color="black", label="averaged")
    for rate, name, colour in (
        (found.steepest, "falls fastest", "#4c78a8"),
        (found.lowest, "lowest", "#c8372d"),
        (found.suggested, "suggested", "#2a7f3f"),
    ):
        axes.axvline(rate, color=colour, linestyle=":", label=f"{name}: {rate:.2g}")
    # A last leap must not hide what is below it.
    low, high = min(found.smooth), max(found.smooth[: len(found.smooth) // 2 + 1])
    axes.set_ylim(low - 0.1 * (high - low), high + 0.3 * (high - low))
    axes.set(xscale="log", xlabel="learning rate", ylabel="loss", title=title)
    axes.legend()
    with atomic_path(path) as partial:
        figure.savefig(partial, format="png", metadata={"Software": None})


def table(found: Found, now: float, values: str) -> str:
    """Return what was found as lines. now: the rate in params.py. values: its class there."""
    rows = (
        ("loss falls fastest at", found.steepest),
        ("loss is lowest at", found.lowest),
        ("suggested, a tenth of that", found.suggested),
        ("in params.py", now),
    )
    lines = [f"{what:<28}{rate:>10.2g}" for what, rate in rows]
    return "\n".join([*lines, "", f'dvc exp run -S "params.py:{values}.LR={found.suggested:g}"'])


def add_options(parser: ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("network", choices=sorted(TRAININGS), help="which of the two is trained")
    parser.add_argument("--low", type=float, default=1e-5, help="first rate, default 1e-05")
    parser.add_argument("--high", type=float, default=1.0, help="last rate, default 1.0")
    parser.add_argument("--steps", type=int, default=100, help="batches to train on, default 100")


def main(options: Namespace) -> None:
    """Print the table and write the picture."""
    if not 0 < options.low < options.high < math.inf:
        raise UserError(f"--low {options.low:g} and --high {options.high:g}: 0 < low < high")
    if options.steps < FEWEST_STEPS:
        raise UserError(f"--steps {options.steps}: at least {FEWEST_STEPS} are needed")
    train, values = TRAININGS[options.network]
    now = vars(values)["LR"]
    test = RangeTest(options.low, options.high, options.steps, now)
    train(test)
    assert test.found is not None, "a training calls what it is given"
    print(table(test.found, now, values.__name__))
    path = FOLDER / f"{options.network}.png"
    draw(path, test.found, f"range test of {options.network}")
    tell(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    run_stage(main, add_options)
