"""The engine is chosen by name."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from src.common.errors import UserError
from src.models.export import export_onnx
from src.stack.backends import RUNTIMES, choose_run


def constant(value: float) -> nn.Module:
    """A network that answers one number."""
    layer = nn.Linear(4, 1)
    nn.init.zeros_(layer.weight)
    nn.init.constant_(layer.bias, value)
    return nn.Sequential(nn.Flatten(), Float(), layer).eval()


class Float(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.float()


@pytest.mark.parametrize(("runtime", "expected"), [("onnx", 1.0), ("torch", 2.0)])
def test_each_engine_runs_its_own(tmp_path: Path, runtime: str, expected: float) -> None:
    # The file of one network beside the weights of another tells which of them ran.
    export_onnx(constant(1.0), [(2, 2)], tmp_path / "network.onnx")
    run = choose_run(runtime, constant(2.0), tmp_path / "network.onnx")
    assert run(np.zeros((3, 1, 2, 2), np.uint8)).tolist() == [[expected]] * 3


def test_torch_needs_no_onnx_file(tmp_path: Path) -> None:
    choose_run("torch", constant(2.0), tmp_path / "nothing.onnx")


def test_onnx_is_the_default() -> None:
    assert RUNTIMES[0] == "onnx"


def test_unknown_engine_names_the_known(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="unknown runtime 'tensorrt': choose one of onnx, torch"):
        choose_run("tensorrt", constant(1.0), tmp_path / "network.onnx")
