"""ONNX files compute what torch does, are the same bytes each time, and are refused when they do not."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from src.architectures.localizers.registry import build_localizer
from src.architectures.readers.registry import build_reader
from src.common.errors import UserError
from src.inference.runtime import onnx_run, onnx_run_any
from src.inference.settings import Size, Value
from src.models.export import TOLERANCE, check_parity, export_onnx, try_export
from src.models.torch_runtime import torch_run, torch_run_any
from tests.source import ROOT

LOCALIZE: dict[str, Value] = {"channels": [4, 4, 8, 8], "blocks": [1, 1, 1]}
LOCALIZE |= {"refiner_channels": [4, 8, 8], "refiner_hidden": 8}
READ: dict[str, Value] = {"channels": [4, 4, 8, 8], "hidden": 8, "dropout": 0.5}
FREE = [(64, 64), (32, 96), (96, 128)]


def network_of(name: str) -> nn.Module:
    """A network whose every weight and norm matters, in training mode as at the end of a run."""
    torch.manual_seed(1)
    if name == "refiner":
        refiner = build_localizer("corner_detector", LOCALIZE, (64, 64)).refiner
        assert refiner is not None
        network: nn.Module = refiner
    elif name in ("corner_detector", "plate_localizer_v3"):
        network = build_localizer(name, LOCALIZE if name == "corner_detector" else {}, (64, 64))
    else:
        network = build_reader(name, READ if name == "ctc_reader" else {}, (32, 64), "01234")
    for tensor in network.state_dict().values():
        if tensor.is_floating_point() and tensor.ndim <= 2:
            tensor.copy_(torch.rand_like(tensor) * 0.2 + (0.1 if tensor.ndim == 1 else -0.1))
    return network


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("corner_detector", FREE),
        ("refiner", [(64, 128)]),
        ("plate_localizer_v3", [(64, 64)]),
        ("ctc_reader", [(32, 64)]),
        ("plate_ocr_v2", [(32, 64)]),
    ],
)
def test_onnx_runtime_computes_what_torch_does(
    tmp_path: Path, name: str, sizes: Sequence[Size]
) -> None:
    network = network_of(name)
    deviation = export_onnx(network, sizes, tmp_path / "network.onnx")
    assert deviation < 1e-4
    assert network.training  # it stays as it was
    # Sizes and counts that the check of the export has not seen.
    height, width = (160, 32) if len(sizes) > 1 else sizes[0]
    rng = np.random.default_rng(5)
    for count in (1, 2, 7):
        pictures = rng.integers(0, 256, (count, 1, height, width), np.uint8)
        expected = torch_run(network.eval())(pictures)
        got = onnx_run(tmp_path / "network.onnx")(pictures)
        assert got.dtype == np.float32
        assert got.std() > 1e-3  # the output says something
        np.testing.assert_allclose(got, expected, atol=1e-4)


@pytest.mark.parametrize("name", ["corner_detector", "ctc_reader"])
def test_same_weights_same_bytes(tmp_path: Path, name: str) -> None:
    network, sizes = network_of(name), FREE if name == "corner_detector" else [(32, 64)]
    export_onnx(network, sizes, tmp_path / "a.onnx")
    # As a training run leaves it.
    network.to(memory_format=torch.channels_last).eval()  # type: ignore[call-overload]
    export_onnx(network, sizes, tmp_path / "b.onnx")
    assert (tmp_path / "a.onnx").read_bytes() == (tmp_path / "b.onnx").read_bytes()


@pytest.mark.slow
def test_same_bytes_in_another_process(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.models.test_export import network_of; "
        "from src.models.export import export_onnx; "
        "export_onnx(network_of('ctc_reader'), [(32, 64)], Path(sys.argv[1]))"
    )
    files = [tmp_path / f"{seed}.onnx" for seed in "12"]
    for file in files:
        subprocess.run(
            [sys.executable, "-c", code, str(file)],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": file.stem},
            check=True,
        )
    assert files[0].read_bytes() == files[1].read_bytes()


class Branching(nn.Module):
    """Does with bright pictures what tracing a dark one does not see."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(2.0))

    def forward(self, images: Tensor) -> Tensor:
        x = images.float()
        return (x * self.scale if x.mean() > 50 else x).flatten(1)


