"""The engine is chosen by name."""

from pathlib import Path

import numpy as np
import pytest

from src.common.errors import UserError
from src.inference.card import CARD, ONNX, ONNX_INT8, REFINER_ONNX, REFINER_ONNX_INT8, WEIGHTS
from src.inference.refiner_crop import CROP_HEIGHT, CROP_WIDTH
from src.stack.backends import RUNTIMES, load_runs
from tests.networks import save_networks

PICTURES = np.zeros((1, 1, 64, 64), np.uint8)
LOOKS = np.zeros((1, 1, CROP_HEIGHT, CROP_WIDTH), np.uint8)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("models")
    save_networks(folder)
    return folder


def test_all_engines_compute_the_same(models: Path) -> None:
    torch = load_runs("torch", models, refined=True)
    assert torch.refine is not None
    plates = np.zeros((2, 1, 32, 128), np.uint8)
    for name in ("onnx", "onnx-int8"):
        onnx = load_runs(name, models, refined=True)
        assert onnx.refine is not None
        np.testing.assert_allclose(onnx.localize(PICTURES), torch.localize(PICTURES), atol=1e-4)
        np.testing.assert_allclose(onnx.refine(LOOKS), torch.refine(LOOKS), atol=1e-4)
        np.testing.assert_allclose(onnx.read(plates), torch.read(plates), atol=1e-4)


@pytest.mark.parametrize(
    ("runtime", "needed"),
    [
        ("onnx-int8", (ONNX_INT8, REFINER_ONNX_INT8)),
        ("onnx", (ONNX, REFINER_ONNX)),
        ("torch", (WEIGHTS,)),
    ],
)
def test_each_engine_needs_its_own_files_only(
    tmp_path: Path, runtime: str, needed: tuple[str, ...]
) -> None:
    save_networks(tmp_path)
    for path in tmp_path.rglob("*.*"):
        if path.name not in (CARD, *needed):
            path.unlink()
    load_runs(runtime, tmp_path, refined=True)
    for other in RUNTIMES:
        if other != runtime:
            with pytest.raises(UserError, match="dvc repro"):
                load_runs(other, tmp_path, refined=True)


def test_a_localizer_that_has_a_refiner_needs_it(tmp_path: Path) -> None:
    save_networks(tmp_path)
    (tmp_path / "localize" / REFINER_ONNX).unlink()
    assert load_runs("onnx", tmp_path, refined=False).refine is None
    with pytest.raises(UserError, match=r"refiner\.onnx"):
        load_runs("onnx", tmp_path, refined=True)


def test_8_bit_onnx_is_the_default() -> None:
    assert RUNTIMES[0] == "onnx-int8"


def test_unknown_engine_names_the_known(tmp_path: Path) -> None:
    with pytest.raises(
        UserError, match="unknown runtime 'tensorrt': choose one of onnx-int8, onnx, torch"
    ):
        load_runs("tensorrt", tmp_path, refined=True)
