"""Running a network in torch, on the weights, as ONNX Runtime runs the file that was exported of it."""

from typing import overload

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ..inference.runtime import AnyRun, Raw, Raws, Run, single

# What a network gives in torch: its raw tensor, or several of as many rows.
Output = Tensor | tuple[Tensor, ...]


def torch_run(network: nn.Module) -> Run:
    """Return a network with a single output as a function; see `torch_run_any`."""
    return single(torch_run_any(network))


def torch_run_any(network: nn.Module) -> AnyRun:
    """Return a network, in evaluation mode, as a function; it runs where its weights are."""
    device = next(network.parameters()).device

    @torch.inference_mode()
    def run(pictures: NDArray[np.uint8]) -> Raws:
        output: Output = network(torch.from_numpy(pictures).to(device))
        return as_raw(output)

    return run


@overload
def as_raw(output: Tensor) -> Raw: ...
@overload
def as_raw(output: tuple[Tensor, ...]) -> tuple[Raw, ...]: ...
@overload
def as_raw(output: Output) -> Raws: ...
def as_raw(output: Output) -> Raws:
    """Return what a network in evaluation mode gave in torch as an engine without torch gives it."""
    if isinstance(output, tuple):
        return tuple(as_raw(tensor) for tensor in output)
    raw: Raw = output.detach().float().cpu().numpy()
    return raw
