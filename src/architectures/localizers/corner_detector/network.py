"""The default localizer: a fully convolutional net that gives, per cell, a plate score and four corners.

Objects as points (Zhou et al. 2019, arXiv:1904.07850) with the plate's corners in place of a box, on a small
feature pyramid (Lin et al. 2017, arXiv:1612.03144) merged at 1/8 of the picture's size.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ....inference.decoding.corner_cells import MULTIPLE, STRIDE, decode_cells
from ....models.base import Localizer, PlateTargets, one_tensor
from ....models.blocks import BlocksToChannels, Residual, conv_bn
from ....models.corner_refiner import CornerRefiner
from ....models.distributed import denominator
from ....models.torch_runtime import Output
from .targets import cell_targets

# Channels of the raw output: score logit, eight corner offsets, logit of "two lines".
OUTPUTS = 10


class CornerDetector(Localizer):
    """Corner detector over one-channel pictures of any size that is a multiple of 32.

    channels: at 1/4, 1/8, 1/16, 1/32 of the size. blocks: residual blocks at 1/8, 1/16 and 1/32. refiner: the
    corner refiner, None for none; ``forward`` is the detector alone.
    """

    multiple = MULTIPLE
    decode = staticmethod(decode_cells)

    def __init__(
        self,
        channels: Sequence[int],
        blocks: Sequence[int],
        refiner: CornerRefiner | None,
    ) -> None:
        super().__init__(refiner)
        c4, c8, c16, c32 = channels
        n8, n16, n32 = blocks
        # Blocks of 4×4 pixels become channels at once: maps at full and half size would cost most of the time.
        stem = (BlocksToChannels(4), conv_bn(16, c4), conv_bn(c4, c8, stride=2))
        self.level8 = nn.Sequential(*stem, *(Residual(c8) for _ in range(n8)))
        self.level16 = nn.Sequential(
            conv_bn(c8, c16, stride=2), *(Residual(c16) for _ in range(n16))
        )
        self.level32 = nn.Sequential(
            conv_bn(c16, c32, stride=2), *(Residual(c32) for _ in range(n32))
        )
        self.lateral32 = conv_bn(c32, c16, kernel=1)
        self.merge16 = conv_bn(c16, c16)
        self.lateral16 = conv_bn(c16, c8, kernel=1)
        self.merge8 = nn.Sequential(conv_bn(c8, c8), Residual(c8))
        self.head = nn.Sequential(conv_bn(c8, c8), nn.Conv2d(c8, OUTPUTS, 1))
        # Start with a score of 1%: most cells are background (Lin et al. 2017, arXiv:1708.02002).
        last = self.head[-1]
        assert isinstance(last, nn.Conv2d)
        assert last.bias is not None
        nn.init.zeros_(last.bias)
        nn.init.constant_(last.bias[:1], -4.6)

    def forward(self, images: Tensor) -> Tensor:
        """Return (B, 10, H/8, W/8): score logit, corner offsets in units of 4 cells, two-line logit."""
        x = images.float() / 127.5 - 1.0
        f8 = self.level8(x)
        f16 = self.level16(f8)
        f32 = self.level32(f16)
        f16 = self.merge16(f16 + F.interpolate(self.lateral32(f32), scale_factor=2.0))
        f8 = self.merge8(f8 + F.interpolate(self.lateral16(f16), scale_factor=2.0))
        out: Tensor = self.head(f8)
        return out

    def loss(self, raw: Output, targets: PlateTargets) -> dict[str, Tensor]:
        """Focal loss on scores, smooth L1 on corners in units of the plate's height, cross entropy on lines."""
        raw = one_tensor(raw).float()
        target = cell_targets(targets, raw.shape[2], raw.shape[3], STRIDE)
        score = _focal(raw[:, 0], target.heat, target.peak)
        predicted = raw[:, 1:9].permute(0, 2, 3, 1) * (4.0 * STRIDE)
        error = (predicted - target.offsets) / target.height.unsqueeze(-1)
        weight = target.weight
        total = denominator(weight.sum(), 1e-6)
        corner = F.smooth_l1_loss(error, torch.zeros_like(error), beta=0.05, reduction="none")
        corners = (corner.mean(-1) * weight).sum() / total
        lines = F.binary_cross_entropy_with_logits(raw[:, 9], target.two_lines, reduction="none")
        rows = (lines * weight).sum() / total
        return {
            "loss": score + 4.0 * corners + 0.2 * rows,
            "score_loss": score,
            "corner_loss": corners,
            "lines_loss": rows,
        }


def _focal(logits: Tensor, heat: Tensor, peak: Tensor) -> Tensor:
    """CenterNet's penalty-reduced focal loss (alpha 2, beta 4), per plate; heat in [0, 1], peak bool, all (B, h, w)."""
    log_p, log_not_p = F.logsigmoid(logits), F.logsigmoid(-logits)
    p = logits.sigmoid()
    positive = (1 - p) ** 2 * log_p * peak
    negative = (1 - heat) ** 4 * p**2 * log_not_p * ~peak
    return -(positive.sum() + negative.sum()) / denominator(peak.sum(), 1)
