"""A second look at a plate that was found: where its corners really are.

The localizer sees plates small and in any pose; this net sees one plate, cut out straight and large by the corners
found so far, and says how far they are off. Cascaded regression (Dollár et al. 2010; Zhang et al. 2016,
arXiv:1604.02878) with a perspective warp between the steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from src.common.geometry import UNIT_SQUARE
from src.models.blocks import Residual, conv_bn

# Canvas of a look in pixels. Fixed, for the net's last layers see all of it at once.
LOOK_HEIGHT, LOOK_WIDTH = 64, 128
# What a look shows beyond the corners found so far, as shares of the plate's width and height: enough for corners
# that are off by a third of the plate's height.
LOOK_X, LOOK_Y = 0.15, 0.35
LOOK_FRAME = (-LOOK_X, -LOOK_Y, 1 + LOOK_X, 1 + LOOK_Y)
# Outputs of the net: eight corner offsets, logit of "two lines".
OUTPUTS = 9
# Offsets in the plate's coordinates come out of the net divided by this, so that common ones are about 1.
UNIT = 0.3
# Loss of "two lines" against that of the corners.
LINES_WEIGHT = 0.05


@dataclass(frozen=True)
class Looks:
    """N looks at plates: the corners and rows of text that the refiner should find in each.

    corners (N, 4, 2) float32 in the coordinates in which the corners of the look span 0 to 1; size (N, 2) float32,
    the plate's width and height in pixels of the picture; lines (N,) 1 or 2.
    """

    corners: Tensor
    size: Tensor
    lines: Tensor


class CornerRefiner(nn.Module):
    """Net over looks (N, 1, 64, 128). channels: at 1/4, 1/8 and 1/16 of the canvas. hidden: units before the answer."""

    def __init__(self, channels: Sequence[int], hidden: int) -> None:
        super().__init__()
        c4, c8, c16 = channels
        self.features = nn.Sequential(
            nn.PixelUnshuffle(4),
            conv_bn(16, c4),
            Residual(c4),
            conv_bn(c4, c8, stride=2),
            Residual(c8),
            conv_bn(c8, c16, stride=2),
            Residual(c16),
        )
        cells = (LOOK_HEIGHT // 16) * (LOOK_WIDTH // 16)
        self.answer = nn.Sequential(
            nn.Flatten(),
            nn.Linear(c16 * cells, hidden),
            nn.ReLU(inplace=True),
            nn.Linear(hidden, OUTPUTS),
        )
        # Start with "the corners are right".
        last = self.answer[-1]
        assert isinstance(last, nn.Linear)
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)

    def forward(self, looks: Tensor) -> Tensor:
        """Return (N, 9) of grey looks 0…255 of any dtype: corner offsets in units of 0.3, two-line logit."""
        out: Tensor = self.answer(self.features(looks.float() / 127.5 - 1.0))
        return out

    @staticmethod
    def loss(raw: Tensor, truth: Looks) -> dict[str, Tensor]:
        """Smooth L1 on corners in units of the plate's height, cross entropy on lines; means over the looks."""
        raw = raw.float()
        square = torch.from_numpy(UNIT_SQUARE).to(raw.device)
        off = square + raw[:, :8].view(-1, 4, 2) * UNIT - truth.corners
        error = off * (truth.size / truth.size[:, 1:])[:, None]
        corner = F.smooth_l1_loss(error, torch.zeros_like(error), beta=0.03)
        two = (truth.lines == 2).float()
        lines = F.binary_cross_entropy_with_logits(raw[:, 8], two)
        return {"look_loss": corner + LINES_WEIGHT * lines}

    @staticmethod
    def decode(raw: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return corners (N, 4, 2), in the coordinates in which those of the look span 0 to 1, and lines (N,)."""
        corners = UNIT_SQUARE + raw[:, :8].reshape(-1, 4, 2) * np.float32(UNIT)
        return corners, np.where(raw[:, 8] > 0, 2, 1)
