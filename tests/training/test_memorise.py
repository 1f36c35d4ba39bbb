"""Both networks learn a handful of pictures by heart, judged by what they decode to."""

from typing import Any

import pytest
import torch

from src.architectures.localizers.corner_detector.network import CornerDetector
from src.architectures.readers.ctc_reader.network import CTCReader
from src.datasets.prepared import Sample
from src.datasets.scenes import SceneRecipe
from src.generators.formats import get_format
from src.generators.scene import SceneOptions, World
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


def learn(network: torch.nn.Module, objective: Any, batch: Any, steps: int) -> dict[str, float]:
    """Train on one batch and return the metrics on it, the network in evaluation mode."""
    # Small networks: threads that wait for each other cost more than they do.
    torch.set_num_threads(1)
    optimizer = optimizer_of(network, 0.003, 0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: warmup_cosine(step, steps, 0.1)
    )
    network.train()
    for _ in range(steps):
        optimizer.zero_grad()
        objective.loss(network, network(batch["images"]), batch, 0)["loss"].backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        schedule.step()
    network.eval()
    with torch.inference_mode():
        objective.collect(network(batch["images"]), batch)
    metrics: dict[str, float] = objective.metrics()
    return metrics


def test_reader_memorises_plates() -> None:
    recipe = PlateRecipe(
        WORLD,
        PlateOptions(
            height=32,
            width=128,
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
    network = CTCReader([16, 24, 32, 48], 48, 0.0, WORLD.plate_format.alphabet, 32)
    metrics = learn(network, ReadingObjective(network), collate_plates(samples), 200)
    assert metrics["val_exact"] == 1.0
    assert metrics["val_cer"] == 0.0


def test_localizer_memorises_scenes() -> None:
    recipe = SceneRecipe(
        WORLD,
        SceneOptions(
            height=128, width=128, max_plates=2, empty_share=0.2, min_plate=0.3, max_plate=0.8
        ),
        1,
        "train",
    )
    scenes = [CroppedScenes(recipe, 1, JITTERS)(i) for i in range(8)]
    torch.manual_seed(1)
    network = CornerDetector([16, 24, 32, 48], [1, 1, 1], CornerRefiner([16, 24, 32], 64))
    objective = LocalizeObjective(network, 0.3)
    metrics = learn(network, objective, collate_scenes(scenes), 200)
    assert metrics["val_ap75"] == 1.0
    assert metrics["val_extra_per_picture"] == 0.0
