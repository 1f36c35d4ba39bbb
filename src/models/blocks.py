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


class BlocksToChannels(nn.Module):
    """Square blocks of one-channel pictures (B, 1, H, W) as channels (B, side², H/side, W/side).

    What `torch.nn.PixelUnshuffle` gives, in steps that move whole rows of a block and leave the channels last in
    memory, as convolutions have them: an eighth of a pass of the 8-bit localizer went into the other order.
    """

    def __init__(self, side: int) -> None:
        super().__init__()
        self._side = side

    def forward(self, x: Tensor) -> Tensor:
        """Return the channels; raises RuntimeError for sides that are no multiples of the block's."""
        side, (count, _, height, width) = self._side, x.shape
        rows, columns = height // side, width // side
        blocks = x.reshape(count, rows, side, columns, side).permute(0, 1, 3, 2, 4)
        return blocks.reshape(count, rows, columns, side * side).permute(0, 3, 1, 2)


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
