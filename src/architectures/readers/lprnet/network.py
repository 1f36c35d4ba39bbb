"""LPRNet (Zherzdev & Gruzdev 2018, arXiv:1806.10447): small convolutions, a global context, CTC; no recurrence.

From the paper's canvas of 94×24 pixels it gives 18 columns. With its 68 classes (67 characters and the blank) it has
458,472 weights.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ....models.batch_norm import BatchNorm
from ..contrast import standardise
from ..ctc import CTCNetwork

# Columns that the last convolutions see, rows likewise.
WIDE, HIGH = 4, 13


class LPRNet(CTCNetwork):
    """Reader of (B, 1, height, width) plates of one width, which are seen as they are."""

    def __init__(self, dropout: float, alphabet: str, width: int) -> None:
        super().__init__(alphabet)
        columns = self.columns(width)
        self._strides = [length // columns for length in _widths(width)]
        self._windows = [
            length - (columns - 1) * stride
            for length, stride in zip(_widths(width), self._strides, strict=True)
        ]
        self.stages = nn.ModuleList(
            [
                nn.Sequential(nn.Conv2d(1, 64, 3), BatchNorm(64), nn.ReLU()),
                nn.Sequential(nn.MaxPool2d(3, 1), *_small_block(64, 128)),
                nn.Sequential(_Thin(64), *_small_block(64, 256), *_small_block(256, 256)),
                nn.Sequential(
                    _Thin(64),
                    nn.Dropout(dropout),
                    nn.Conv2d(64, 256, (1, WIDE)),
                    BatchNorm(256),
                    nn.ReLU(),
                ),
            ]
        )
        self.classify = nn.Sequential(
            nn.Dropout(dropout), nn.Conv2d(256, self.codec.classes, (HIGH, 1))
        )
        self.context = nn.Conv1d(64 + 128 + 256 + 256, self.codec.classes, 1)

    def columns(self, width: int) -> int:
        """Return how many columns a plate of this width gives."""
        return _widths(width)[-1]

    def forward(self, images: Tensor) -> Tensor:
        """Return logits (B, columns, classes). Each plate's contrast is normalised on its own."""
        x, seen = standardise(images), []
        for stage in self.stages:
            x = stage(x)
            seen.append(x)
        context = torch.cat(list(map(_pooled, seen, self._windows, self._strides)), 1)
        # The paper joins both and mixes them by another convolution: all of it is linear, so this computes the same.
        logits: Tensor = self.classify(x).mean(2) + self.context(context)
        return logits.transpose(1, 2)


class _Thin(nn.Module):
    """Pooling over 3×3 that halves the width, and over neighbouring channels, of which so many are left."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self._channels = channels

    def forward(self, x: Tensor) -> Tensor:
        pooled = F.max_pool2d(x, 3, (1, 2))
        groups = pooled.reshape(pooled.shape[0], self._channels, -1, *pooled.shape[2:])
        return groups.amax(2)


def _small_block(inputs: int, outputs: int) -> list[nn.Module]:
    """Return the layers of the paper's small basic block: 1×1, 3×1, 1×3 and 1×1, a quarter of the outputs within."""
    inner = outputs // 4
    return [
        nn.Conv2d(inputs, inner, 1),
        nn.ReLU(),
        nn.Conv2d(inner, inner, (3, 1), padding=(1, 0)),
        nn.ReLU(),
        nn.Conv2d(inner, inner, (1, 3), padding=(0, 1)),
        nn.ReLU(),
        nn.Conv2d(inner, outputs, 1),
        BatchNorm(outputs),
        nn.ReLU(),
    ]


def _widths(width: int) -> tuple[int, ...]:
    """Return how wide the features of each stage are, of a canvas of this width."""
    halved = (width - 4 - 3) // 2 + 1
    return width - 2, width - 4, halved, (halved - 3) // 2 + 1 - (WIDE - 1)


def _pooled(x: Tensor, window: int, stride: int) -> Tensor:
    """Return means (B, C, columns) over windows of a stage's features (B, C, H, W), whose mean square is made 1."""
    power = x.float().square().mean((1, 2, 3), keepdim=True) + 1e-3
    return F.avg_pool1d((x * power.rsqrt()).mean(2), window, stride)
