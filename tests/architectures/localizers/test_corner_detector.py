"""The default localizer: its loss, its decoding, its sizes."""

import numpy as np
import pytest
import torch
from torch import Tensor

from src.architectures.localizers.corner_detector.network import OUTPUTS, CornerDetector
from src.architectures.localizers.corner_detector.targets import cell_targets
from src.inference.decoding.corner_cells import STRIDE
from src.models.base import PlateTargets
from src.models.corner_refiner import CornerRefiner

UPPER = [[20.0, 20.0], [84.0, 24.0], [83.0, 40.0], [19.0, 35.0]]
LOWER = [[40.0, 70.0], [80.0, 66.0], [82.0, 88.0], [42.0, 93.0]]
FAR_OFF = 12.0  # logit of a score that is 1 or 0 for all purposes


@pytest.fixture(scope="module")
def network() -> CornerDetector:
    torch.manual_seed(1)
    return CornerDetector([8, 8, 16, 16], [1, 1, 1], CornerRefiner([8, 8, 8], 8)).eval()


def targets(quads: list[list[list[float]]], lines: list[int]) -> PlateTargets:
    """One picture's plates."""
    corners = torch.tensor(quads).reshape(1, -1, 4, 2) if quads else torch.zeros(1, 1, 4, 2)
    return PlateTargets(corners, torch.tensor([lines or [0]]))


def perfect(truth: PlateTargets, rows: int = 16, columns: int = 16) -> Tensor:
    """The raw output of a network that makes no mistake."""
    cells = cell_targets(truth, rows, columns, STRIDE)
    raw = torch.zeros(len(truth.lines), OUTPUTS, rows, columns)
    raw[:, 0] = torch.where(cells.peak, FAR_OFF, -FAR_OFF)
    raw[:, 1:9] = cells.offsets.permute(0, 3, 1, 2) / (4 * STRIDE)
    raw[:, 9] = torch.where(cells.two_lines > 0, FAR_OFF, -FAR_OFF)
    return raw


@pytest.mark.parametrize(
    ("quads", "lines"),
    [([UPPER], [1]), ([UPPER, LOWER], [1, 2]), ([], [])],
    ids=["one", "two", "none"],
)
def test_a_perfect_output_costs_nothing_and_decodes_to_the_truth(
    network: CornerDetector, quads: list[list[list[float]]], lines: list[int]
) -> None:
    truth = targets(quads, lines)
    raw = perfect(truth)
    losses = network.loss(raw, truth)
    assert 0 <= losses["loss"].item() < 1e-3
    (found,) = network.decode(raw.numpy(), 128, 128, 0.3)
    found.sort(key=lambda d: float(d.quad[0, 1]))
    assert [d.lines for d in found] == lines
    for detection, quad in zip(found, quads, strict=True):
        assert detection.quad == pytest.approx(np.array(quad), abs=1e-3)
        assert detection.score > 0.99
        assert detection.quad.dtype == np.float32


def test_each_mistake_costs(network: CornerDetector) -> None:
    truth = targets([UPPER], [1])
    best = perfect(truth)
    least = network.loss(best, truth)

    def cost(change: slice | int, factor: float, term: str) -> float:
        raw = best.clone()
        raw[:, change] *= factor
        return (network.loss(raw, truth)[term] - least[term]).item()

    assert cost(0, -1, "score_loss") > 1  # everything is a plate but the plate
    assert cost(slice(1, 9), 1.2, "corner_loss") > 0.1
    assert cost(9, -1, "lines_loss") > 1
    assert cost(9, -1, "loss") > 1


def test_corner_errors_count_in_units_of_the_plate_s_height(network: CornerDetector) -> None:
    # The same plate twice as large, and twice as far off, is as wrong; errors in pixels would be twice as much.
    def cost(size: float) -> float:
        corners = [[64 - 24 * size, 64 - 6 * size], [64 + 24 * size, 64 - 6 * size]]
        corners += [[64 + 24 * size, 64 + 6 * size], [64 - 24 * size, 64 + 6 * size]]
        truth = targets([corners], [1])
        raw = perfect(truth)
        raw[:, 1:9] += 3 * size / (4 * STRIDE)
        return network.loss(raw, truth)["corner_loss"].item()

    assert cost(1) == pytest.approx(cost(2), rel=1e-3)
    # A quarter of the height of 12 px in each coordinate: 0.25 - 0.05 / 2 of smooth L1.
    assert cost(1) == pytest.approx(0.225, rel=1e-3)


