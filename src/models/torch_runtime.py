"""Running a network in torch, on the weights, as ONNX Runtime runs the file that was exported of it."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ..inference.runtime import Raw, Run


def torch_run(network: nn.Module) -> Run:
    """Return a network, in evaluation mode, as a function; it runs where its weights are."""
    device = next(network.parameters()).device

    @torch.inference_mode()
    def run(pictures: NDArray[np.uint8]) -> Raw:
        return as_raw(network(torch.from_numpy(pictures).to(device)))

    return run


def as_raw(output: Tensor) -> Raw:
    """Return what a network in evaluation mode gave in torch as an engine without torch gives it."""
    raw: Raw = output.detach().float().cpu().numpy()
    return raw
