"""The default reader: convolutions, a recurrent layer across the whole plate, CTC.

CRNN (Shi et al. 2015, arXiv:1507.05717) in small. Without context over the full width, CTC learns to emit the
first letters too early and short plates come out wrong while long ones are perfect.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from src.models.base import Reader
from src.models.blocks import Residual, conv_bn

# Channels from which the corners are told.
STRAIGHTEN = 16


class CTCReader(Reader):
    """Reader of (B, 1, height, width) plates; one column per four pixels.

    channels: of the four stages. hidden: recurrent units per direction. classes: characters and the blank.
    """

    straightens = True

    def __init__(
        self,
        channels: Sequence[int],
        hidden: int,
        dropout: float,
        classes: int,
        height: int,
        width: int,
    ) -> None:
        super().__init__()
        c1, c2, c3, c4 = channels
        self.features = nn.Sequential(
            conv_bn(1, c1, kernel=3, stride=(2, 1)),
            conv_bn(c1, c2, stride=2),
            Residual(c2),
            conv_bn(c2, c3, stride=2),
            Residual(c3),
        )
        self.corners = nn.Sequential(
            conv_bn(c3, STRAIGHTEN, kernel=1),
            nn.Flatten(),
            nn.Linear(STRAIGHTEN * -(-height // 8) * self.columns(width), 4 * STRAIGHTEN),
            nn.ReLU(inplace=True),
            nn.Linear(4 * STRAIGHTEN, 8),
        )
        self.deep = nn.Sequential(conv_bn(c3, c4, stride=(2, 1)), Residual(c4))
        self.flatten = nn.Sequential(nn.Linear(c4 * -(-height // 16), c4), nn.ReLU(inplace=True))
        self.context = nn.GRU(c4, hidden, batch_first=True, bidirectional=True)
        self.classify = nn.Sequential(nn.Dropout(dropout), nn.Linear(2 * hidden, classes))

    def columns(self, width: int) -> int:
        """Return how many columns a plate of this width gives."""
        return -(-width // 4)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits (B, width/4, classes) and corners; each plate's contrast is normalised on its own."""
        features = self.features(standardise(images))
        corners = self.corners(features).float().view(-1, 4, 2)
        x = self.deep(features).permute(0, 3, 1, 2).flatten(2)  # (B, columns, channels × rows)
        x = self.flatten(x)
        # The recurrence is the smallest part of the work and the most sensitive to rounding.
        with torch.autocast(x.device.type, enabled=False):
            x, _ = self.context(x.float())
            return self.classify(x), corners


def standardise(images: Tensor) -> Tensor:
    """Return pictures (B, 1, H, W) with mean 0 and deviation 1 each; flat ones become 0, never NaN."""
    x = images.float()
    mean = x.mean((2, 3), keepdim=True)
    variance = (x - mean).square().mean((2, 3), keepdim=True)
    return (x - mean) / (variance + 4.0).sqrt()
