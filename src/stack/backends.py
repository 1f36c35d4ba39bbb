"""Which engine runs a trained network."""

from pathlib import Path

from torch import nn

from src.common.errors import UserError
from src.models.runtime import Run, onnx_run, torch_run

# By name, the default first: ONNX Runtime on the processor, and torch, which uses a GPU where there is one.
RUNTIMES = ("onnx", "torch")


def choose_run(runtime: str, network: nn.Module, path: Path) -> Run:
    """Return a loaded network as a function, run by the engine of this name.

    path: the network's ONNX file. Raises UserError for an unknown name, or when the file is needed and is missing or
    damaged.
    """
    if runtime not in RUNTIMES:
        raise UserError(f"unknown runtime {runtime!r}: choose one of {', '.join(RUNTIMES)}")
    # One thread: the networks are small, and threads of several sessions would wait for one another.
    return onnx_run(path, threads=1) if runtime == "onnx" else torch_run(network)
