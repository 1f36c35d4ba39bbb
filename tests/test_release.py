"""Only what was measured, and is small, is released."""

from pathlib import Path

import pytest

from src import release as module
from src.bundle.bundle import Bundle
from src.bundle.origin import Thresholds
from src.common.errors import UserError
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
    released = release(evaluated.folder, target)
    assert released.card == evaluated.card
    assert released.folder == target
    assert sorted(path.name for path in target.iterdir()) == sorted(evaluated.files)


def test_what_was_not_evaluated_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"has not been evaluated: run `dvc repro`"):
        release(save_bundle(tmp_path).folder, tmp_path / "release")
    assert not (tmp_path / "release").exists()


def test_what_is_large_is_refused(
    evaluated: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = sum((evaluated.folder / name).stat().st_size for name in evaluated.files)
    monkeypatch.setattr(module, "MAX_BYTES", size - 1)
    with pytest.raises(UserError, match=rf"has {size:,} bytes and a release at most {size - 1:,}"):
        release(evaluated.folder, tmp_path / "release")
    monkeypatch.setattr(module, "MAX_BYTES", size)
    release(evaluated.folder, tmp_path / "release")


def test_what_is_damaged_is_refused(evaluated: Bundle, tmp_path: Path) -> None:
    (evaluated.folder / "read.onnx").write_bytes(b"")
    with pytest.raises(UserError, match="damaged"):
        release(evaluated.folder, tmp_path / "release")


def test_limit_is_what_the_project_promises() -> None:
    assert module.MAX_BYTES == 8_000_000
