"""A sweep runs experiments, and leaves params.py as it was."""

import csv
from pathlib import Path

import pytest
import yaml

from tests.checkout import TINY, Checkout


def space(folder: Path, **content: object) -> Path:
    path = folder / "reader.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


def test_what_is_wrong_is_said_before_any_trial(fresh: Checkout, tmp_path: Path) -> None:
    path = space(tmp_path, space={"TrainOCRParams.RATE": [1, 2]})
    done = fresh.run("python3", "-m", "src.sweep", str(path), "--trials", "2")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(
        "error: no value is called 'TrainOCRParams.RATE'"
    )


@pytest.mark.slow
def test_two_trials_of_the_reader(fresh: Checkout, tmp_path: Path) -> None:
    pytest.importorskip("optuna", reason="Optuna is not installed: make setup")
    small = {**TINY, "OCRModelParams.CHANNELS": "[8,8,8,8]", "OCRModelParams.HIDDEN": 8}
    path = space(
        tmp_path,
        metric="out/evaluations/ocr/metrics.json:cer",
        direction="minimize",
        space={"TrainOCRParams.LR": {"low": 0.001, "high": 0.01, "log": True}},
        set=[f"params.py:{name}={value}" for name, value in small.items() if "OCR" in name],
        stages=["evaluate_ocr"],
    )
    checkout = fresh.copy(tmp_path / "checkout")
    before = (checkout.root / "params.py").read_bytes()
    said = checkout.ok("python3", "-m", "src.sweep", str(path), "--trials", "2")
    assert "best of 2 trials: reader-00" in said
    assert (checkout.root / "params.py").read_bytes() == before
    with (checkout.root / "out/sweeps/reader/trials.csv").open() as file:
        rows = list(csv.DictReader(file))
    # What stands in params.py comes first.
    assert [row["run"] for row in rows] == ["reader-000", "reader-001"]
    assert float(rows[0]["TrainOCRParams.LR"]) == 0.004
    assert all(row["metric"] for row in rows)
    listed = checkout.ok("dvc", "exp", "list", "--all")
    assert "reader-000" in listed
    assert "reader-001" in listed
    # Both are done: nothing is run again.
    assert "reader-002" not in checkout.ok("python3", "-m", "src.sweep", str(path), "--trials", "2")
