"""The corner refiner: where the corners of a detected plate really are.

The localizer sees plates small and in any pose; this net sees one plate, cut out straight and large by the corners
found so far, and says how far they are off, whether it is one, and whether its text goes on where it cannot be seen.
Cascaded regression (Dollár et al. 2010; Zhang et al. 2016, arXiv:1604.02878) with a perspective warp between the steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..common.geometry import UNIT_SQUARE
from ..inference.refiner_crop import CROP_HEIGHT, CROP_WIDTH, OUTPUTS, UNIT
from .blocks import BlocksToChannels, Residual, conv_bn
from .distributed import denominator, global_mean

# Losses of "two lines", of "a plate" and of "characters that cannot be seen" against that of the corners.
LINES_WEIGHT, PLATE_WEIGHT, UNSEEN_WEIGHT = 0.05, 0.05, 0.45


@dataclass(frozen=True)
class RefinerTargets:
    """What the refiner should answer to N crops.

    corners (N, 4, 2) float32, in the coordinates in which the corners that the crop was cut out by span 0 to 1.
    size (N, 2) float32: the plate's width and height in pixels of the picture.
    lines (N,) int64: 1 or 2, and 0 where there is no plate; corners, size and unseen are then ignored.
    unseen (N, 3) float32: 1 where characters cannot be seen before the first one that can, after the last one, and
        between them, and 0 elsewhere.
    """

    corners: Tensor
    size: Tensor
    lines: Tensor
    unseen: Tensor


class CornerRefiner(nn.Module):
    """Net over crops (N, 1, 64, 128). channels: at 1/4, 1/8 and 1/16 of the canvas. hidden: units before the answer."""

    def __init__(self, channels: Sequence[int], hidden: int) -> None:
        super().__init__()
        c4, c8, c16 = channels
        self.features = nn.Sequential(
            BlocksToChannels(4),
            conv_bn(16, c4),
            Residual(c4),
            conv_bn(c4, c8, stride=2),
            Residual(c8),
            conv_bn(c8, c16, stride=2),
            Residual(c16),
        )
        cells = (CROP_HEIGHT // 16) * (CROP_WIDTH // 16)
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

    def forward(self, crops: Tensor) -> Tensor:
        """Return (N, 13) of grey crops 0…255 of any dtype: offsets of corners in units of 0.3, logits."""
        out: Tensor = self.answer(self.features(crops.float() / 127.5 - 1.0))
        return out

    @staticmethod
    def loss(raw: Tensor, truth: RefinerTargets) -> dict[str, Tensor]:
        """Smooth L1 on corners in units of the plate's height, cross entropy on lines, "a plate" and "unseen".

        Means over the crops, those of corners, lines and unseen over the ones of a plate; 0 where there is none.
        """
        raw, plate = raw.float(), truth.lines > 0
        count = denominator(plate.sum(), 1)
        square = torch.from_numpy(UNIT_SQUARE).to(raw.device)
        off = square + raw[:, :8].view(-1, 4, 2) * UNIT - truth.corners
        error = (off * (truth.size / truth.size[:, 1:])[:, None])[plate]
        none = torch.zeros_like(error)
        corner = F.smooth_l1_loss(error, none, beta=0.03, reduction="sum") / (8 * count)
        two = (truth.lines[plate] == 2).float()
        lines = F.binary_cross_entropy_with_logits(raw[plate, 8], two, reduction="sum") / count
        seen = F.binary_cross_entropy_with_logits(raw[:, 9], plate.float())
        seen = global_mean(seen, len(raw))
        hidden = F.binary_cross_entropy_with_logits(
            raw[plate, 10:], truth.unseen[plate], reduction="sum"
        ) / (3 * count)
        heads = LINES_WEIGHT * lines + PLATE_WEIGHT * seen + UNSEEN_WEIGHT * hidden
        return {"look_loss": corner + heads}


def build_refiner(channels: Sequence[int], hidden: int) -> CornerRefiner | None:
    """Return a new refiner of these sizes, None for no channels: any localizer may have one."""
    return CornerRefiner(channels, hidden) if channels else None
