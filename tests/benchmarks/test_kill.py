"""Stages that are killed at any moment and started again end like undisturbed ones."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import kill
from benchmarks.outputs import contents
from tests.source import ROOT


def test_everything_that_the_pipeline_writes_is_compared() -> None:
    stages = {stage.name: stage for stage in kill.all_stages(ROOT)}
    assert len(stages) == 9
    assert stages["train_ocr"].module == "src.ocr.train"
    assert stages["train_ocr"].inputs == ["data/prepared/ocr"]
    assert set(stages["train_ocr"].outputs) == {
        "out/models/ocr", "out/runs/ocr/metrics.json", "out/runs/ocr/dvclive"
    }  # fmt: skip
    needed = kill.with_inputs(list(stages.values()), ["evaluate_ocr"])
    assert [stage.name for stage in needed] == ["prepare_ocr", "train_ocr", "evaluate_ocr"]


def test_all_but_the_speed_counts(tmp_path: Path) -> None:
    def write(rate: str, loss: str) -> dict[str, str]:
        (tmp_path / "metrics.json").write_text(f'{{"images_per_second": {rate}, "loss": {loss}}}')
        (tmp_path / "images_per_second.tsv").write_text(rate)
        (tmp_path / "weights").write_text(loss)
        return contents(tmp_path, ["metrics.json", "images_per_second.tsv", "weights"])

    assert write("1", "2") == write("3", "2")
    different = write("1", "2").items() ^ write("1", "3").items()
    assert {name for name, _ in different} == {"metrics.json", "weights"}


@pytest.mark.slow
def test_killed_stages_end_like_undisturbed_ones_with_changed_parameters() -> None:
    # In a process that has started no threads yet: it forks.
    # Of this seed, drawing is killed once, and training twice in a row, late enough to leave checkpoints behind.
    options = ["--stages", "prepare_ocr", "train_ocr", "--moments", "3", "--seed", "2", "--change"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.kill", *options],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split(" | ") for line in done.stdout.splitlines() if line.startswith("| ")]
    assert [row[0].strip("| ") for row in rows[2:]] == ["prepare_ocr", "train_ocr"]
    assert sum(int(row[2]) for row in rows[2:]) == 3
