"""The entry of the training container, run in a folder laid out as a hosted training's."""

import json
import signal
import threading
from pathlib import Path

import pytest

from src import job
from src.bundle.bundle import load_bundle
from src.jobs.local import _free_ports
from src.jobs.request import Request
from tests.checkout import Checkout, Done
from tests.jobs.hosted import SMALL, lay_out, write_channels


def failure(root: Path) -> str:
    return (root / "output/failure").read_text()


@pytest.mark.parametrize(
    ("hyperparameters", "arguments", "code", "said"),
    [
        ({"epoch": "3"}, [], 1, "no hyper-parameter is called 'epoch': did you mean epochs?"),
        ({"epochs": "3"}, ["--epoch", "4"], 1, "did you mean epochs?"),
        ({"devices": "two"}, [], 1, "devices is 'two': give a whole number"),
        ({}, ["--epochs"], 2, "--epochs has no value"),
        ({}, ["epochs"], 2, "'epochs' is neither an option nor --NAME VALUE"),
        ({}, ["--data", "own"], 2, "'own' is not NAME=VALUE"),
    ],
)
def test_what_is_wrong_is_one_line_in_the_failure_file(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    hyperparameters: dict[str, str],
    arguments: list[str],
    code: int,
    said: str,
) -> None:
    lay_out(tmp_path, hyperparameters)
    with pytest.raises(SystemExit) as ended:
        job.main(["train", "--root", str(tmp_path), *arguments])
    assert ended.value.code == code
    assert said in failure(tmp_path)
    assert f"error: {failure(tmp_path)}" in capsys.readouterr().err


def test_a_defect_has_a_code_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(request: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(job, "run", broken)
    with pytest.raises(SystemExit) as ended:
        job.main(["train", f"--root={lay_out(tmp_path, {})}"])
    assert ended.value.code == job.EXIT_DEFECT
    assert failure(tmp_path) == "ZeroDivisionError: division by zero"


def test_arguments_come_before_hyperparameters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Request] = []
    monkeypatch.setattr(job, "run", asked.append)
    monkeypatch.setenv("TRAINING_JOB_NAME", "plates-1")
    lay_out(tmp_path, {"epochs": "3", "learning_rate": "0.1", "tag": "PLv7", "stage": "train_ocr"})
    job.main(["train", "--root", str(tmp_path), "--epochs=4", "-S", "plate_format=european"])
    (request,) = asked
    assert request.overrides == [
        "params.py:TrainLocalizeParams.EPOCHS=4",
        "params.py:TrainLocalizeParams.LR=0.1",
        "plate_format=european",
    ]
    assert (request.tag, request.name, request.stages) == ("PLv7", "plates-1", ("train_ocr",))
    assert request.out == tmp_path / "model"
    assert request.checkpoints == tmp_path / "checkpoints"


def test_without_a_place_to_write_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        job.main(["test"])
    assert ended.value.code == job.EXIT_USAGE
    assert "--root, or both --out and --checkpoints" in capsys.readouterr().err


TINIEST = SMALL | {
    "PrepareLocalizeParams.MAX_IMAGES": "20",
    "PrepareOCRParams.MAX_IMAGES": "20",
    "LocalizeModelParams.CHANNELS": "[8,8,8,8]",
    "LocalizeModelParams.REFINER_CHANNELS": "[8,8,8]",
    "LocalizeModelParams.REFINER_HIDDEN": "8",
    "OCRModelParams.CHANNELS": "[8,8,8,8]",
    "OCRModelParams.HIDDEN": "8",
    "mini_batch_size": "4",
}
HOSTS = ("127.0.0.1", "localhost")


@pytest.mark.slow
def test_two_hosts_train_one_model(fresh: Checkout, tmp_path: Path) -> None:
    roots = [lay_out(tmp_path / host, TINIEST, HOSTS, host) for host in HOSTS]
    for root in roots:
        write_channels(root / "input/data", {"train": 3, "validation": 2})
    # Two ports that are free, for the machine is one.
    port = str(_free_ports())
    stages = ("--stage", "train_localize", "--stage", "train_ocr", "--tag", "two")
    done: dict[Path, Done] = {}

    def host(root: Path) -> None:
        command = ("python3", "-m", "src.job", "train", "--root", str(root), *stages)
        done[root] = fresh.run("env", f"MASTER_PORT={port}", *command)

    threads = [threading.Thread(target=host, args=(root,)) for root in roots]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for root in roots:
        assert done[root].returncode == 0, done[root].stdout + done[root].stderr
        assert not (root / "output/failure").exists()
        assert not list(root.glob("job-*"))
    first, other = roots
    assert "train localize, epoch 1/1" in done[first].stderr
    # All of it is written by the first host.
    assert not (other / "model").exists()
    card = load_bundle(first / "model").card
    assert card.run == {"job": "train", "tag": "two", "nodes": "2", "devices": "1"}
    assert card.revision == fresh.ok("git", "rev-parse", "HEAD").strip()
    assert card.data.keys() >= {"data/datasets/photos/channels", "data/prepared/localize"}
    assert card.ancestry == ()
    metrics = json.loads((first / "output/data/out/runs/localize/metrics.json").read_text())
    assert metrics["val_photo_pictures"] == 2


@pytest.mark.slow
def test_a_job_that_was_ended_goes_on_after_the_last_epoch(fresh: Checkout, tmp_path: Path) -> None:
    root = lay_out(tmp_path / "ml", TINIEST | {"TrainOCRParams.EPOCHS": "3"})
    command = ("python3", "-m", "src.job", "train", "--root", str(root), "--stage", "train_ocr")
    checkpoint = root / "checkpoints/training/ocr/last.ckpt"
    ended = fresh.until(checkpoint.is_file, signal.SIGTERM, *command)
    assert ended.returncode in (143, -15), ended.stderr
    assert not (root / "output/failure").exists()
    said = fresh.ok(*command)
    assert "resuming the interrupted training in out/checkpoints/ocr after epoch" in said
    assert (root / "model/ocr/weights.safetensors").is_file()
