"""MobileNetV4-Conv-Small (Qin et al. 2024, arXiv:2404.10518), as features at 1/8, 1/16 and 1/32 of the picture's size.

Its weights have the names of timm's ``mobilenetv4_conv_small``, of which it has all but the classifier's. Pictures are
grey, so that the first layer has one channel where timm's has three.
"""

from collections import OrderedDict
from typing import NamedTuple

from torch import Tensor, nn

from ..batch_norm import BatchNorm
from ..pretrained import Source

# Channels of the first layer, and of its pictures; the name of its weight.
STEM, GREY, STEM_WEIGHT = 32, 1, "conv_stem.weight"
# Mean and deviation of ImageNet's values, 0…255, those of the three colours averaged: pictures are given in these.
MEAN, DEVIATION = 114.4, 57.6


class _Conv(NamedTuple):
    """A plain convolution with norm and activation, as the first stages and the last one have them."""

    kernel: int
    stride: int
    channels: int


class _Bottleneck(NamedTuple):
    """A universal inverted bottleneck. start, middle: sizes of its depth-wise kernels; 0: none there."""

    start: int
    middle: int
    stride: int
    expansion: int
    channels: int


# The stages after the first layer, each at half the size of the one before it but the last (table 10 of the paper).
STAGES: tuple[tuple[_Conv | _Bottleneck, ...], ...] = (
    (_Conv(3, 2, 32), _Conv(1, 1, 32)),
    (_Conv(3, 2, 96), _Conv(1, 1, 64)),
    (
        _Bottleneck(5, 5, 2, 3, 96),
        *(_Bottleneck(0, 3, 1, 2, 96),) * 4,
        _Bottleneck(3, 0, 1, 4, 96),
    ),
    (
        _Bottleneck(3, 3, 2, 6, 128),
        _Bottleneck(5, 5, 1, 4, 128),
        _Bottleneck(0, 5, 1, 4, 128),
        _Bottleneck(0, 5, 1, 3, 128),
        _Bottleneck(0, 3, 1, 4, 128),
        _Bottleneck(0, 3, 1, 4, 128),
    ),
    (_Conv(1, 1, 960),),
)
# Stages whose output is a level of features.
LEVELS = (1, 2, 4)


class MobileNetV4(nn.Sequential):
    """The backbone over pictures (B, 1, H, W), less MEAN over DEVIATION, whose sides are multiples of 32.

    width: factor on all channels.

    channels: of the three levels, the finest first.
    """

    conv_stem: nn.Conv2d
    bn1: BatchNorm
    act: nn.ReLU
    blocks: nn.Sequential

    def __init__(self, width: float = 1.0) -> None:
        inputs = scaled(STEM, width)
        stem = _convolution(GREY, inputs, 3, stride=2)
        stages: list[nn.Module] = []
        channels: list[int] = []
        for stage in STAGES:
            layers: list[nn.Module] = []
            for layer in stage:
                outputs = scaled(layer.channels, width)
                if isinstance(layer, _Conv):
                    conv = _convolution(inputs, outputs, layer.kernel, layer.stride)
                    norm = BatchNorm(outputs)
                    layers.append(_named(conv=conv, bn1=norm, act=nn.ReLU(inplace=True)))
                else:
                    layers.append(InvertedBottleneck(inputs, outputs, layer))
                inputs = outputs
            stages.append(nn.Sequential(*layers))
            channels.append(inputs)
        super().__init__(
            OrderedDict(
                conv_stem=stem,
                bn1=BatchNorm(scaled(STEM, width)),
                act=nn.ReLU(inplace=True),
                blocks=nn.Sequential(*stages),
            )
        )
        self.channels = tuple(channels[level] for level in LEVELS)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """Return features (B, channels, H/8, W/8), at 1/16 and at 1/32."""
        x = self.act(self.bn1(self.conv_stem(x)))
        levels: list[Tensor] = []
        for number, stage in enumerate(self.blocks):
            x = stage(x)
            if number in LEVELS:
                levels.append(x)
        return tuple(levels)

    def public_weights(self) -> dict[str, Source]:
        """Return where each layer's weights stand in a file of the whole network; see `pretrained`.

        What sees the same grey in three colours multiplies it by the sum of their weights.
        """
        found = {name: Source(name) for name in self.state_dict()}
        found[STEM_WEIGHT] = Source(STEM_WEIGHT, lambda weight: weight.sum(1, keepdim=True))
        return found


class InvertedBottleneck(nn.Module):
    """Universal inverted bottleneck: expansion and projection with depth-wise convolutions before and between.

    Only the expansion and what stands in the middle are followed by an activation. The stride is that of the middle
    convolution where there is one, else of the first.
    """

    def __init__(self, inputs: int, outputs: int, sizes: _Bottleneck) -> None:
        super().__init__()
        start, middle, stride, expansion, _ = sizes
        hidden = divisible(inputs * expansion)
        self.shortcut = inputs == outputs and stride == 1
        self.dw_start = (
            _part(inputs, inputs, start, 1 if middle else stride, depthwise=True)
            if start
            else nn.Identity()
        )
        self.pw_exp = _part(inputs, hidden, active=True)
        self.dw_mid = (
            _part(hidden, hidden, middle, stride, depthwise=True, active=True)
            if middle
            else nn.Identity()
        )
        self.pw_proj = _part(hidden, outputs)

    def forward(self, x: Tensor) -> Tensor:
        """Return features (B, outputs, H, W), divided by the stride."""
        out: Tensor = self.pw_proj(self.dw_mid(self.pw_exp(self.dw_start(x))))
        return out + x if self.shortcut else out


def scaled(channels: int, width: float) -> int:
    """Return a number of channels times a factor, as a multiple of 8."""
    return divisible(channels * width)


def divisible(channels: float) -> int:
    """Return the multiple of 8 that is nearest to a number of channels: at least 8, and no less than 90% of it."""
    nearest = max(8, int(channels + 4) // 8 * 8)
    return nearest if nearest >= 0.9 * channels else nearest + 8


def _part(
    inputs: int,
    outputs: int,
    kernel: int = 1,
    stride: int = 1,
    depthwise: bool = False,
    active: bool = False,
) -> nn.Sequential:
    """Return a convolution with its norm, and an activation where it is active."""
    conv = _convolution(inputs, outputs, kernel, stride, inputs if depthwise else 1)
    norm = BatchNorm(outputs)
    return (
        _named(conv=conv, bn=norm, act=nn.ReLU(inplace=True))
        if active
        else _named(conv=conv, bn=norm)
    )


def _convolution(inputs: int, outputs: int, kernel: int, stride: int, groups: int = 1) -> nn.Conv2d:
    return nn.Conv2d(
        inputs, outputs, kernel, stride, padding=kernel // 2, groups=groups, bias=False
    )


def _named(**layers: nn.Module) -> nn.Sequential:
    return nn.Sequential(OrderedDict(layers))
