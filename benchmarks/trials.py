"""One network of the comparison: trained for a budget of the processor's time, saved, and measured."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, Literal

import lightning as L
import numpy as np
from numpy.typing import NDArray

import params
from benchmarks.alone import milliseconds, network_milliseconds
from benchmarks.jobs import SEED, Choice, Job, train_job
from benchmarks.photographs import Photographs
from benchmarks.work import flop_counter, forward_work
from params import EvaluateStackParams
from src.bundle.trained import onnx_files
from src.common.progress import tell
from src.datasets.prepared import Sample
from src.generators.scene import World
from src.inference.reader import PlateReader
from src.localize.refiner_crops import CroppedSet
from src.models.base import Localizer
from src.models.store import CALIBRATION, Samples, save_model
from src.ocr import settings as read_settings
from src.stack.networks import load_plate_reader
from src.training.data import training_batches
from src.training.pace import VALIDATION

Task = Literal["localize", "ocr"]
# A training has so many epochs, however long they are: after each it is validated, and the best one counts.
EPOCHS = 4
# Steps from which the cost of one is found, and those before them, in which kernels are made ready.
PROBED, SETTLING = 5, 2
# What the networks of the comparison are told by on drawn pictures.
SCORES: Mapping[Task, Mapping[str, str]] = {
    "localize": {"AP50": "val_ap50", "AP75": "val_ap75"},
    "ocr": {"exact": "val_exact"},
}


@dataclass(frozen=True)
class Result:
    """What was measured of a network.

    network: as it was named. step_s: processor seconds of a step. pictures_per_s: while it trains, drawing included.
    All after that are None, or empty, where the budget is too small for the network. pictures, minutes: what it was
    trained on, and how long the processor took, validation included. gflop, ms, ms_int8: of a picture of 640×480, or of
    one rectified plate. mb, mb_int8: sizes of its ONNX files. scores: by name, in [0, 1]. photos: by folder, how many
    plates are found, or read, of how many.
    """

    task: Task
    network: str
    parameters: int
    step_s: float
    pictures_per_s: float
    pictures: int = 0
    minutes: float = 0.0
    gflop: float | None = None
    ms: float | None = None
    ms_int8: float | None = None
    mb: float | None = None
    mb_int8: float | None = None
    scores: Mapping[str, float] = field(default_factory=dict)
    photos: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Trial:
    """How all networks of a task are compared.

    make: a network's training, in this world. validation: how many drawn pictures are validated on. minutes: of the
    processor's time, for steps and drawing. models: folder with two networks, of which the one that is trained replaces
    its like. scenes: pictures in which it is measured how long finding plates takes.
    """

    task: Task
    make: Callable[[World, Choice], Job]
    world: World
    minutes: float
    validation: int
    models: Path
    scenes: Sequence[Sample]
    photographs: Photographs

    def run(self, choice: Choice) -> Result:
        """Train a network of these and measure it; raises UserError for one that cannot be, or fails to be exported."""
        step, rate = self._probe(choice)
        job = self._job(choice)
        result = Result(self.task, str(choice), job.card.parameters, step, rate)
        steps = self._steps(step)
        if steps < 1:
            least = EPOCHS * (step + self._validating(step)) / 60
            tell(f"{choice}: not trained, for that takes {least:.1f} minutes at least (--minutes)")
            return result
        count = steps * params.BATCH_SIZE
        validation = [job.validation(i) for i in range(self.validation)]
        begin = time.process_time()
        loader = training_batches(job.draw, job.collate, count, params.BATCH_SIZE, workers=0)
        metrics, rate = train_job(job, loader, validation, EPOCHS)
        minutes = (time.process_time() - begin) / 60
        save_model(
            self.models / self.task,
            job.network,
            replace(job.card, metrics=metrics),
            _samples(job, validation),
        )
        return self._measured(
            replace(
                result,
                pictures_per_s=rate,
                pictures=EPOCHS * count,
                minutes=minutes,
                scores={name: metrics.get(key, 0.0) for name, key in SCORES[self.task].items()},
            ),
            job,
        )

    def _job(self, choice: Choice) -> Job:
        """Return a network's training, from the same random numbers each time."""
        L.seed_everything(SEED, verbose=False)
        return self.make(self.world, choice)._replace(name=choice.name)

    def _probe(self, choice: Choice) -> tuple[float, float]:
        """Return processor seconds of a step, drawing included, and pictures per second in so short a training."""
        job = self._job(choice)
        begun: list[float] = []

        def draw(index: int) -> Any:
            if index % params.BATCH_SIZE == 0:
                begun.append(time.process_time())
            return job.draw(index)

        # One more, whose beginning is the end of the last one that counts.
        count = (SETTLING + PROBED + 1) * params.BATCH_SIZE
        loader = training_batches(draw, job.collate, count, params.BATCH_SIZE, workers=0)
        tell(f"{choice}: {job.card.parameters:,} parameters; some steps show how long one takes")
        _, rate = train_job(job, loader, [job.validation(0)], epochs=1)
        return median(after - before for before, after in pairwise(begun[SETTLING:])), rate

    def _steps(self, step: float) -> int:
        """Return how many steps an epoch has for the budget, by the processor seconds of one."""
        return int((60 * self.minutes / EPOCHS - self._validating(step)) / step)

    def _validating(self, step: float) -> float:
        """Return about how many processor seconds a validation takes."""
        return VALIDATION * step * self.validation / params.BATCH_SIZE

    def _measured(self, result: Result, job: Job) -> Result:
        """Return a result with what the saved network takes, and what it does on photographs."""
        files = [self._files(job, int8) for int8 in (False, True)]
        mb, mb_int8 = (sum(path.stat().st_size for path in paths) / 1e6 for paths in files)
        whole, small = (self._reader(runtime) for runtime in ("onnx", "onnx-int8"))
        if self.task == "localize":
            pictures = [scene.image for scene in self.scenes]
            calls = [partial(_find_all, reader, pictures) for reader in (whole, small)]
            ms, ms_int8 = (spent / len(pictures) for spent in milliseconds(calls))
            with flop_counter() as counter:
                _find_all(self._reader("torch"), pictures)
            gflop = counter.get_total_flops() / len(pictures) / 1e9
            photos = self.photographs.found(small)
        else:
            shape = (1, 1, *read_settings.picture_size())
            ms, ms_int8 = network_milliseconds([paths[0] for paths in files], shape)
            gflop = forward_work(job.network, shape)
            photos = self.photographs.read(small)
        return replace(
            result, gflop=gflop, ms=ms, ms_int8=ms_int8, mb=mb, mb_int8=mb_int8, photos=photos
        )

    def _files(self, job: Job, int8: bool) -> list[Path]:
        """Return the ONNX files of the network: with a refiner's, where it has one."""
        find, refine, read = onnx_files(self.models, job.card.refined, int8)
        if self.task == "ocr":
            return [read]
        return [find] if refine is None else [find, refine]

    def _reader(self, runtime: str) -> PlateReader:
        p = EvaluateStackParams
        return load_plate_reader(self.models, p.MIN_SCORE, 0.0, p.LONG_SIDES, runtime)[0]


def _find_all(reader: PlateReader, pictures: Sequence[NDArray[np.uint8]]) -> None:
    for picture in pictures:
        reader.detect(picture)


def _samples(job: Job, validation: Sequence[Any]) -> Samples:
    """Return what the ranges of 8-bit numbers are found by."""
    if isinstance(job.network, Localizer):
        return CroppedSet(validation.__getitem__, len(validation)).samples()
    return Samples([sample.image for sample in validation[:CALIBRATION]])
