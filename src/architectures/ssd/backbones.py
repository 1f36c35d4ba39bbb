"""What single-shot detectors see by: VGG-16 and ResNet-50, with the layers that lead down to a single cell.

Each gives the maps that boxes stand on, the finest first; ``channels`` are theirs. Layers that public weights have are
called as there (`public_weights`).
"""

from collections import OrderedDict
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ...models.batch_norm import BatchNorm
from ...models.blocks import conv_bn
from ...models.pretrained import Source

# Output channels of VGG-16's convolutions (Simonyan & Zisserman 2015, arXiv:1409.1556, D) up to conv5_3; 0: pooling.
VGG16 = (64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512)
# The layer after conv4_3, the 10th convolution, whose map is the first.
CONV4_3 = 23
# Channels of fc7, and of the 1×1 and the 3×3 convolution of each further pair, by the side of the pictures.
FC7 = 1024
VGG_EXTRAS = {
    300: ((256, 512), (128, 256), (128, 256), (128, 256)),
    512: ((256, 512), (128, 256), (128, 256), (128, 256), (128, 256)),
}
# Blocks of ResNet-50's first three stages (He et al. 2016, arXiv:1512.03385) and their inner channels; the outer ones
# are four times as many.
RESNET50 = ((3, 64), (4, 128), (6, 256))
RESNET_EXTRAS = {
    300: ((256, 512), (256, 512), (128, 256), (128, 256), (128, 256)),
    512: ((256, 512), (256, 512), (128, 256), (128, 256), (128, 256), (128, 256)),
}


def scaled(channels: int, width: float) -> int:
    """Return channels times a factor, to the nearest multiple of 8, at least 8."""
    return max(8, round(channels * width / 8) * 8)


class VGG(nn.Module):
    """VGG-16 with its two last layers as convolutions, the first of them dilated (Liu et al. 2016, section 3)."""

    def __init__(self, side: int, width: float) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = 3
        for outputs in VGG16:
            if not outputs:
                # Of 75 cells there become 38, and not 37.
                layers.append(nn.MaxPool2d(2, ceil_mode=True))
                continue
            inputs, before = scaled(outputs, width), inputs
            layers += [nn.Conv2d(before, inputs, 3, padding=1), nn.ReLU(inplace=True)]
        self.features = nn.Sequential(*layers)
        self.norm = L2Norm(inputs)
        fc7 = scaled(FC7, width)
        self.fc = nn.Sequential(
            nn.MaxPool2d(3, stride=1, padding=1),
            nn.Conv2d(inputs, fc7, 3, padding=6, dilation=6),
            nn.ReLU(inplace=True),
            nn.Conv2d(fc7, fc7, 1),
            nn.ReLU(inplace=True),
        )
        pairs = [(scaled(a, width), scaled(b, width)) for a, b in VGG_EXTRAS[side]]
        self.channels = [inputs, fc7, *(b for _, b in pairs)]
        self.extras = nn.ModuleList()
        for number, (before, (inner, outputs)) in enumerate(
            zip(self.channels[1:], pairs, strict=False)
        ):
            kernel, stride, padding = 3, 2, 1
            if side == 300 and number >= 2:
                kernel, stride, padding = 3, 1, 0  # from 5 cells to 3, and to 1
            elif side == 512 and number == len(pairs) - 1:
                kernel, stride, padding = 4, 1, 1  # from 2 cells to 1
            self.extras.append(
                nn.Sequential(
                    nn.Conv2d(before, inner, 1),
                    nn.ReLU(inplace=True),
                    nn.Conv2d(inner, outputs, kernel, stride, padding),
                    nn.ReLU(inplace=True),
                )
            )
        _initialise(self)

    def forward(self, x: Tensor) -> list[Tensor]:
        """Return the maps of pictures (B, 3, side, side)."""
        x = self.features[:CONV4_3](x)
        maps = [self.norm(x)]
        x = self.fc(self.features[CONV4_3:](x))
        maps.append(x)
        return _down(maps, self.extras)

    def public_weights(self) -> dict[str, Source]:
        """Return where each layer's weights stand in a file of VGG-16; see `pretrained`.

        Of the fully connected layers every fourth output, and of the first one's 7×7 places every third, are taken.
        """
        found = {name: Source(name) for name in self.state_dict() if name.startswith("features.")}
        for name, key, kernel in (("fc.1", "classifier.0", 7), ("fc.3", "classifier.3", 1)):
            found[f"{name}.weight"] = Source(f"{key}.weight", partial(_thinned, kernel=kernel))
            found[f"{name}.bias"] = Source(f"{key}.bias", lambda bias: bias[::4])
        return found


