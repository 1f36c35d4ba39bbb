"""What the refiner learns from the localizer's own proposals."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from src.architectures.localizers.registry import build_localizer
from src.common.geometry import UNIT_SQUARE, to_plate
from src.common.plates import LabelledPlate
from src.datasets.prepared import Sample
from src.inference.detection import Detection
from src.inference.refinement import refiner_crop
from src.localize.batches import CropBatch, collate, refiner_targets
from src.localize.proposals import CROPS_PER_PICTURE, crops_with_proposals
from src.localize.refiner_crops import JITTERS, CroppedPhotos, CroppedScenes
from src.models.base import Localizer
from tests.networks import REFINER

QUAD = np.array([[20, 30], [100, 34], [98, 54], [19, 49]], np.float32)
NEAR = QUAD + np.array((4, 2), np.float32)
# Where there is nothing; the upper left quarter of the plate, which may not be called a negative.
FAR = QUAD + np.array((10, 60), np.float32)
PART = np.array([[20, 30], [40, 31], [40, 40], [20, 39]], np.float32)
IMAGE = np.random.default_rng(1).integers(0, 256, (128, 160), dtype=np.uint8)
SETTINGS = {"channels": [8, 8, 8, 8], "blocks": [1, 1, 1], **REFINER}


@pytest.fixture
def network() -> Localizer:
    torch.manual_seed(1)
    return build_localizer("corner_detector", SETTINGS, (128, 160))


def crops_at(
    network: Localizer, monkeypatch: pytest.MonkeyPatch, *quads: NDArray[np.float32]
) -> tuple[CropBatch, list[NDArray[np.uint8]]]:
    """A batch of two scenes, the first with a two-line plate and these proposals; and its drawn crops."""
    scenes = [Sample(IMAGE, (LabelledPlate("ZH1", "ZH", 2, QUAD),)), Sample(IMAGE, ())]
    batch = collate([CroppedScenes(scenes.__getitem__, 7, JITTERS)(i) for i in range(2)])
    found = [[Detection(quad, 0.9, 1) for quad in quads], []]
    monkeypatch.setattr(type(network), "decode", staticmethod(lambda *_: found))
    drawn = list(batch["crops"][:, 0].numpy())
    return crops_with_proposals(network, torch.zeros(2, 10, 16, 20), batch), drawn


def are(crops: torch.Tensor, *expected: NDArray[np.uint8]) -> bool:
    """Are these the crops (N, 1, 64, 128), in this order?"""
    return np.array_equal(crops[:, 0].numpy(), np.stack(expected))


def test_a_proposal_near_a_plate_is_to_be_corrected(
    network: Localizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, drawn = crops_at(network, monkeypatch, NEAR)
    assert are(batch["crops"][:3], drawn[0], refiner_crop(IMAGE, NEAR), drawn[1])
    truth = refiner_targets(batch)
    assert truth.lines.tolist() == [2, 2, 2, 0, 0, 0]
    assert truth.corners[1].numpy() == pytest.approx(to_plate(QUAD, NEAR), abs=1e-5)
    assert not np.allclose(truth.corners[1].numpy(), UNIT_SQUARE, atol=0.02)
    assert truth.unseen.tolist() == 6 * [[0, 0, 0]]


def test_only_the_best_proposal_of_a_plate_counts(
    network: Localizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, drawn = crops_at(network, monkeypatch, NEAR, QUAD)
    assert are(batch["crops"][:3], drawn[0], refiner_crop(IMAGE, NEAR), drawn[1])


def test_what_is_no_plate_is_to_be_rejected(
    network: Localizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, drawn = crops_at(network, monkeypatch, FAR)
    assert are(batch["crops"][:3], drawn[0], refiner_crop(IMAGE, FAR), drawn[1])
    assert refiner_targets(batch).lines[:3].tolist() == [2, 0, 2]
    both, drawn = crops_at(network, monkeypatch, FAR, NEAR)
    assert are(both["crops"][:3], drawn[0], refiner_crop(IMAGE, NEAR), refiner_crop(IMAGE, FAR))


def test_any_number_of_proposals_makes_as_many_crops(
    network: Localizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for count in range(5):
        proposals = (FAR + np.float32(i) for i in range(count))
        batch, _ = crops_at(network, monkeypatch, *proposals)
        assert len(batch["crops"]) == len(batch["crop_lines"]) == 2 * CROPS_PER_PICTURE


def test_parts_of_plates_and_proposals_without_area_teach_nothing(
    network: Localizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for quads in ((), (PART,), (np.full((4, 2), np.nan, np.float32),)):
        batch, drawn = crops_at(network, monkeypatch, *quads)
        # The first one again: there are no other crops.
        assert are(batch["crops"], drawn[0], drawn[1], drawn[0], drawn[2], drawn[3], drawn[2])


def test_a_proposal_of_a_plate_that_goes_on_where_it_cannot_be_seen_says_so(
    network: Localizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenes = [Sample(IMAGE, (LabelledPlate("ZH1?", "ZH", 1, QUAD),))]
    batch = collate([CroppedScenes(scenes.__getitem__, 7, JITTERS)(0)])
    found = [[Detection(quad, 0.9, 1) for quad in (NEAR, FAR)]]
    monkeypatch.setattr(type(network), "decode", staticmethod(lambda *_: found))
    truth = refiner_targets(crops_with_proposals(network, torch.zeros(1, 10, 16, 20), batch))
    assert truth.unseen.tolist() == [[0, 1, 0], [0, 1, 0], [0, 0, 0]]


def test_a_network_proposes_for_itself(network: Localizer) -> None:
    scenes = [Sample(IMAGE, (LabelledPlate("ZH1", "ZH", 1, QUAD),))]
    batch = collate([CroppedScenes(scenes.__getitem__, 7, (0.1,))(0)])
    raw = torch.full((1, 10, 16, 20), -9.0)
    raw[0, 0, 12, 15] = 9.0
    # One cell at (123.5, 99.5) says: a plate 40 by 16 pixels around me, in units of four cells of 8 pixels.
    raw[0, 1:9, 12, 15] = torch.tensor([-20, -8, 20, -8, 20, 8, -20, 8]) / 32
    more = crops_with_proposals(network, raw, batch)
    assert more["crop_lines"].tolist() == [1, 0, 1]
    quad = np.array([[103.5, 91.5], [143.5, 91.5], [143.5, 107.5], [103.5, 107.5]], np.float32)
    assert np.array_equal(more["crops"][1, 0].numpy(), refiner_crop(IMAGE, quad))


def test_a_proposal_of_a_plate_whose_corners_are_not_known_is_neither(
    network: Localizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenes = [Sample(IMAGE, (LabelledPlate("ZH1", "", 1, QUAD, rough=True),))]
    batch = collate([CroppedPhotos(scenes.__getitem__, 7, JITTERS)(0)])
    found = [[Detection(quad, 0.9, 1) for quad in (NEAR, FAR)]]
    monkeypatch.setattr(type(network), "decode", staticmethod(lambda *_: found))
    crops = crops_with_proposals(network, torch.zeros(1, 10, 16, 20), batch)
    drawn = batch["crops"][:, 0].numpy()
    assert are(crops["crops"], drawn[0], refiner_crop(IMAGE, FAR), drawn[1])
    assert refiner_targets(crops).lines.tolist() == [0, 0, 0]
