"""BiFPN (Tan et al. 2020, arXiv:1911.09070): features go from coarse levels to fine ones and back, several times."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..batch_norm import BatchNorm

# Keeps the fusion finite where all weights are 0.
EPSILON = 1e-4


class Fusion(nn.Module):
    """Fast normalised fusion: the mean of tensors of one shape by learned weights, none of which is below 0."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(inputs))

    def forward(self, *tensors: Tensor) -> Tensor:
        """Return Σ wᵢ·tensorᵢ / (ε + Σ wᵢ), w being the weights without what is below 0."""
        weight = F.relu(self.weight)
        weight = weight / (EPSILON + weight.sum())
        parts = [tensor * share for tensor, share in zip(tensors, weight.unbind(), strict=True)]
        out: Tensor = sum(parts[1:], start=parts[0])
        return out


class Node(nn.Module):
    """Levels fused, then a separable convolution: activation, 3×3 depth-wise, 1×1, norm."""

    def __init__(self, channels: int, inputs: int) -> None:
        super().__init__()
        self.fuse = Fusion(inputs)
        self.conv = nn.Sequential(
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False),
            nn.Conv2d(channels, channels, 1, bias=False),
            BatchNorm(channels),
        )

    def forward(self, *tensors: Tensor) -> Tensor:
        """Return a tensor of the shape that all of them have."""
        out: Tensor = self.conv(self.fuse(*tensors))
        return out


class Cell(nn.Module):
    """One way down and one way up over two or more levels, each twice the size of the next."""

    def __init__(self, channels: int, levels: int) -> None:
        super().__init__()
        # Between the ends a level has its own features, those on the way down, and those from below.
        self.down = nn.ModuleList(Node(channels, 2) for _ in range(levels - 1))
        self.up = nn.ModuleList(Node(channels, 3) for _ in range(levels - 2))
        self.top = Node(channels, 2)

    def forward(self, levels: Sequence[Tensor]) -> list[Tensor]:
        """Return the levels (B, C, h, w) in their order and their sizes, the finest first."""
        above = [levels[-1]]
        for node, level in zip(self.down, reversed(levels[:-1]), strict=True):
            above.append(node(level, F.interpolate(above[-1], scale_factor=2.0)))
        out = [above.pop()]
        for node, level, passed in zip(self.up, levels[1:-1], reversed(above[1:]), strict=True):
            out.append(node(level, passed, _halved(out[-1])))
        return [*out, self.top(levels[-1], _halved(out[-1]))]


class BiFPN(nn.Module):
    """Brings levels of different channels to the same number, and lets them pass through cells.

    inputs: channels of the levels, the finest first.
    """

    def __init__(self, inputs: Sequence[int], channels: int, cells: int) -> None:
        super().__init__()
        self.lateral = nn.ModuleList(
            nn.Sequential(nn.Conv2d(own, channels, 1, bias=False), BatchNorm(channels))
            for own in inputs
        )
        self.cells = nn.ModuleList(Cell(channels, len(inputs)) for _ in range(cells))

    def forward(self, levels: Sequence[Tensor]) -> list[Tensor]:
        """Return levels (B, channels, h, w) of the sizes of those that are given."""
        out = [lateral(level) for lateral, level in zip(self.lateral, levels, strict=True)]
        for cell in self.cells:
            out = cell(out)
        return out


def _halved(x: Tensor) -> Tensor:
    return F.max_pool2d(x, 3, stride=2, padding=1)
