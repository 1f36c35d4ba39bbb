"""Only what was measured, and is small, is released."""

import shutil
from pathlib import Path

import pytest
from safetensors.numpy import load_file

from src import release as module
from src.bundle.bundle import Bundle, load_bundle
from src.bundle.origin import Thresholds
from src.common.errors import UserError
from src.inference.card import WEIGHTS, load_card
from src.pipeline.start_weights import read_start_weights, start_weights
from src.release import release
from src.stack.pack import pack
from tests.networks import save_bundle, save_networks


@pytest.fixture
def evaluated(tmp_path: Path) -> Bundle:
    save_networks(tmp_path)
    return pack(tmp_path, tmp_path / "stack", Thresholds(0.3, 0.5, [256]), {"val_acc": 0.9})


def test_a_release_is_the_bundle(evaluated: Bundle, tmp_path: Path) -> None:
    target = tmp_path / "release"
    target.mkdir()
    (target / "old.onnx").write_text("of the last release")
    (target / "notes").mkdir()
    other = shutil.copytree(evaluated.folder, target / "swiss")
    released = release(evaluated.folder, target)
    assert load_bundle(other).card == evaluated.card
    assert released.card == evaluated.card
    assert released.folder == target
    assert {path.name for path in target.iterdir()} == {
        *(*evaluated.files, "weights", "swiss"),
        "README.md",
    }


def test_a_release_has_what_a_training_starts_from(evaluated: Bundle, tmp_path: Path) -> None:
    released = release(evaluated.folder, tmp_path / "elsewhere" / "release")
    for name in ("localize", "ocr"):
        folder = start_weights(released, name)
        assert folder == released.folder / "weights" / name
        weights, exact = read_start_weights(folder), load_file(tmp_path / name / WEIGHTS)
        assert weights.keys() == exact.keys()
        for key, value in exact.items():
            assert weights[key].dtype == value.dtype
            # Half a step of 127 up to a row's largest number.
            rows = value.reshape(len(value), -1) if value.ndim else value.reshape(1, 1)
            step = abs(rows).max(1, keepdims=True) / 127 if value.ndim > 1 else 0
            assert (abs(weights[key].reshape(rows.shape) - rows) <= 0.501 * step).all(), key
        rounded, full = ((f / WEIGHTS).stat().st_size for f in (folder, tmp_path / name))
        assert rounded < 0.5 * full
        assert load_card(folder) == load_card(tmp_path / name)


def test_weights_of_another_training_are_not_released(evaluated: Bundle, tmp_path: Path) -> None:
    (tmp_path / "ocr" / WEIGHTS).write_bytes((tmp_path / "localize" / WEIGHTS).read_bytes())
    with pytest.raises(UserError, match=r"is not what the model in .* was made of"):
        release(evaluated.folder, tmp_path / "release")
    assert not (tmp_path / "release").exists()


def test_what_was_not_evaluated_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"has not been evaluated: run `dvc repro`"):
        release(save_bundle(tmp_path).folder, tmp_path / "release")
    assert not (tmp_path / "release").exists()


def test_what_is_large_is_refused(
    evaluated: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = release(evaluated.folder, tmp_path / "release").folder
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    monkeypatch.setattr(module, "MAX_BYTES", size - 1)
    with pytest.raises(UserError, match=rf"have {size:,} bytes and a release at most {size - 1:,}"):
        release(evaluated.folder, tmp_path / "other")
    assert not (tmp_path / "other").exists()
    monkeypatch.setattr(module, "MAX_BYTES", size)
    release(evaluated.folder, tmp_path / "other")


def test_what_is_damaged_is_refused(evaluated: Bundle, tmp_path: Path) -> None:
    (evaluated.folder / "read.onnx").write_bytes(b"")
    with pytest.raises(UserError, match="damaged"):
        release(evaluated.folder, tmp_path / "release")


def test_limit_is_what_the_project_promises() -> None:
    assert module.MAX_BYTES == 8_000_000
