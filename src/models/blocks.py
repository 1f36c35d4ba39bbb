"""Building blocks that both networks share."""

from torch import Tensor, nn

from .batch_norm import BatchNorm


def conv_bn(
    inputs: int, outputs: int, kernel: int = 3, stride: int | tuple[int, int] = 1
) -> nn.Sequential:
    """Return convolution, batch norm and ReLU; the size is divided by the stride, rounded up."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride=stride, padding=kernel // 2, bias=False),
        BatchNorm(outputs),
        nn.ReLU(inplace=True),
    )


class Residual(nn.Module):
    """Two 3×3 convolutions around a shortcut (He et al. 2016, arXiv:1512.03385)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = conv_bn(channels, channels)
        self.second = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, bias=False), BatchNorm(channels)
        )
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        """Return a tensor of the input's shape."""
        out: Tensor = self.relu(x + self.second(self.first(x)))
        return out
