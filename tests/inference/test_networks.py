"""What a localizer's network answers, in the pixels of the picture that was asked about."""

import numpy as np
import pytest
import torch

from src.architectures.localizers.registry import build_localizer
from src.inference.decoding.plates import ONE_BOX, plate_decoding
from src.inference.networks import detect
from src.models.torch_runtime import torch_run


@pytest.mark.parametrize("size", [(64, 64), (128, 256), (50, 30)])
def test_fixed_size_networks_answer_in_the_picture_s_pixels(size: tuple[int, int]) -> None:
    # A regressor whose last layer says: the box is the whole picture.
    network = build_localizer("plate_localizer_v3", {}, (64, 64)).eval()
    last = [m for m in network.modules() if isinstance(m, torch.nn.Linear)][-1]
    torch.nn.init.zeros_(last.weight)
    last.bias.data = torch.tensor([0.0, 0.0, 20.0, 20.0])
    height, width = size
    decoding = plate_decoding(ONE_BOX, {}, (64, 64))
    (found,) = detect(decoding, torch_run(network), np.zeros(size, np.uint8), 0.3)
    # The whole of a grid of n pixels, counted from 0 to n, is half a pixel more than from -0.5 to n - 0.5.
    expected = np.array([[0, 0], [width, 0], [width, height], [0, height]])
    assert np.abs(found.quad - expected).max() <= 0.5 * max(1, width / 64, height / 64)
