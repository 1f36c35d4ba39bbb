"""Every localizer learns, is judged, saved, loaded and read with through the same functions, at its smallest."""

from pathlib import Path

import numpy as np
import pytest
import torch

from src.architectures.localizers.registry import LOCALIZERS, localizer_of
from src.architectures.localizers.stored import load_localizer
from src.common.plates import LabelledPlate
from src.datasets.prepared import Sample
from src.inference.decoding.plates import plate_decoding
from src.inference.detection import Detection
from src.inference.networks import detect
from src.inference.runtime import onnx_run_any
from src.localize.batches import collate
from src.localize.detect import detections
from src.localize.objective import LocalizeObjective
from src.localize.refiner_crops import JITTERS, CroppedScenes
from src.models.store import Samples, save_model
from src.models.torch_runtime import torch_run_any
from src.training.optimizers import optimizer_of
from src.training.settings import FitSettings
from src.training.task import Task
from tests.networks import bundle_on, card_of, save_networks, tiny

SIZE = (64, 96)
QUAD = np.array([[10, 20], [70, 24], [69, 44], [9, 40]], np.float32)
SETTINGS = FitSettings(
    seed=1, epochs=1, lr=1e-3, weight_decay=0.0, warmup=0.1, grad_clip=5.0, patience=1
)


@pytest.mark.parametrize("name", LOCALIZERS.names())
def test_it_goes_the_whole_way(name: str, tmp_path: Path) -> None:
    torch.manual_seed(1)
    architecture = localizer_of(name)
    values = tiny(architecture)
    network = architecture.new(values, SIZE)

    # A step, over scenes with a plate and without.
    noise = np.random.default_rng(1).integers(0, 256, (4, *SIZE), dtype=np.uint8)
    plate = (LabelledPlate("ZH1", "ZH", 1, QUAD),)
    scenes = [Sample(one, plate if number else ()) for number, one in enumerate(noise)]
    cropped = CroppedScenes(lambda i: scenes[i], 7, JITTERS if network.refiner else ())
    batch = collate([cropped(i) for i in range(4)])
    objective = LocalizeObjective(network, 0.3)
    before = {key: value.clone() for key, value in network.state_dict().items()}
    task = Task(network.train(), objective, SETTINGS)  # which orders weights as training does
    optimizer = optimizer_of(task.network, 1e-3, 0.0)
    losses = objective.loss(task.network, task.network(batch["images"]), batch, 0)
    losses["loss"].backward()
    optimizer.step()
    assert all(torch.isfinite(value) for value in losses.values())
    assert ("look_loss" in losses) == (network.refiner is not None)
    assert any(not torch.equal(v, before[k]) for k, v in network.state_dict().items())

    # Its judgement after an epoch.
    with torch.inference_mode():
        raw = network.eval()(batch["images"])
        objective.collect(raw, batch)
        found = detections(network, raw, batch["images"], 0.001)
    assert 0 <= objective.metrics()["val_ap75"] <= 1
    assert len(found) == 4

    # On disk and back, by three engines.
    save_networks(tmp_path)  # of which the reader stays
    folder = tmp_path / "localize"
    card = card_of(architecture, network, values, SIZE)
    save_model(folder, network, card, Samples(list(noise), list(batch["crops"][:, 0].numpy())))
    loaded, card = load_localizer(folder)
    assert (card.name, card.size, card.refined) == (name, SIZE, network.refiner is not None)
    decoding = plate_decoding(card.decoding, card.settings, card.size)
    picture = np.random.default_rng(2).integers(0, 256, (50, 120), dtype=np.uint8)
    own = detect(decoding, torch_run_any(loaded), picture, 0.002)
    exported = detect(decoding, onnx_run_any(folder / "network.onnx"), picture, 0.002)
    assert own
    for one in own:
        assert any(_same(one, other) for other in exported)
    assert detect(decoding, onnx_run_any(folder / "network.int8.onnx"), picture, 0.002)

    # In a bundle, with the reader beside it.
    bundle = bundle_on(tmp_path, 0.001)
    assert bundle.card.localizer == name
    for reading in bundle.reader.read(np.zeros((90, 160), np.uint8)):
        assert np.isfinite([reading.score, *reading.quad.ravel()]).all()


def _same(one: Detection, other: Detection) -> bool:
    return abs(one.score - other.score) < 0.01 and bool(np.abs(one.quad - other.quad).max() < 0.5)
