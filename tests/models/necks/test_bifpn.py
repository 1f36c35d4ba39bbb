"""The fusion of levels on hand numbers, and the ways between them."""

import pytest
import torch
from torch import Tensor, nn

from src.models.necks.bifpn import EPSILON, BiFPN, Cell, Fusion, Node


def constant(value: float, side: int, channels: int = 1) -> Tensor:
    return torch.full((1, channels, side, side), float(value))


def fused(weights: list[float], *values: float) -> float:
    fusion = Fusion(len(weights))
    fusion.weight.data = torch.tensor(weights, dtype=torch.float32)
    out: Tensor = fusion(*(constant(value, 1) for value in values))
    return out.item()


def test_fusion_by_hand() -> None:
    assert fused([1, 3], 2.0, 6.0) == pytest.approx((1 * 2 + 3 * 6) / (4 + 1e-4))
    assert fused([0.5, 0.5, 1], 1.0, 2.0, 3.0) == pytest.approx(4.5 / (2 + 1e-4))


def test_weights_below_0_count_as_0() -> None:
    assert fused([-5, 2], 100.0, 6.0) == pytest.approx(12 / (2 + 1e-4))
    assert fused([-1, -1], 100.0, 6.0) == 0  # and nothing is divided by 0
    assert EPSILON == 1e-4


def test_weights_are_learned() -> None:
    fusion = Fusion(2)
    assert fusion.weight.tolist() == [1, 1]
    fusion(constant(1, 2), constant(3, 2)).sum().backward()
    assert fusion.weight.grad is not None
    assert fusion.weight.grad[0] < 0 < fusion.weight.grad[1]


def plain(cell: Cell) -> Cell:
    """The cell without its convolutions: fusion alone."""
    for node in cell.modules():
        if isinstance(node, Node):
            node.conv = nn.Sequential(nn.Identity())
    return cell


def test_the_ways_of_a_cell_by_hand() -> None:
    fine, middle, coarse = plain(Cell(1, 3))([constant(1, 8), constant(10, 4), constant(100, 2)])
    passed = (10 + 100) / 2  # on the way down, at the middle level
    expected_fine = (1 + passed) / 2
    expected_middle = (10 + passed + expected_fine) / 3
    expected_coarse = (100 + expected_middle) / 2
    for level, side, expected in (
        (fine, 8, expected_fine),
        (middle, 4, expected_middle),
        (coarse, 2, expected_coarse),
    ):
        assert level.shape == (1, 1, side, side)
        assert level.flatten().tolist() == pytest.approx([expected] * side**2, rel=1e-3)


@pytest.mark.parametrize("levels", [2, 4])
def test_any_number_of_levels(levels: int) -> None:
    given = [constant(1, 2 ** (levels - number), 8) for number in range(levels)]
    out = Cell(8, levels)(given)
    assert [level.shape for level in out] == [level.shape for level in given]


def test_levels_meet_at_the_same_channels() -> None:
    neck = BiFPN([4, 6, 10], 8, 2).eval()
    given = [torch.rand(2, c, 8 // 2**n, 16 // 2**n) for n, c in enumerate((4, 6, 10))]
    out = neck(given)
    assert [tuple(level.shape) for level in out] == [(2, 8, 8, 16), (2, 8, 4, 8), (2, 8, 2, 4)]
    # What is seen at the coarsest level reaches the finest, and the other way round.
    for changed, watched in ((2, 0), (0, 2)):
        other = [level.clone() for level in given]
        other[changed] += 1
        assert not torch.equal(neck(other)[watched], out[watched])
