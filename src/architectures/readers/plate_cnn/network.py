"""The reader with one head for each place of the text.

Three convolutions of 5×5 over a canvas of 128×64 pixels and a fully connected layer for each place: with 7 places and
81 classes 2,540,567 numbers, of which 352 are the running statistics of the norms.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ....inference.settings import Size
from ....models.batch_norm import BatchNorm
from ..contrast import standardise
from ..slots import SlotNetwork

# Height and width in pixels of what the convolutions see; other canvases are stretched to it.
CANVAS = (64, 128)
# What is left of it: the first convolution is padded, the others are not, and each is halved by pooling.
CELLS = (5, 13)


class PlateCNN(SlotNetwork):
    """Reader of (B, 1, height, width) plates of one size. channels: of the three convolutions."""

    def __init__(self, channels: Sequence[int], places: int, alphabet: str, size: Size) -> None:
        super().__init__(alphabet, places)
        self._stretched = size != CANVAS
        layers: list[nn.Module] = []
        inputs, padding = 1, 2
        for outputs in channels:
            layers += [
                nn.Conv2d(inputs, outputs, 5, padding=padding),
                BatchNorm(outputs),
                nn.ReLU(inplace=True),
                nn.MaxPool2d(2),
            ]
            inputs, padding = outputs, 0
        self.features = nn.Sequential(*layers, nn.Flatten())
        cells = CELLS[0] * CELLS[1]
        self.heads = nn.ModuleList(
            nn.Linear(inputs * cells, self.codec.classes) for _ in range(places)
        )

    def forward(self, images: Tensor) -> Tensor:
        """Return logits (B, places, classes). Each plate's contrast is normalised on its own."""
        x = standardise(images)
        if self._stretched:
            x = F.interpolate(x, CANVAS, mode="bilinear")
        x = self.features(x)
        return torch.stack([head(x) for head in self.heads], 1)
