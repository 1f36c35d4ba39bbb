"""The published sizes and names of MobileNetV4-Conv-Small."""

import pytest
import torch
import torch.nn.functional as F

from src.models.backbones.mobilenetv4 import InvertedBottleneck, MobileNetV4, divisible, scaled

# The classifier's layers, which the backbone does without: 1×1 from 960 to 1280 channels, norm, 1,000 classes.
CLASSIFIER = 960 * 1280 + 2 * 1280 + 1280 * 1000 + 1000
# Two of the three colours that the published first layer sees.
COLOURS = 2 * 32 * 3 * 3


@pytest.fixture(scope="module")
def backbone() -> MobileNetV4:
    torch.manual_seed(1)
    return MobileNetV4().eval()


def test_published_number_of_weights(backbone: MobileNetV4) -> None:
    own = sum(weight.numel() for weight in backbone.parameters())
    assert own == 1_261_088
    assert own + COLOURS + CLASSIFIER == pytest.approx(3.77e6, rel=0.002)


def test_published_names_and_shapes(backbone: MobileNetV4) -> None:
    state = {name: tuple(tensor.shape) for name, tensor in backbone.state_dict().items()}
    expected = {
        "conv_stem.weight": (32, 1, 3, 3),
        "bn1.running_mean": (32,),
        "blocks.0.0.conv.weight": (32, 32, 3, 3),
        "blocks.0.1.bn1.bias": (32,),
        "blocks.1.0.conv.weight": (96, 32, 3, 3),
        "blocks.1.1.conv.weight": (64, 96, 1, 1),
        "blocks.2.0.dw_start.conv.weight": (64, 1, 5, 5),
        "blocks.2.0.pw_exp.conv.weight": (192, 64, 1, 1),
        "blocks.2.0.dw_mid.conv.weight": (192, 1, 5, 5),
        "blocks.2.0.pw_proj.bn.weight": (96,),
        "blocks.2.4.dw_mid.conv.weight": (192, 1, 3, 3),
        "blocks.2.5.dw_start.conv.weight": (96, 1, 3, 3),
        "blocks.3.0.pw_exp.conv.weight": (576, 96, 1, 1),
        "blocks.3.1.dw_start.conv.weight": (128, 1, 5, 5),
        "blocks.3.3.pw_exp.conv.weight": (384, 128, 1, 1),
        "blocks.3.5.pw_proj.conv.weight": (128, 512, 1, 1),
        "blocks.4.0.conv.weight": (960, 128, 1, 1),
        "blocks.4.0.bn1.num_batches_tracked": (),
    }
    assert {name: state.get(name) for name in expected} == expected
    # Blocks without a depth-wise convolution at one of the two places.
    assert not [n for n in state if n.startswith(("blocks.2.1.dw_start", "blocks.2.5.dw_mid"))]


def test_three_levels(backbone: MobileNetV4) -> None:
    levels = backbone(torch.zeros(2, 1, 64, 96))
    assert backbone.channels == (64, 96, 960)
    assert [tuple(level.shape) for level in levels] == [
        (2, 64, 8, 12),
        (2, 96, 4, 6),
        (2, 960, 2, 3),
    ]


def test_width_scales_the_channels() -> None:
    narrow = MobileNetV4(0.25).eval()
    assert narrow.channels == (16, 24, 240)
    assert narrow.conv_stem.weight.shape == (8, 1, 3, 3)
    assert [tuple(x.shape[1:]) for x in narrow(torch.zeros(1, 1, 32, 32))] == [
        (16, 4, 4),
        (24, 2, 2),
        (240, 1, 1),
    ]


def test_channels_are_multiples_of_8() -> None:
    assert [divisible(channels) for channels in (1, 8, 12, 15.9, 20, 100)] == [
        8,
        8,
        16,
        16,
        24,
        104,
    ]
    assert divisible(18.9) == 24  # 16 would be less than 90% of it
    assert scaled(96, 0.25) == 24
    assert scaled(64, 1.0) == 64


def test_shortcuts_join_only_equal_shapes(backbone: MobileNetV4) -> None:
    blocks = [m for m in backbone.modules() if isinstance(m, InvertedBottleneck)]
    joined = [block.shortcut for block in blocks]
    assert joined == [False, *[True] * 5, False, *[True] * 5]


def test_public_weights_see_the_same_grey_in_three_colours(backbone: MobileNetV4) -> None:
    sources = backbone.public_weights()
    assert sources.keys() == backbone.state_dict().keys()
    torch.manual_seed(2)
    colours = torch.rand(32, 3, 3, 3)
    own = sources["conv_stem.weight"].of({"conv_stem.weight": colours})
    assert own is not None
    grey = torch.rand(1, 1, 8, 8)
    expected = F.conv2d(grey.repeat(1, 3, 1, 1), colours)
    assert torch.allclose(F.conv2d(grey, own), expected, atol=1e-5)
    # All others are taken as they are.
    norm = torch.rand(32)
    assert sources["blocks.0.0.bn1.weight"].of({"blocks.0.0.bn1.weight": norm}) is norm
