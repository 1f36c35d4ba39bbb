"""8-bit twins of exported networks: they agree, they are smaller, and what would disagree stays whole."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from src.inference.runtime import onnx_run, onnx_run_any
from src.models.export import export_onnx
from src.models.quantise import LEAST_AGREEMENT, quantise

SIZES = [(32, 64)]
PICTURES = list(np.random.default_rng(3).integers(0, 256, (6, 32, 64), dtype=np.uint8))


class Net(nn.Module):
    """Two convolutions over grey values, the second one large as corners are."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.first, self.second = nn.Conv2d(1, 32, 3, padding=1), nn.Conv2d(32, 4, 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.second(torch.relu(self.first(x.float() / 127.5 - 1)))
        return out


def exported(folder: Path, seed: int = 1) -> Path:
    path = folder / f"{seed}.onnx"
    export_onnx(Net(seed).eval(), SIZES, path)
    return path


def test_the_twin_computes_nearly_the_same_from_fewer_bytes(tmp_path: Path) -> None:
    source, twin = exported(tmp_path), tmp_path / "twin.onnx"
    agreement = quantise(source, PICTURES, SIZES[0], twin)
    assert LEAST_AGREEMENT < agreement < 1
    one = PICTURES[0][None, None]
    whole, small = onnx_run(source)(one), onnx_run(twin)(one)
    assert small.dtype == np.float32
    assert 0 < np.abs(whole - small).max() < 0.1 * whole.std()
    # The last layer is left alone, so its output is not one of 256 values.
    assert len(np.unique(small)) > 1000


def test_same_pictures_same_bytes(tmp_path: Path) -> None:
    source = exported(tmp_path)
    for name in ("a", "b"):
        quantise(source, PICTURES, SIZES[0], tmp_path / name)
    quantise(source, [one // 2 for one in PICTURES], SIZES[0], tmp_path / "c")
    a, b, c = ((tmp_path / name).read_bytes() for name in "abc")
    assert a == b != c


@pytest.mark.parametrize("pictures", [[], PICTURES[:1]])
def test_few_pictures_or_none_will_do(tmp_path: Path, pictures: list[NDArray[np.uint8]]) -> None:
    assert (
        quantise(exported(tmp_path), pictures, SIZES[0], tmp_path / "twin.onnx") > LEAST_AGREEMENT
    )


def test_what_would_disagree_stays_in_32_bits_and_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("src.models.quantise.LEAST_AGREEMENT", 1.0)
    source, twin = exported(tmp_path), tmp_path / "twin.onnx"
    assert quantise(source, PICTURES, SIZES[0], twin) == 1.0
    assert twin.read_bytes() == source.read_bytes()
    assert re.search(r"1\.onnx stays in 32 bits: with 8-bit .* \d+\.\d% ", capsys.readouterr().err)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.onnx", "twin.onnx"]


class Heads(nn.Module):
    """Two heads on one convolution, each at two scales, put side by side as detectors do."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.first = nn.Conv2d(1, 16, 3, stride=2, padding=1)
        self.scores, self.places = nn.Conv2d(16, 2, 3, padding=1), nn.Conv2d(16, 4, 3, padding=1)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        x = torch.relu(self.first(x.float() / 127.5 - 1))
        maps = (x, x[:, :, ::2, ::2])
        return tuple(
            torch.cat([head(m).permute(0, 2, 3, 1).flatten(1, 2) for m in maps], 1)
            for head in (self.scores, self.places)
        )


def test_the_last_layers_of_several_outputs_are_left_alone(tmp_path: Path) -> None:
    source, twin = tmp_path / "a.onnx", tmp_path / "b.onnx"
    export_onnx(Heads().eval(), SIZES, source)
    assert LEAST_AGREEMENT < quantise(source, PICTURES, SIZES[0], twin) < 1
    one = PICTURES[0][None, None]
    for whole, small in zip(onnx_run_any(source)(one), onnx_run_any(twin)(one), strict=True):
        assert 0 < np.abs(whole - small).max() < 0.1 * whole.std()
        assert len(np.unique(small)) > 256


def test_a_network_without_such_layers_stays_as_it_is(tmp_path: Path) -> None:
    class Sums(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.rows = nn.Linear(
                64, 8
            )  # of three dimensions: no fully connected layer of the whole picture

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            out: torch.Tensor = self.rows(x[:, 0].float() / 255).relu()
            return out

    source, twin = tmp_path / "network.onnx", tmp_path / "twin.onnx"
    export_onnx(Sums().eval(), SIZES, source)
    assert quantise(source, PICTURES, SIZES[0], twin) == 1.0
    assert twin.read_bytes() == source.read_bytes()
