"""The reference implementation's reader, corrected, at its original size."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ....models.batch_norm import BatchNorm
from ..contrast import standardise
from ..ctc import CTCNetwork


class PlateOCRV2(CTCNetwork):
    """Convolutions, two bidirectional GRUs and CTC; 15 million weights. One column per four pixels."""

    def __init__(self, alphabet: str, height: int) -> None:
        super().__init__(alphabet)
        layers: list[nn.Module] = []
        inputs = 1
        for outputs, pool in ((64, (2, 2)), (128, (2, 2)), (256, (2, 1)), (512, (2, 1))):
            layers += [
                nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
                BatchNorm(outputs),
                nn.ReLU(inplace=True),
                nn.MaxPool2d(pool),
            ]
            inputs = outputs
        self.features = nn.Sequential(*layers)
        self.project = nn.Linear(512 * (height // 16), 768)
        self.context = nn.GRU(
            768, 640, num_layers=2, batch_first=True, bidirectional=True, dropout=0.2
        )
        self.classify = nn.Linear(1280, self.codec.classes)

    def columns(self, width: int) -> int:
        """Return how many columns a plate of this width gives."""
        return width // 4

    def forward(self, images: Tensor) -> Tensor:
        """Return logits (B, width/4, classes)."""
        x = self.features(standardise(images)).permute(0, 3, 1, 2).flatten(2)
        with torch.autocast(x.device.type, enabled=False):
            x, _ = self.context(F.relu(self.project(x.float())))
            out: Tensor = self.classify(x)
        return out