def test_losses_are_means_over_the_batch(network: CornerDetector) -> None:
    one = targets([UPPER, LOWER], [1, 2])
    torch.manual_seed(2)
    raw = torch.randn(1, OUTPUTS, 16, 16)
    twice = PlateTargets(one.quads.repeat(2, 1, 1, 1), one.lines.repeat(2, 1))
    for name, value in network.loss(raw.repeat(2, 1, 1, 1), twice).items():
        assert value.item() == pytest.approx(network.loss(raw, one)[name].item(), rel=1e-4), name


def test_losses_are_finite_and_not_negative_for_any_output(network: CornerDetector) -> None:
    torch.manual_seed(3)
    for scale in (0.0, 1.0, 100.0):
        for truth in (targets([UPPER], [2]), targets([], [])):
            for name, value in network.loss(scale * torch.randn(1, OUTPUTS, 16, 16), truth).items():
                assert torch.isfinite(value), name
                assert value >= 0, name


def test_neighbouring_cells_are_one_plate(network: CornerDetector) -> None:
    truth = targets([UPPER], [1])
    cells = cell_targets(truth, 16, 16, STRIDE)
    raw = perfect(truth)
    raw[:, 0] = torch.logit(cells.heat.clamp(1e-4, 0.99))
    (found,) = network.decode(raw.numpy(), 128, 128, 0.2)
    assert len(found) == 1
    assert found[0].score == pytest.approx(0.99, abs=1e-3)
    assert found[0].quad == pytest.approx(np.array(UPPER), abs=1e-2)


def test_nothing_below_the_least_score_and_the_best_comes_first(network: CornerDetector) -> None:
    truth = targets([UPPER, LOWER], [1, 2])
    raw = perfect(truth)
    first, second = cell_targets(truth, 16, 16, STRIDE).peak[0].nonzero().tolist()
    raw[0, 0, first[0], first[1]] = 0.0  # a score of one half
    assert [round(d.score, 2) for d in network.decode(raw.numpy(), 128, 128, 0.3)[0]] == [1.0, 0.5]
    assert len(network.decode(raw.numpy(), 128, 128, 0.6)[0]) == 1
    raw[0, 0, second[0], second[1]] = -FAR_OFF
    assert network.decode(raw.numpy(), 128, 128, 0.6) == [[]]


def test_each_picture_of_a_batch_has_its_own_plates(network: CornerDetector) -> None:
    both = PlateTargets(torch.tensor([[UPPER], [LOWER]]), torch.tensor([[1], [2]]))
    found = network.decode(perfect(both).numpy(), 128, 128, 0.3)
    assert [[d.lines for d in one] for one in found] == [[1], [2]]


@pytest.mark.parametrize(("height", "width"), [(32, 32), (64, 160), (256, 32)])
def test_any_multiple_of_32(network: CornerDetector, height: int, width: int) -> None:
    grey = torch.randint(0, 256, (2, 1, height, width), dtype=torch.uint8)
    raw = network(grey)
    assert raw.shape == (2, OUTPUTS, height // STRIDE, width // STRIDE)
    assert torch.isfinite(raw).all()


def test_grey_values_are_read_alike_whatever_their_type(network: CornerDetector) -> None:
    grey = torch.randint(0, 256, (1, 1, 64, 64), dtype=torch.uint8)
    assert torch.equal(network(grey), network(grey.float()))


def test_an_untrained_network_invents_few_plates(network: CornerDetector) -> None:
    raw = network(torch.zeros(1, 1, 64, 64, dtype=torch.uint8)).detach().numpy()
    assert network.decode(raw, 64, 64, 0.3) == [[]]
