"""How long a run of all stages takes here: ``python3 -m benchmarks.estimate [-S NAME=VALUE ...]`` (ten seconds).

-S is that of ``dvc exp run``, so ``make quickstart`` says it before it begins. A few steps of each training are taken
and thrown away. Stages that are up to date, and a training that ends early, take less.
"""

import ast
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import fields, replace
from typing import Any
from unittest.mock import patch

import cv2

import params
from benchmarks.jobs import Job, localize_job, read_job
from benchmarks.train import Bare
from params import PrepareLocalizeParams, PrepareOCRParams, PrepareStackParams
from src.common.config import Config, load_config
from src.common.errors import UserError, run_main
from src.common.workers import worker_count
from src.datasets.training_split import split_counts
from src.pipeline.world import load_world
from src.training.optimizers import optimizer_of
from src.training.pace import SETTLING, VALIDATION

# Batches that are learned from, after those that say little, and batches whose drawing is timed.
STEPS, DRAWN = 6, 2
# Plates that scenes are drawn with: so few that all are there before the drawing is timed, as after the first epoch.
KEPT_PLATES = 8
# What a frozen test scene costs, drawn and read, and a frozen sample of a network's own set, in plates that the reader
# learns from: of the quick preset on two cores, AVX2.
SCENE, SAMPLE = 2.5, 1.0


def seconds(job: Job, workers: int) -> tuple[float, float]:
    """Return how long it takes to learn from a picture, drawing included, and from one that is there already."""
    size = params.BATCH_SIZE
    bare = Bare(job, job.collate([job.draw(i) for i in range(size)]))
    begin = time.perf_counter()
    for i in range(size, size * (1 + DRAWN)):
        job.draw(i)
    drawing = (time.perf_counter() - begin) / (size * DRAWN) / max(1, workers)
    optimizer = optimizer_of(
        job.network, job.settings.lr, job.settings.weight_decay, name=job.settings.optimizer
    )
    for number in range(SETTLING + STEPS):
        if number == SETTLING:
            begin = time.perf_counter()
        bare.step()
        optimizer.step()
    learning = (time.perf_counter() - begin) / (size * STEPS)
    # Beside a GPU one picture is drawn while another is learned from.
    beside = bare.device.type == "cuda"
    return (max(drawing, learning) if beside else drawing + learning), learning


def training(job: Job, each: float, learning: float, validated: int) -> float:
    """Return the seconds of a training. each, learning: of `seconds`. validated: pictures of the validation set."""
    return job.settings.epochs * (job.pictures * each + validated * VALIDATION * learning)


def estimate() -> Mapping[str, float]:
    """Return the minutes of both trainings and of all else."""
    config, workers = load_config(), worker_count(params.MULTIPROCESSING)
    kept = min(KEPT_PLATES, PrepareLocalizeParams.KEPT_PLATES)
    localizer, reader = localize_job(load_world(config, kept)), read_job(load_world(config))
    frozen = [
        split_counts(values.MAX_IMAGES, values.TRAIN_SPLIT)[1]
        for values in (PrepareLocalizeParams, PrepareOCRParams)
    ]
    minutes, learning = {}, 0.0
    for job, validated in zip((localizer, reader), frozen, strict=True):
        each, learning = seconds(job, workers)
        minutes[job.name] = training(job, each, learning, validated) / 60
    scenes = PrepareStackParams.MAX_IMAGES + PrepareStackParams.HARD_IMAGES
    minutes["evaluations"] = learning * (SCENE * scenes + SAMPLE * sum(frozen)) / 60
    return minutes


@contextmanager
def overridden(overrides: Sequence[str]) -> Iterator[None]:
    """Have params.py and params.yaml say something else meanwhile: ``params.py:CLASS.NAME=VALUE`` or ``NAME=VALUE``.

    Raises UserError for what neither of them has, and for values that are none.
    """
    config, names = load_config(), {field.name for field in fields(Config) if field.type is str}
    with ExitStack() as stack:
        for override in overrides:
            name, _, value = override.partition("=")
            if name in names:
                chosen: dict[str, Any] = {name: value}
                config = replace(config, **chosen)
                continue
            if name.startswith("datasets."):  # where files lie
                continue
            path = name.removeprefix("params.py:").split(".")
            owner = vars(params).get(path[0]) if len(path) == 2 else params
            try:
                stack.enter_context(patch.object(owner, path[-1], ast.literal_eval(value)))
            except (AttributeError, SyntaxError, ValueError):
                raise UserError(
                    f"-S {override}: neither params.py nor params.yaml has such a value"
                ) from None
        for module in ("benchmarks.estimate", "benchmarks.jobs"):
            stack.enter_context(patch(f"{module}.load_config", lambda: config))
        yield


def command_line() -> Namespace:
    """Return the overrides; whatever else `dvc exp run` takes says nothing on how long it takes."""
    parser = ArgumentParser(
        prog="python3 -m benchmarks.estimate", description=str(__doc__).partition("\n")[0]
    )
    parser.add_argument(
        "-S",
        "--set-param",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="params.py:CLASS.NAME=VALUE or NAME=VALUE, as of dvc exp run",
    )
    return parser.parse_known_args()[0]


def main() -> None:
    """Print the minutes."""
    options = command_line()
    cv2.setNumThreads(0)
    with overridden(options.set_param):
        minutes = estimate()
    parts = ", ".join(f"{name} {value:.1f}" for name, value in minutes.items())
    print(f"about {sum(minutes.values()):.0f} minutes on this machine, at most: {parts}")


if __name__ == "__main__":
    run_main(main)