class ResNet(nn.Module):
    """ResNet-50 up to its third stage, which keeps the size of the second, so that the first map is of 1/8."""

    def __init__(self, side: int, width: float) -> None:
        super().__init__()
        inputs = scaled(64, width)
        self.conv1 = nn.Conv2d(3, inputs, 7, stride=2, padding=3, bias=False)
        self.bn1 = BatchNorm(inputs)
        for number, (count, planes) in enumerate(RESNET50, 1):
            inner = scaled(planes, width)
            blocks = [Bottleneck(inputs, inner, stride=2 if number == 2 else 1)]
            blocks += [Bottleneck(4 * inner, inner) for _ in range(count - 1)]
            self.add_module(f"layer{number}", nn.Sequential(*blocks))
            inputs = 4 * inner
        pairs = [(scaled(a, width), scaled(b, width)) for a, b in RESNET_EXTRAS[side]]
        self.channels = [inputs, *(b for _, b in pairs)]
        self.extras = nn.ModuleList()
        for number, (before, (inner, outputs)) in enumerate(
            zip(self.channels, pairs, strict=False)
        ):
            whole = side == 300 and number >= 3  # from 5 cells to 3, and to 1
            second = nn.Conv2d(
                inner, outputs, 3, stride=1 if whole else 2, padding=0 if whole else 1, bias=False
            )
            self.extras.append(
                nn.Sequential(
                    *conv_bn(before, inner, kernel=1),
                    second,
                    BatchNorm(outputs),
                    nn.ReLU(inplace=True),
                )
            )
        _initialise(self)

    def forward(self, x: Tensor) -> list[Tensor]:
        """Return the maps of pictures (B, 3, side, side)."""
        x = F.relu(self.bn1(self.conv1(x)))
        x = F.max_pool2d(x, 3, stride=2, padding=1)
        for number in range(1, len(RESNET50) + 1):
            x = self.get_submodule(f"layer{number}")(x)
        return _down([x], self.extras)

    def public_weights(self) -> dict[str, Source]:
        """Return where each layer's weights stand in a file of ResNet-50; see `pretrained`."""
        return {name: Source(name) for name in self.state_dict() if not name.startswith("extras.")}


class Bottleneck(nn.Sequential):
    """Three convolutions around a shortcut, the one between of fewer channels; a stride is that one's.

    A row of layers, the shortcut being the last, so that the optimiser sees what follows what.
    """

    def __init__(self, inputs: int, inner: int, stride: int = 1) -> None:
        outputs = 4 * inner
        shortcut: nn.Module = nn.Identity()
        if inputs != outputs or stride != 1:
            shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride=stride, bias=False), BatchNorm(outputs)
            )
        layers: dict[str, nn.Module] = {
            "conv1": nn.Conv2d(inputs, inner, 1, bias=False),
            "bn1": BatchNorm(inner),
            "relu1": nn.ReLU(inplace=True),
            "conv2": nn.Conv2d(inner, inner, 3, stride=stride, padding=1, bias=False),
            "bn2": BatchNorm(inner),
            "relu2": nn.ReLU(inplace=True),
            "conv3": nn.Conv2d(inner, outputs, 1, bias=False),
            "bn3": BatchNorm(outputs),
            "downsample": shortcut,
        }
        super().__init__(OrderedDict(layers))

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, 4·inner, H/stride, W/stride)."""
        *layers, shortcut = self
        y = x
        for layer in layers:
            y = layer(y)
        out: Tensor = F.relu(y + shortcut(x))
        return out


class L2Norm(nn.Module):
    """Each cell's channels at length 1 (ParseNet, arXiv:1506.04579), times a factor for each channel, 20 at first."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.full((channels,), 20.0))

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, C, H, W)."""
        return F.normalize(x.float()).to(x.dtype) * self.weight[:, None, None]


def _down(maps: list[Tensor], extras: nn.ModuleList) -> list[Tensor]:
    """Return the maps, and those of the extra layers, each made of the one before."""
    for layers in extras:
        maps.append(layers(maps[-1]))
    return maps


def _thinned(weight: Tensor, kernel: int) -> Tensor:
    """Return a fully connected layer's weight as a convolution's, of fewer outputs, inputs and places."""
    whole = weight.view(len(weight), -1, kernel, kernel)
    return whole[::4, :, ::3, ::3] if kernel > 1 else whole[::4, ::4]


def _initialise(network: nn.Module) -> None:
    """Draw the convolutions' weights so that the variance of what goes through them stays (He et al. 2015)."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
