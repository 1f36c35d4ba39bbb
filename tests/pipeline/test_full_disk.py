"""A disk that is full is said to be, leaves nothing half written, and once there is room nothing has happened."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from benchmarks.kill import Stage, all_stages
from benchmarks.outputs import contents, remove
from tests.checkout import Checkout, Done

pytestmark = pytest.mark.slow


def stage_of(checkout: Checkout, name: str) -> Stage:
    (stage,) = [stage for stage in all_stages(checkout.root) if stage.name == name]
    return stage


def complaint(done: Done) -> str:
    """Return the line that a stage ended with."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    line = done.stderr.splitlines()[-1]
    assert line.startswith("error: ")
    return line


# Limits in KiB: below the largest file of a stage, and above those that libraries of it write.
@pytest.mark.parametrize(
    ("name", "limit", "named"),
    [
        ("prepare_ocr", 16, "data/prepared/ocr/val.npy"),
        ("train_ocr", 512, "out/checkpoints/ocr/best.ckpt"),
        ("evaluate_ocr", 16, "out/evaluations/ocr/plots/images/predictions.jpg"),
        ("save_stack", 64, "out/models/.stack.partial/localize.onnx"),
    ],
)
def test_what_cannot_be_written_is_named(
    trained: Checkout, tmp_path: Path, name: str, limit: int, named: str
) -> None:
    # A limit that the system enforces on every file, as any user may have it do.
    checkout = trained.copy(tmp_path / "checkout")
    stage = stage_of(checkout, name)
    if name == "save_stack":  # no stage of the pipeline, and so not yet run
        checkout.ok("python3", "-m", stage.module)
    expected = contents(checkout.root, stage.outputs)
    remove(checkout.root, stage.outputs)

    limited = f"ulimit -f {limit}; exec python3 -m {stage.module}"
    line = complaint(checkout.run("bash", "-c", limited))
    assert f"{named} would be larger than the system lets a file be" in line
    assert contents(checkout.root, stage.outputs).items() <= expected.items()

    checkout.ok("python3", "-m", stage.module)
    assert contents(checkout.root, stage.outputs) == expected


@contextmanager
def disk(place: Path, size: str) -> Iterator[None]:
    """Put a small disk in place of a folder; skip where that is not allowed."""
    place.mkdir(parents=True, exist_ok=True)
    command = ("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place))
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("no mount here")
    if done.returncode:
        pytest.skip(f"may not mount: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(("umount", str(place)), check=True)


def test_training_goes_on_when_there_is_room_again(trained: Checkout, tmp_path: Path) -> None:
    checkout = trained.copy(tmp_path / "checkout", "checkpoints")
    stage = stage_of(checkout, "train_ocr")
    expected = contents(checkout.root, stage.outputs)
    remove(checkout.root, stage.outputs)
    checkpoints = checkout.root / "out/checkpoints"
    with disk(checkpoints, "64m"):
        ballast = checkpoints / "ballast"
        ballast.write_bytes(bytes((64 << 20) - (2 << 20)))
        line = complaint(checkout.run("python3", "-m", stage.module))
        assert f"no space left to write {checkpoints}/ocr/best.ckpt: free some disk space" in line
        assert not (checkpoints / "ocr/best.ckpt").exists()
        ballast.unlink()
        checkout.ok("python3", "-m", stage.module)
    assert contents(checkout.root, stage.outputs) == expected


def test_temporary_files_may_be_on_another_disk(
    trained: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Path("/dev/shm")
    if not os.access(other, os.W_OK) or other.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("/dev/shm is not another disk here")
    checkout = trained.copy(tmp_path / "checkout")
    stage = stage_of(checkout, "train_ocr")
    expected = contents(checkout.root, stage.outputs)
    remove(checkout.root, stage.outputs)
    with TemporaryDirectory(dir=other) as folder:
        monkeypatch.setenv("TMPDIR", folder)
        checkout.ok("python3", "-m", stage.module)
        checkout.ok("python3", "-m", "src.save_stack")
        assert list(Path(folder).iterdir()) == []
    assert contents(checkout.root, stage.outputs) == expected
