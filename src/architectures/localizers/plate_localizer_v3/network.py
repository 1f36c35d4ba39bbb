"""The reference implementation's localizer, corrected, at its original size."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ....inference.decoding.boxes import decode_boxes
from ....models.base import Localizer, PlateTargets, one_tensor
from ....models.distributed import denominator
from ....models.torch_runtime import Output


class PlateLocalizerV3(Localizer):
    """Four convolutions and a fully connected regressor of one upright box; 8.4 million weights.

    It looks at 256×256 pixels, to which every picture is stretched, and has no score: it always answers one plate, also
    where there is none.
    """

    multiple = 1
    side = 256
    decode = staticmethod(decode_boxes)

    def __init__(self, height: int, width: int) -> None:
        super().__init__()
        self.fixed_size = (height, width)
        layers: list[nn.Module] = []
        for inputs, outputs in ((1, 8), (8, 16), (16, 32), (32, 64)):
            layers += [
                nn.Conv2d(inputs, outputs, 3, padding=1),
                nn.ReLU(inplace=True),
                nn.MaxPool2d(2),
            ]
        self.features = nn.Sequential(*layers)
        self.regress = nn.Sequential(
            nn.Linear(64 * (self.side // 16) ** 2, 512),
            nn.ReLU(inplace=True),
            nn.Linear(512, 4),
        )

    def forward(self, images: Tensor) -> Tensor:
        """Return (B, 4) logits of centre x, centre y, width and height as shares of the picture."""
        x = F.interpolate(images.float() / 127.5 - 1.0, (self.side, self.side), mode="bilinear")
        out: Tensor = self.regress(self.features(x).flatten(1))
        return out

    def loss(self, raw: Output, targets: PlateTargets) -> dict[str, Tensor]:
        """Smooth L1 to the widest plate's box; pictures without a plate are ignored."""
        raw = one_tensor(raw)
        low, high = targets.quads.amin(2), targets.quads.amax(2)  # (B, P, 2)
        width = (high - low)[..., 0] * (targets.lines > 0)
        widest = width.argmax(1)
        rows = torch.arange(len(raw), device=raw.device)
        low, high = low[rows, widest], high[rows, widest]
        truth = torch.cat([(low + high) / 2, high - low], 1)
        size = targets.quads.new_tensor(self.fixed_size).flip(0).repeat(2)
        error = F.smooth_l1_loss(raw.float().sigmoid(), truth / size, beta=0.02, reduction="none")
        present = (width.amax(1) > 0).float()
        return {"loss": (error.mean(1) * present).sum() / denominator(present.sum(), 1)}
