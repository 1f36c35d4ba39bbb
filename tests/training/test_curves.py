"""Curves have one point for each epoch, however often a run was stopped."""

import json
import sqlite3
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from src.common.errors import UserError
from src.training.curves import Curves

EPOCHS = [
    {"val_good": 0.25, "lr": 0.5},
    {"val_good": 0.5, "lr": 0.25},
    {"val_good": 0.75, "lr": 0.125},
]


def table(folder: Path) -> str:
    return (folder / "dvclive/plots/metrics/val_good.tsv").read_text()


def events(folder: Path) -> list[tuple[int, float]]:
    read = EventAccumulator(str(folder / "tensorboard")).Reload()
    assert read.Tags()["scalars"] == ["val_good", "lr"]
    return [(event.step, event.value) for event in read.Scalars("val_good")]


@pytest.mark.parametrize("known", [0, 1, 2, 3])
def test_a_resumed_run_has_the_curves_of_an_undisturbed_one(tmp_path: Path, known: int) -> None:
    # Killed in its third epoch; its checkpoint is of one of those before.
    killed = Curves(tmp_path)
    for values in EPOCHS:
        killed.add(values)
    resumed = Curves(tmp_path, EPOCHS[:known])
    for values in EPOCHS[known:]:
        resumed.add(values)
    resumed.end()
    assert table(tmp_path) == "step\tval_good\n0\t0.25\n1\t0.5\n2\t0.75\n"
    assert events(tmp_path) == [(0, 0.25), (1, 0.5), (2, 0.75)]
    summary = json.loads((tmp_path / "dvclive/metrics.json").read_text())
    assert summary == {"val_good": 0.75, "lr": 0.125, "step": 2}


def test_curves_that_a_crash_has_torn_do_not_matter(tmp_path: Path) -> None:
    Curves(tmp_path).add(EPOCHS[0])
    for path in [*tmp_path.rglob("*.tsv"), *tmp_path.rglob("*.json"), *tmp_path.rglob("events*")]:
        path.write_bytes(path.read_bytes()[:-3])
    Curves(tmp_path, EPOCHS[:1]).add(EPOCHS[1])
    assert table(tmp_path) == "step\tval_good\n0\t0.25\n1\t0.5\n"
    assert events(tmp_path) == [(0, 0.25), (1, 0.5)]


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    kept = Curves(tmp_path)
    monkeypatch.setattr("dvclive.Live.next_step", fail)
    with pytest.raises(UserError, match=f"no space left to write {tmp_path}"):
        kept.add(EPOCHS[0])


def test_a_full_disk_under_dvcs_own_files_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("dvclive.Live._init_dvc", fail)
    with pytest.raises(UserError, match=r"DVC cannot write .*database or disk is full.*free some"):
        Curves(tmp_path)
