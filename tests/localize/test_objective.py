"""What the localizer is trained on: the detector and its refiner."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from src.architectures.localizers.registry import build_localizer
from src.common.geometry import box_quad
from src.common.plates import LabelledPlate
from src.datasets.prepared import Sample
from src.inference.detection import Detection
from src.localize.batches import LocalizeBatch, collate, targets
from src.localize.objective import REFINER_WEIGHT, LocalizeObjective
from src.localize.refiner_crops import JITTERS, CroppedScene, CroppedScenes
from src.models.base import Localizer, PlateTargets
from tests.networks import REFINER

SETTINGS = {"channels": [8, 8, 8, 8], "blocks": [1, 1, 1], **REFINER}
QUAD = np.array([[10, 20], [70, 24], [69, 44], [9, 40]], np.float32)


def batch(*plates: int) -> LocalizeBatch:
    """Scenes of noise with so many plates each."""
    noise = np.random.default_rng(1).integers(0, 256, (len(plates), 64, 96), dtype=np.uint8)
    scenes = [
        Sample(noise[i], tuple(LabelledPlate("ZH1", "ZH", 1, QUAD + 3 * k) for k in range(count)))
        for i, count in enumerate(plates)
    ]
    seen = CroppedScenes(lambda i: scenes[i], 7, JITTERS)
    return collate([seen(i) for i in range(len(plates))])


@pytest.fixture
def network() -> Localizer:
    torch.manual_seed(1)
    return build_localizer("corner_detector", SETTINGS, (64, 96)).train()


def losses(network: Localizer, given: LocalizeBatch) -> dict[str, Tensor]:
    return LocalizeObjective(network, 0.3).loss(network, network(given["images"]), given, 0)


def gradients(module: nn.Module) -> list[Tensor | None]:
    return [p.grad for p in module.parameters()]


def test_the_refiner_is_trained_along(network: Localizer) -> None:
    assert network.refiner is not None
    own = {id(p) for p in network.refiner.parameters()}
    assert own
    assert own <= {id(p) for p in network.parameters() if p.requires_grad}
    losses(network, batch(1, 2))["loss"].backward()
    last = network.refiner.answer[-1]
    # A new refiner answers nothing but its last layer's bias, so that what comes before learns from the second step on.
    for gradient in gradients(last):
        assert gradient is not None
        assert gradient.abs().max() > 0
    torch.optim.SGD(network.parameters(), lr=0.1).step()
    network.zero_grad()
    losses(network, batch(1, 2))["loss"].backward()
    assert all(g is not None and g.abs().max() > 0 for g in gradients(network.refiner.features))


def test_both_losses_add_up(network: Localizer) -> None:
    given = batch(2, 0, 1)
    alone = network.loss(network(given["images"]), PlateTargets(given["quads"], given["lines"]))
    both = losses(network, given)
    assert both.keys() == {*alone, "look_loss"}
    expected = alone["loss"] + REFINER_WEIGHT * both["look_loss"]
    assert both["loss"].item() == pytest.approx(expected.item(), rel=1e-4)


def test_a_batch_without_plates_trains_and_makes_no_nan(network: Localizer) -> None:
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    given = losses(network, batch(0, 0))
    given["loss"].backward()
    optimizer.step()
    assert all(torch.isfinite(value) for value in given.values())
    assert all(torch.isfinite(p).all() for p in network.state_dict().values())


def test_a_network_without_a_refiner_has_its_own_losses_only() -> None:
    plain = build_localizer("plate_localizer_v3", {}, (64, 96))
    bare = build_localizer("corner_detector", {**SETTINGS, "refiner_channels": []}, (64, 96))
    for network in (plain, bare.train()):
        assert network.refiner is None
        assert "look_loss" not in losses(network, batch(1))


def test_of_a_box_the_detector_learns_the_place_and_no_corners(network: Localizer) -> None:
    given = batch(1, 1)
    rough: LocalizeBatch = {**given, "sure": torch.zeros_like(given["sure"])}
    raw = network(given["images"])
    known, place = network.loss(raw, targets(given)), network.loss(raw, targets(rough))
    assert known["corner_loss"] > 0
    assert place["corner_loss"] == place["lines_loss"] == 0
    assert place["score_loss"] == known["score_loss"]


def test_boxes_are_held_against_boxes(network: Localizer, monkeypatch: pytest.MonkeyPatch) -> None:
    steep = np.array([[10, 10], [50, 40], [46, 50], [6, 20]], np.float32)
    image = np.zeros((64, 96), np.uint8)
    found = [Detection(steep, 0.9, 1)]
    monkeypatch.setattr("src.localize.objective.detections", lambda *_: [found])

    def ap75(quad: NDArray[np.float32], rough: bool) -> float:
        plate = LabelledPlate("ZH1", "", 1, quad, rough=rough)
        objective = LocalizeObjective(network, 0.3)
        objective.collect(torch.zeros(1), collate([CroppedScene(Sample(image, (plate,)), ())]))
        return objective.metrics()["val_ap75"]

    assert ap75(steep, False) == 1
    assert ap75(box_quad(steep), True) == 1
    assert ap75(box_quad(steep), False) == 0
