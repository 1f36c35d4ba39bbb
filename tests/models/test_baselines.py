"""The reference's networks at their original sizes, without their faults."""

import numpy as np
import pytest
import torch

from src.architectures.localizers.plate_localizer_v3.network import PlateLocalizerV3
from src.architectures.readers.plate_ocr_v2.network import PlateOCRV2
from src.generators.formats import get_format
from src.models.base import PlateTargets

QUAD = [[10.0, 20.0], [50.0, 22.0], [48.0, 40.0], [12.0, 36.0]]


def size(network: torch.nn.Module) -> int:
    return sum(p.numel() for p in network.parameters())


def test_original_sizes() -> None:
    assert size(PlateLocalizerV3(256, 256)) == pytest.approx(8.4e6, rel=0.03)
    assert size(PlateOCRV2(get_format("swiss").alphabet, 32)) == pytest.approx(15e6, rel=0.03)


def test_pictures_of_any_fixed_size_are_stretched_to_256() -> None:
    small = PlateLocalizerV3(64, 96)
    assert small.fixed_size == (64, 96)
    assert size(small) == size(PlateLocalizerV3(256, 256))
    # A flat picture is the same at any size.
    grey = torch.full((1, 1, 64, 96), 90, dtype=torch.uint8)
    same = torch.full((1, 1, 256, 256), 90, dtype=torch.uint8)
    assert torch.allclose(small(grey), small(same), atol=1e-5)


@pytest.fixture(scope="module")
def localizer() -> PlateLocalizerV3:
    torch.manual_seed(1)
    return PlateLocalizerV3(64, 96)


def test_perfect_box_costs_nothing_and_comes_back(localizer: PlateLocalizerV3) -> None:
    # Centre (30, 30), 40 wide and 20 high, of a picture 96 wide and 64 high.
    share = torch.tensor([[30 / 96, 30 / 64, 40 / 96, 20 / 64]])
    raw = torch.logit(share)
    truth = PlateTargets(torch.tensor([[QUAD]]), torch.tensor([[1]]))
    assert localizer.loss(raw, truth)["loss"].item() == pytest.approx(0, abs=1e-6)
    ((found,),) = localizer.decode(raw.numpy(), 64, 96, 0.3)
    assert found.quad == pytest.approx(np.array([[10, 20], [50, 20], [50, 40], [10, 40]]), abs=1e-3)
    assert found.lines == 2  # 2:1 is a plate of two rows


def test_loss_is_to_the_widest_plate(localizer: PlateLocalizerV3) -> None:
    small = [[70.0, 50.0], [80.0, 50.0], [80.0, 54.0], [70.0, 54.0]]
    raw = torch.logit(torch.tensor([[30 / 96, 30 / 64, 40 / 96, 20 / 64]]))
    truth = PlateTargets(torch.tensor([[small, QUAD]]), torch.tensor([[1, 1]]))
    assert localizer.loss(raw, truth)["loss"].item() == pytest.approx(0, abs=1e-6)


def test_pictures_without_a_plate_teach_nothing_and_are_no_nan(localizer: PlateLocalizerV3) -> None:
    raw = torch.randn(2, 4, requires_grad=True)
    nothing = PlateTargets(torch.zeros(2, 1, 4, 2), torch.zeros(2, 1, dtype=torch.int64))
    loss = localizer.loss(raw, nothing)["loss"]
    loss.backward()
    assert loss.item() == 0
    assert raw.grad is not None
    assert raw.grad.abs().max() == 0
    # One empty picture beside a plate leaves the mean over plates what it was.
    plate = PlateTargets(torch.tensor([[QUAD]]), torch.tensor([[1]]))
    mixed = PlateTargets(torch.tensor([[QUAD], [QUAD]]), torch.tensor([[1], [0]]))
    alone = localizer.loss(raw[:1], plate)["loss"].item()
    assert localizer.loss(raw, mixed)["loss"].item() == pytest.approx(alone)


@pytest.mark.parametrize("grey", [0, 255])
def test_flat_pictures_give_numbers(localizer: PlateLocalizerV3, grey: int) -> None:
    raw = localizer(torch.full((2, 1, 64, 96), grey, dtype=torch.uint8))
    assert raw.shape == (2, 4)
    found = localizer.decode(raw.detach().numpy(), 64, 96, 0.3)
    assert all(np.isfinite(d.quad).all() for one in found for d in one)
