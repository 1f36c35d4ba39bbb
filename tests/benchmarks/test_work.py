"""The arithmetic of a training step, counted by hand."""

import pytest
import torch
from torch import Tensor, nn

from benchmarks.work import peak, work


class Small(nn.Module):
    """A convolution 1 → 4 over 6×6 pixels, 3×3, and an LSTM of 5 units in two directions over its six columns."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1))
        self.context = nn.LSTM(4, 5, batch_first=True, bidirectional=True)

    def forward(self, images: Tensor) -> Tensor:
        out: Tensor = self.context(self.features(images).mean(2).transpose(1, 2))[0]
        return out


def test_every_layer_counts() -> None:
    network = Small()
    images = torch.randn(3, 1, 6, 6)
    each, layers = work(lambda: network(images).sum(), 3)
    # Forward, and the gradients of the weights; the pictures need none.
    convolution = 2 * 2 * 36 * 9 * 4
    # Forward, and the gradients of the weights and of what goes in: 6 columns, 4 gates, 4 inputs and 5 units.
    recurrent = 3 * 2 * 2 * 6 * (4 * 5) * (4 + 5)
    assert each * 1e9 == pytest.approx(convolution + recurrent)
    assert [name for name, _, _ in layers] == ["context", "features.0", "the others"]
    assert [float(mflop) for _, mflop, _ in layers] == [
        pytest.approx(count / 1e6, abs=0.05) for count in (recurrent / 3, convolution / 2, 0)
    ]


def test_the_peak_is_a_rate() -> None:
    assert peak(torch.float32) > 0.1
