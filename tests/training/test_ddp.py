"""Two processes train one network: as one would, until one of them is gone."""

import os
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import torch
from dvc.utils.hydra import apply_overrides

from src.training.ema import WeightAverage
from tests.checkout import Checkout, clone

pytestmark = pytest.mark.slow
# Networks and sets as small as they get. Most scenes are empty, so that some parts of a batch have no plate while
# others have, and some batches have none at all; the last batch is of three. Each process draws its own dropout: none.
SMALL = [
    "MULTIPROCESSING=False",
    "BATCH_SIZE=4",
    "PrepareLocalizeParams.MAX_IMAGES=30",
    "PrepareLocalizeParams.EMPTY_SHARE=0.7",
    "PrepareOCRParams.MAX_IMAGES=30",
    "LocalizeModelParams.CHANNELS=[8,8,8,8]",
    "LocalizeModelParams.REFINER_CHANNELS=[8,8,8]",
    "LocalizeModelParams.REFINER_HIDDEN=8",
    "OCRModelParams.CHANNELS=[8,8,8,8]",
    "OCRModelParams.HIDDEN=8",
    "OCRModelParams.DROPOUT=0.0",
    "TrainLocalizeParams.EPOCHS=2",
    "TrainOCRParams.EPOCHS=2",
    # Each process averages for itself, and sees for itself that the loss no longer falls.
    "TrainLocalizeParams.EMA_DECAY=0.9",
    "TrainOCRParams.EMA_DECAY=0.9",
    "TrainOCRParams.PLATEAU_PATIENCE=1",
]
TORCHRUN = ("python3", "-m", "torch.distributed.run", "--nproc-per-node")
# Largest difference of a weight after two epochs in double precision.
TOLERANCE = 1e-9


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    checkout = clone(tmp_path_factory.mktemp("ddp"))
    apply_overrides(checkout.root / "params.py", SMALL)
    apply_overrides(checkout.root / "params.yaml", ["schedule=plateau_slope"])
    for model in ("localize", "ocr"):
        checkout.ok("python3", "-m", f"src.{model}.prepare")
    return checkout


def trained(checkout: Checkout, model: str) -> dict[str, Any]:
    """Take away the checkpoints of a training, lest the next one goes on from one, and return what the last holds."""
    folder = checkout.root / f"out/checkpoints/{model}"
    content: dict[str, Any] = torch.load(folder / "last.ckpt", weights_only=True)
    shutil.rmtree(folder)
    return content


@pytest.mark.parametrize("model", ["localize", "ocr"])
def test_two_processes_learn_what_one_does(prepared: Checkout, model: str) -> None:
    stage = ("-m", "tests.training.widened", f"src.{model}.train")
    # Started so, it too normalises the batch in one piece and not in parts.
    alone = prepared.ok(*TORCHRUN, "1", *stage)
    expected = trained(prepared, model)
    both = prepared.ok(*TORCHRUN, "2", *stage)
    got = trained(prepared, model)

    assert expected["epoch"] == got["epoch"] == 1
    assert expected["global_step"] == got["global_step"] == 14
    weights, others = expected["state_dict"], got["state_dict"]
    worst = max(float((weights[name] - others[name]).abs().max()) for name in weights)
    assert worst <= TOLERANCE
    averages = [content[WeightAverage.KEY]["weights"] for content in (expected, got)]
    worst = max(float((averages[0][name] - averages[1][name]).abs().max()) for name in averages[0])
    assert worst <= TOLERANCE
    metrics = {k: v for k, v in expected["epochs"][-1].items() if k != "images_per_second"}
    assert {k: got["epochs"][-1][k] for k in metrics} == pytest.approx(metrics, rel=1e-6)
    # One process speaks, of one result.
    assert [line for line in both.splitlines() if line.startswith(f"{model}: ")] == [
        line for line in alone.splitlines() if line.startswith(f"{model}: ")
    ]


def processes(folder: Path) -> dict[str, int]:
    """Return the processes of a training that runs in a folder, by their ranks."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if process.joinpath("cwd").readlink() != folder:
                continue
            entries = process.joinpath("environ").read_bytes().split(b"\0")
        except OSError:  # gone, or somebody else's
            continue
        found.update({e[5:].decode(): int(process.name) for e in entries if e.startswith(b"RANK=")})
    return found


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds processes in /proc")
@pytest.mark.parametrize("lost", ["0", "1"])
def test_a_lost_process_ends_the_training_which_then_goes_on(
    prepared: Checkout, tmp_path: Path, lost: str
) -> None:
    checkout = prepared.copy(tmp_path / "checkout")
    apply_overrides(
        checkout.root / "params.py", ["TrainOCRParams.EPOCHS=12", "TrainOCRParams.DEVICES=2"]
    )
    last, stage = (
        checkout.root / "out/checkpoints/ocr/last.ckpt",
        ("python3", "-m", "src.ocr.train"),
    )
    process = checkout.start(*stage)
    try:
        end = time.monotonic() + 300
        while not last.exists() and process.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        assert process.poll() is None, process.communicate()
        ranks = processes(checkout.root)
        assert sorted(ranks) == ["0", "1"]
        os.kill(ranks.pop(lost), signal.SIGKILL)
        killed = time.monotonic()
        _, output = process.communicate(timeout=60)
        assert time.monotonic() - killed < 60
    finally:
        for pid in (*processes(checkout.root).values(), process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    assert process.returncode == 1
    assert f"error: process {lost} of 2 was lost (SIGKILL): run the stage again" in output
    assert not any(Path(f"/proc/{other}").exists() for other in ranks.values())
    assert not (checkout.root / "out/models/ocr/card.json").exists()

    # With another number of processes, too.
    again = checkout.ok(*(stage if lost == "1" else (*TORCHRUN, "1", *stage[1:])))
    assert again.count("resuming the interrupted training") == 1
    assert (checkout.root / "out/models/ocr/card.json").is_file()
    assert not last.exists()
