"""The head of SCRFD (Guo et al. 2021, arXiv:2105.04714) at one level, in the sizes of its 0.5 GFLOP network.

Scores, boxes and key points share a tower of separable convolutions; each level has its own, as batch norm asks for.
"""

import math

import torch
from torch import Tensor, nn

from ...inference.decoding.anchor_levels import ANCHORS, BOX, CORNERS, OUTPUTS, SCORE
from ..batch_norm import BatchNorm

# Score at the start: nearly all anchors are background (Lin et al. 2017, arXiv:1708.02002).
FIRST_SCORE = 0.01


class ScrfdHead(nn.Module):
    """Raw outputs of the anchors of one level, of features (B, inputs, h, w).

    channels, convolutions: of the tower. shapes: (ANCHORS, 2) width and height of the cell's anchors in cells, which
    are what it answers at the start.
    """

    def __init__(self, inputs: int, channels: int, convolutions: int, shapes: Tensor) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for _ in range(convolutions):
            layers += [
                nn.Conv2d(inputs, inputs, 3, padding=1, groups=inputs, bias=False),
                BatchNorm(inputs),
                nn.ReLU(inplace=True),
                nn.Conv2d(inputs, channels, 1, bias=False),
                BatchNorm(channels),
                nn.ReLU(inplace=True),
            ]
            inputs = channels
        self.tower = nn.Sequential(*layers)
        self.answer = nn.Conv2d(channels, ANCHORS * OUTPUTS, 1)
        nn.init.normal_(self.answer.weight, std=0.01)
        assert self.answer.bias is not None
        with torch.no_grad():
            self.answer.bias.copy_(_first_answer(shapes).flatten())

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, ANCHORS · OUTPUTS, h, w): of each anchor in turn what anchor_levels.py says."""
        out: Tensor = self.answer(self.tower(x))
        return out


def _first_answer(shapes: Tensor) -> Tensor:
    """Return (ANCHORS, OUTPUTS): the anchors themselves, and hardly any plate among them."""
    half = shapes / 2
    signs = torch.tensor([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    answer = torch.zeros(len(shapes), OUTPUTS)
    answer[:, SCORE] = math.log(FIRST_SCORE / (1 - FIRST_SCORE))
    answer[:, BOX] = half.repeat(1, 2)
    answer[:, CORNERS] = (half[:, None] * signs).flatten(1)
    return answer
