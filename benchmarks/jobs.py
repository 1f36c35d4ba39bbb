"""What the stages train, for benchmarks: a network with its pictures and its settings, and the stages' own loop."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from unittest.mock import patch

from torch.utils.data import DataLoader

import params
from params import (
    EvaluateLocalizeParams,
    LocalizeParams,
    OCRParams,
    PrepareLocalizeParams,
    PrepareOCRParams,
)
from src.architectures.localizers.registry import localizer_of
from src.architectures.readers.registry import reader_of
from src.common.config import load_config
from src.common.errors import UserError
from src.common.texts import UNSEEN
from src.datasets.scenes import SceneRecipe
from src.datasets.training_split import split_counts
from src.generators.scene import World
from src.inference.card import Card
from src.localize import batches as scene_batches
from src.localize import settings as localize_settings
from src.localize.objective import LocalizeObjective
from src.localize.options import scene_options
from src.localize.recipe import CloseRecipe
from src.localize.refiner_crops import JITTERS, CroppedScenes
from src.models.architecture import Architecture, S
from src.models.base import Localizer, Reader
from src.models.store import new_card
from src.ocr import batches as plate_batches
from src.ocr import settings as read_settings
from src.ocr.objective import ReadingObjective, require_room
from src.ocr.options import plate_options
from src.ocr.recipe import PlateRecipe
from src.pipeline.world import load_world
from src.training.callbacks import RATE
from src.training.data import AheadLoader, frozen_batches
from src.training.fit import fit
from src.training.settings import FitSettings
from src.training.task import Objective

SEED = 0


class Choice(NamedTuple):
    """A network by its name, with a factor on its channels; None for that of params.py."""

    name: str
    width: float | None = None

    def __str__(self) -> str:
        return self.name if self.width is None else f"{self.name}:{self.width:g}"

    def settings(self, architecture: Architecture[S], chosen: S) -> S:
        """Return the settings that were chosen in params.py, with this width; raises UserError where that cannot be."""
        if self.width is None:
            return chosen
        try:
            return architecture.settings.of({**chosen.values(), "width": self.width})
        except ValueError as error:
            raise UserError(f"--networks {self}: {error}") from error


class Job(NamedTuple):
    """What a stage gives to `fit`.

    size: of the pictures, width and height. validation: draws what is validated on. card: what saving needs to know.
    """

    name: str
    size: tuple[int, int]
    network: Localizer | Reader
    objective: Objective[Any]
    pictures: int
    draw: Callable[[int], Any]
    validation: Callable[[int], Any]
    collate: Callable[[Any], Any]
    settings: FitSettings
    card: Card


def localize_job(world: World, choice: Choice | None = None) -> Job:
    """Return a localizer's training: that of params.yaml, or another one. world: keeps plates, or not."""
    config, size = load_config(), localize_settings.picture_size()
    plate_format = world.plate_format
    choice = choice or Choice(config.localize_model)
    architecture = localizer_of(choice.name)
    settings = choice.settings(architecture, localize_settings.network_settings(architecture))
    network = architecture.new(settings.values(), size)
    jitters = () if network.refiner is None else JITTERS
    scenes = SceneRecipe(world, scene_options(), SEED, "train")
    unseen = SceneRecipe(replace(world, kept_plates=0), scene_options(), SEED, "val")
    return Job(
        "localizer",
        (LocalizeParams.IMG_WIDTH, LocalizeParams.IMG_HEIGHT),
        network,
        LocalizeObjective(network, EvaluateLocalizeParams.MIN_SCORE),
        split_counts(PrepareLocalizeParams.MAX_IMAGES, PrepareLocalizeParams.TRAIN_SPLIT)[0],
        CroppedScenes(scenes, SEED, jitters, CloseRecipe(world, SEED, "train")),
        CroppedScenes(unseen, SEED, jitters),
        scene_batches.collate,
        localize_settings.fit_settings(config, architecture),
        new_card(
            architecture, settings, size, network, config.plate_format, plate_format.alphabet, {}
        ),
    )


def read_job(world: World, choice: Choice | None = None) -> Job:
    """Return a reader's training: that of params.yaml, or another one."""
    config, size = load_config(), read_settings.picture_size()
    choice = choice or Choice(config.ocr_model)
    alphabet, longest = world.plate_format.alphabet + UNSEEN, world.plate_format.max_length
    architecture = reader_of(choice.name)
    settings = choice.settings(architecture, read_settings.network_settings(architecture))
    settings = settings.for_plates(longest, 0)
    network = architecture.new(settings.values(), size, alphabet)
    require_room(network, size[1], longest)
    return Job(
        "reader",
        (OCRParams.IMG_WIDTH, OCRParams.IMG_HEIGHT),
        network,
        ReadingObjective(network),
        split_counts(PrepareOCRParams.MAX_IMAGES, PrepareOCRParams.TRAIN_SPLIT)[0],
        PlateRecipe(world, plate_options(), SEED, "train"),
        PlateRecipe(world, plate_options(), SEED, "val"),
        plate_batches.collate,
        read_settings.fit_settings(config, architecture),
        new_card(architecture, settings, size, network, config.plate_format, alphabet, {}),
    )


def localize_world() -> World:
    """Return the world of the localizer's scenes, which shows plates again and again."""
    return load_world(load_config(), PrepareLocalizeParams.KEPT_PLATES)


def read_world() -> World:
    """Return the world of the reader's plates."""
    return load_world(load_config())


def train_job(
    job: Job,
    loader: DataLoader[Any] | AheadLoader[Any],
    validation: Sequence[Any],
    epochs: int,
) -> tuple[dict[str, float], float]:
    """Train by the stages' own loop, in a folder of its own.

    validation: pictures as ``job.validation`` draws them. Returns the metrics of the best epoch, and pictures per
    second in training, drawing included.
    """
    batches = frozen_batches(validation, job.collate, params.BATCH_SIZE)
    settings = replace(job.settings, epochs=epochs, patience=epochs)
    with TemporaryDirectory() as folder, patch("src.training.fit.OUT", Path(folder)):
        metrics = fit(job.name, job.network, job.objective, loader, batches, settings, {})
        written = json.loads((Path(folder) / f"runs/{job.name}/metrics.json").read_text())
    assert metrics is not None, "one process trains"
    return metrics, float(written[RATE])
