"""Both engines behind one signature."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from torch import Tensor, nn

from src.common.errors import UserError
from src.inference.engine import Engine, EngineError
from src.inference.runtime import onnx_run
from src.models.export import export_onnx
from src.models.torch_runtime import torch_run


class Means(nn.Module):
    """Half of each picture's mean, in double precision."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(0.5))

    def forward(self, images: Tensor) -> Tensor:
        return (images.float().mean((2, 3)) * self.scale).double()


PICTURES = np.stack([np.full((1, 2, 2), grey, np.uint8) for grey in (10, 200)])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    class Plain(Means):
        def forward(self, images: Tensor) -> Tensor:
            return super().forward(images).float()

    export_onnx(Plain(), [(2, 2)], tmp_path / "network.onnx")
    return tmp_path / "network.onnx"


def test_torch_gives_float32_without_gradients() -> None:
    raw = torch_run(Means())(PICTURES)
    assert raw.dtype == np.float32
    assert raw.tolist() == [[5.0], [100.0]]


@pytest.mark.parametrize("threads", [1, 2])
def test_onnx_gives_the_same(path: Path, threads: int) -> None:
    raw = onnx_run(path, Engine(threads=threads))(PICTURES)
    assert raw.dtype == np.float32
    assert raw.tolist() == [[5.0], [100.0]]


def test_several_threads_may_call_it(path: Path) -> None:
    run = onnx_run(path)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: run(PICTURES[[n % 2]]).item(), range(40)))
    assert answers == [5.0, 100.0] * 20


def test_missing_file_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no exported network .*network\.onnx.*dvc repro"):
        onnx_run(tmp_path / "network.onnx")


@pytest.mark.parametrize("damage", ["empty", "text", "half"])
def test_damaged_file_is_refused(path: Path, damage: str) -> None:
    whole = path.read_bytes()
    parts = {"empty": b"", "text": b"not a network", "half": whole[: len(whole) // 2]}
    path.write_bytes(parts[damage])
    with pytest.raises(UserError, match=r"network\.onnx is damaged.*dvc repro -f"):
        onnx_run(path)


def test_foreign_network_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("src.inference.runtime.RAW", "logits")
    with pytest.raises(UserError, match="no network of this project"):
        onnx_run(path)


def test_a_provider_that_does_not_start_gives_way_to_nothing(path: Path) -> None:
    """ONNX Runtime takes the processor then, and says so in a warning that nobody reads."""
    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("it starts here")
    with (
        pytest.warns(UserWarning, match="CUDA"),
        pytest.raises(EngineError, match="cannot start it here"),
    ):
        onnx_run(path, Engine("cuda"))
