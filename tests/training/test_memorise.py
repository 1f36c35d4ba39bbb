"""Both networks learn a handful of pictures by heart, judged by what they decode to."""

from collections.abc import Mapping
from typing import Any

import pytest
import torch

from src.architectures.localizers.corner_detector.network import CornerDetector
from src.architectures.localizers.registry import build_localizer
from src.architectures.readers.registry import READERS, build_reader
from src.datasets.prepared import Sample
from src.datasets.scenes import SceneRecipe
from src.generators.formats import get_format
from src.generators.scene import SceneOptions, World
from src.inference.settings import Value, Values
from src.localize.batches import collate as collate_scenes
from src.localize.objective import LocalizeObjective
from src.localize.refiner_crops import JITTERS, CroppedScenes
from src.models.corner_refiner import CornerRefiner
from src.ocr.batches import collate as collate_plates
from src.ocr.objective import ReadingObjective
from src.ocr.recipe import PlateOptions, PlateRecipe
from src.training.optimizers import optimizer_of
from src.training.schedule import warmup_cosine

pytestmark = pytest.mark.slow
WORLD = World(get_format("swiss"))
# Settings with which a step takes milliseconds; readers that are not named have none.
TRANSFORMER: Values = {
    "width": 64,
    "heads": 4,
    "encoder_layers": 2,
    "decoder_layers": 1,
    "block_dropout": 0.0,
}
SMALL: dict[str, Values] = {
    "ctc_reader": {"channels": [16, 24, 32, 48], "hidden": 48},
    "plate_cnn": {"conv_channels": [8, 12, 16]},
    "mask_ocr": TRANSFORMER,
    "mask_ocr_small": TRANSFORMER,
}
# What is known of a batch by heart.
READ_BY_HEART = {"val_exact": 1.0, "val_cer": 0.0}
FOUND_BY_HEART = {"val_ap75": 1.0, "val_extra_per_picture": 0.0}
# Steps between two looks at what is known.
LOOK = 10


def learn(
    network: torch.nn.Module, objective: Any, batch: Any, steps: int, wanted: Mapping[str, float]
) -> dict[str, float]:
    """Train on one batch, at most so many steps; return what was wanted of its metrics, in evaluation mode.

    It ends as soon as they are what is wanted: what comes after would show nothing more.
    """
    # Small networks: threads that wait for each other cost more than they do.
    torch.set_num_threads(1)
    # As in training; pooling and small convolutions are faster so.
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = optimizer_of(network, 0.003, 0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: warmup_cosine(step, steps, 0.1)
    )
    known: dict[str, float] = {}
    for step in range(1, steps + 1):
        network.train()
        optimizer.zero_grad()
        objective.loss(network, network(batch["images"]), batch, 0)["loss"].backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        schedule.step()
        if step % LOOK == 0:
            network.eval()
            with torch.inference_mode():
                objective.collect(network(batch["images"]), batch)
            metrics = objective.metrics()
            known = {name: metrics[name] for name in wanted}
            if known == wanted:
                break
    return known


# The baseline has no settings, and takes minutes.
@pytest.mark.parametrize("name", sorted({*READERS.names()} - {"plate_ocr_v2"}))
def test_readers_memorise_plates(name: str) -> None:
    height, width = size = (24, 94) if name == "lprnet" else (32, 128)
    recipe = PlateRecipe(
        WORLD,
        PlateOptions(
            height=height,
            width=width,
            corner_error=0.02,
            empty_share=0.0,
            foreign_share=0.0,
            occluded_share=0.0,
            min_plate_width=120,
            max_plate_width=200,
        ),
        1,
        "train",
    )
    samples: list[Sample] = [recipe(i) for i in range(8)]
    torch.manual_seed(1)
    network = build_reader(name, SMALL.get(name, {}), size, WORLD.plate_format.alphabet)
    batch, steps = collate_plates(samples), 110 if name == "lprnet" else 150
    assert learn(network, ReadingObjective(network), batch, steps, READ_BY_HEART) == READ_BY_HEART


def scenes() -> Any:
    """A batch of eight scenes, with drawn crops of their plates."""
    recipe = SceneRecipe(
        WORLD,
        SceneOptions(
            height=128, width=128, max_plates=2, empty_share=0.2, min_plate=0.3, max_plate=0.8
        ),
        1,
        "train",
    )
    return collate_scenes([CroppedScenes(recipe, 1, JITTERS)(i) for i in range(8)])


def test_localizer_memorises_scenes() -> None:
    torch.manual_seed(1)
    network = CornerDetector([16, 24, 32, 48], [1, 1, 1], CornerRefiner([16, 24, 32], 64))
    objective = LocalizeObjective(network, 0.3)
    assert learn(network, objective, scenes(), 150, FOUND_BY_HEART) == FOUND_BY_HEART


@pytest.mark.parametrize("name", ["ssd300_vgg16", "ssd300_resnet50"])
def test_single_shot_detector_memorises_scenes(name: str) -> None:
    torch.manual_seed(1)
    # Of corners that are not known only boxes are compared, which is what it finds; corners are the refiner's.
    batch = scenes()
    batch["sure"] = torch.zeros_like(batch["sure"])
    settings: dict[str, Value] = {"width": 0.05, "refiner_channels": []}
    network = build_localizer(name, settings, (128, 128))
    objective, steps = LocalizeObjective(network, 0.3), 80 if "vgg" in name else 120
    assert learn(network, objective, batch, steps, FOUND_BY_HEART) == FOUND_BY_HEART