@pytest.mark.filterwarnings("ignore:Converting a tensor to a Python")
def test_what_tracing_cannot_follow_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "network.onnx"
    path.write_bytes(b"old")
    with pytest.raises(UserError, match=r"network\.onnx differs from the weights by 2\.[56]e\+02"):
        export_onnx(Branching(), [(8, 8)], path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


class Unknown(nn.Module):
    """Computes something that ONNX has no operator for."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(2.0))

    def forward(self, images: Tensor) -> Tensor:
        return torch.special.bessel_j0(images.float() * self.scale).flatten(1)


@pytest.mark.filterwarnings("ignore:Converting a tensor to a Python")
@pytest.mark.parametrize(
    ("network", "why"),
    [(Branching(), "network.onnx differs from the weights"), (Unknown(), "bessel_j0")],
)
def test_what_cannot_be_exported_is_known_before_training(network: nn.Module, why: str) -> None:
    told = f"{type(network).__name__} cannot be exported as network.onnx, which is tried before"
    with pytest.raises(UserError, match=f"{told}.*{why}") as caught:
        try_export(network, [(8, 8)], "network.onnx")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["corner_detector", "ctc_reader"])
def test_trying_leaves_the_network_and_the_random_numbers_alone(name: str) -> None:
    network = network_of(name).train()
    before = {key: value.clone() for key, value in network.state_dict().items()}
    state = torch.get_rng_state()
    try_export(network, FREE if name == "corner_detector" else [(32, 64)], "network.onnx")
    assert network.training
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(value, before[key]) for key, value in network.state_dict().items())


def answer(value: float, shape: tuple[int, ...] = (4,)) -> Any:
    return lambda pictures: np.full((len(pictures), *shape), value, np.float32)


def test_deviation_is_the_largest_difference() -> None:
    def off_for_three(pictures: np.ndarray) -> np.ndarray:
        raw = np.zeros((len(pictures), 4), np.float32)
        raw[2:, 1] = -0.0005
        return raw

    assert check_parity(answer(0), answer(0), [(8, 8)], Path("x")) == 0
    assert check_parity(answer(0), off_for_three, [(8, 8)], Path("x")) == pytest.approx(0.0005)


@pytest.mark.parametrize("value", [1 + 2 * TOLERANCE, 1 - 2 * TOLERANCE, np.nan, np.inf])
def test_too_large_a_difference_is_refused(value: float) -> None:
    with pytest.raises(UserError, match=r"x\.onnx differs.*train again"):
        check_parity(answer(1), answer(value), [(8, 8)], Path("x.onnx"))


def test_another_shape_is_refused() -> None:
    with pytest.raises(UserError, match=r"\(1, 1\) where torch answers \(1, 4\)"):
        check_parity(answer(1), answer(1, (1,)), [(8, 8)], Path("x.onnx"))


class Two(nn.Module):
    """Two outputs of as many rows, one of them of cells."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.conv = nn.Conv2d(1, 3, 3, stride=2, padding=1)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        x = self.conv(images.float() / 255)
        return x.flatten(2).transpose(1, 2), 7 * x.mean((2, 3))


def test_several_outputs_are_several_arrays(tmp_path: Path) -> None:
    path, network = tmp_path / "network.onnx", Two().eval()
    assert export_onnx(network, [(8, 8), (4, 12)], path) < 1e-4
    pictures = np.random.default_rng(5).integers(0, 256, (3, 1, 6, 8), np.uint8)
    expected, got = torch_run_any(network)(pictures), onnx_run_any(path)(pictures)
    assert isinstance(got, tuple)
    assert [one.shape for one in got] == [(3, 12, 3), (3, 3)]
    for one, other in zip(got, expected, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
    with pytest.raises(ValueError, match="2 outputs, and one is expected"):
        onnx_run(path)(pictures)


def test_each_of_several_outputs_is_compared() -> None:
    def two(first: float, second: float) -> Any:
        return lambda pictures: (answer(first)(pictures), answer(second)(pictures))

    assert check_parity(two(0, 1), two(0.0002, 1.0005), [(8, 8)], Path("x")) == pytest.approx(
        0.0005, rel=1e-3
    )
    with pytest.raises(UserError, match="differs from the weights"):
        check_parity(two(0, 1), two(0, 2), [(8, 8)], Path("x"))
    with pytest.raises(UserError, match=r"answers \(1, 4\) where torch answers \(1, 4\), \(1, 4\)"):
        check_parity(two(0, 1), answer(0), [(8, 8)], Path("x"))
