"""Stopped in the middle and started again: as if nothing had been."""

import signal
from pathlib import Path

import pytest
from dvc.utils.hydra import apply_overrides

from benchmarks.outputs import contents
from tests.checkout import Checkout, options

pytestmark = pytest.mark.slow
TRAIN = ("dvc", "exp", "run", "--force", "--single-item", "train_ocr")
# Of a network that is there at once.
SMALL = {"OCRModelParams.CHANNELS": "[8,8,8,8]", "OCRModelParams.HIDDEN": 8}
LONGER = {**SMALL, "TrainOCRParams.EPOCHS": 4, "MULTIPROCESSING": True}
LAST = "out/checkpoints/ocr/last.ckpt"


@pytest.fixture
def checkout(trained: Checkout, tmp_path: Path) -> Checkout:
    return trained.copy(tmp_path / "checkout").with_identity()


def model(checkout: Checkout) -> dict[str, str]:
    """Say what the trained reader is, and with it what `dvc.lock` says of it."""
    return contents(checkout.root, ["out/models/ocr"])


def steps(checkout: Checkout) -> list[str]:
    """Return the epochs of a curve."""
    curve = checkout.root / "out/runs/ocr/dvclive/plots/metrics/val_exact.tsv"
    return [line.split("\t")[0] for line in curve.read_text().splitlines()]


def drawing(folder: Path) -> bool:
    """Say whether the first pictures of the test set have been written."""
    partial = folder / ".test.partial.npy"
    return partial.exists() and partial.stat().st_size > 0


def test_killed_training_goes_on_where_it_was(checkout: Checkout) -> None:
    assert "resuming" not in checkout.ok(*TRAIN, *options(LONGER))
    undisturbed = model(checkout)
    last = checkout.root / LAST
    assert not last.exists()

    stopped = checkout.until(last.exists, signal.SIGKILL, *TRAIN, *options(LONGER))
    assert stopped.returncode == -signal.SIGKILL
    assert last.exists()
    assert not (checkout.root / "out/models/ocr/weights.safetensors").exists()

    # DVC's own locks are of a process that is no more: they must not stand in the way.
    assert "resuming the interrupted training" in checkout.ok(*TRAIN, *options(LONGER))
    assert model(checkout) == undisturbed
    assert steps(checkout) == ["step", "0", "1", "2", "3"]
    assert not last.exists()


def test_interrupted_drawing_leaves_no_half_set(checkout: Checkout) -> None:
    prepare = ("dvc", "exp", "run", "--single-item", "prepare_stack")
    folder = checkout.root / "data/prepared/stack"
    many = options({"PrepareStackParams.MAX_IMAGES": 20000, "MULTIPROCESSING": True})

    stopped = checkout.until(lambda: drawing(folder), signal.SIGINT, *prepare, *many)
    assert stopped.returncode != 0
    assert not folder.exists() or [path.name for path in folder.iterdir()] == []

    checkout.ok(*prepare, *options({"PrepareStackParams.MAX_IMAGES": 30}))
    assert sorted(path.name for path in folder.iterdir()) == [
        *("drawn_with.json", "hard.csv", "hard.npy", "test.csv", "test.npy")
    ]
    assert "30 test scenes" in checkout.ok("python3", "-m", "src.stack.prepare")


def test_ctrl_c_while_training_is_no_crash(checkout: Checkout) -> None:
    train = ("python3", "-m", "src.ocr.train")
    apply_overrides(checkout.root / "params.py", [f"{name}={LONGER[name]}" for name in LONGER])
    last = checkout.root / LAST
    stopped = checkout.until(last.exists, signal.SIGINT, *train)
    assert stopped.returncode == 130, stopped.stderr
    assert stopped.stderr.splitlines()[-1] == "interrupted"
    assert "Traceback" not in stopped.stderr
    assert "ambiguous" not in stopped.stderr  # Lightning, when it has to guess the size of a batch
    assert "resuming the interrupted training" in checkout.ok(*train)


def test_ctrl_c_while_drawing_is_no_crash(checkout: Checkout) -> None:
    checkout.edit("params.py", r"MAX_IMAGES: int = 40", "MAX_IMAGES: int = 20000")
    checkout.edit("params.py", r"MULTIPROCESSING: bool = False", "MULTIPROCESSING: bool = True")
    folder = checkout.root / "data/prepared/stack"
    command = ("python3", "-m", "src.stack.prepare")
    stopped = checkout.until(lambda: drawing(folder), signal.SIGINT, *command)
    assert stopped.returncode == 130
    assert stopped.stderr.splitlines()[-1] == "interrupted"
    assert "Traceback" not in stopped.stderr
