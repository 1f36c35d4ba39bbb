"""SCRFD on MobileNetV4 learns a handful of scenes by heart, and takes a step at its real size."""

import json
import subprocess
import sys

import pytest
import torch

from src.architectures.localizers.registry import build_localizer
from src.inference.settings import Value
from src.localize.objective import LocalizeObjective
from tests.source import ROOT
from tests.training.test_memorise import FOUND_BY_HEART, learn, scenes

pytestmark = pytest.mark.slow


def test_memorises_scenes() -> None:
    torch.manual_seed(1)
    small: dict[str, Value] = {
        "width": 0.5,
        "neck_channels": 32,
        "neck_cells": 1,
        "head_channels": 32,
        "refiner_channels": [16, 24, 32],
        "refiner_hidden": 64,
    }
    network = build_localizer("scrfd_mnv4", small, (128, 128))
    objective = LocalizeObjective(network, 0.3)
    assert learn(network, objective, scenes(), 150, FOUND_BY_HEART) == FOUND_BY_HEART


# A step as the stage takes it at the defaults of params.py; prints the loss and the process's peak in MB.
STEP = """
import json, resource, sys
sys.path.insert(0, sys.argv[1])
import params, torch
from src.architectures.localizers.registry import localizer_of
from src.datasets.scenes import SceneRecipe
from src.generators.formats import get_format
from src.generators.scene import World
from src.localize.batches import collate
from src.localize.objective import LocalizeObjective
from src.localize.options import scene_options
from src.localize.refiner_crops import JITTERS, CroppedScenes
from src.localize.settings import network_settings, picture_size
from src.training.optimizers import optimizer_of

architecture = localizer_of("scrfd_mnv4")
network = architecture.new(network_settings(architecture).values(), picture_size()).train()
recipe = SceneRecipe(World(get_format("swiss")), scene_options(), 1, "train")
scenes = CroppedScenes(recipe, 1, JITTERS)
batch = collate([scenes(i) for i in range(params.BATCH_SIZE)])
optimizer = optimizer_of(network, 0.003, 0.01)
losses = LocalizeObjective(network, 0.3).loss(network, network(batch["images"]), batch, 0)
losses["loss"].backward()
optimizer.step()
loss = float(losses["loss"].detach())
changed = sum(not torch.isfinite(weight).all() for weight in network.parameters())
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << (20 if sys.platform == "darwin" else 10))
print(json.dumps({"loss": loss, "not_finite": int(changed), "peak": peak}))
"""


def test_a_step_at_real_size_fits_a_small_machine() -> None:
    done = subprocess.run(
        [sys.executable, "-c", STEP, str(ROOT)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    said = json.loads(done.stdout.splitlines()[-1])
    assert 0 < said["loss"] < 50
    assert said["not_finite"] == 0
    assert said["peak"] < 2500
