"""Metrics count only for what they were measured on, and a revision says what it does not name."""

import json
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml

from src.bundle.origin import (
    Thresholds,
    evaluated_metrics,
    git_revision,
    package_versions,
    trained_data,
)

THRESHOLDS = Thresholds(0.3, 0.4, [128, 256])
METRICS = {
    "val_acc": 0.9,
    "cer": None,
    "plates": 30,
    "no_plate": {"with_reading": 0.01},
    "photos": {"mine": {"exact": 0.5}},
}
# Made by `dvc add` of a folder with a file a.txt, "one\n", and a file deeper/b.txt, "two\n".
FOLDER_MD5 = "4694f33a8901f37017d5854fd239b735.dir"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose dvc.lock says that its networks were evaluated."""
    for name in ("localize", "ocr"):
        folder = tmp_path / "out/models" / name
        (folder / "deeper").mkdir(parents=True)
        (folder / "a.txt").write_text("one\n")
        (folder / "deeper/b.txt").write_text("two\n")
    metrics = tmp_path / "out/evaluations/stack/metrics.json"
    metrics.parent.mkdir(parents=True)
    metrics.write_text(json.dumps(METRICS))
    md5 = subprocess.run(["md5sum", metrics], capture_output=True, text=True, check=True).stdout
    stage: dict[str, Any] = {
        "deps": [{"path": f"out/models/{name}", "md5": FOLDER_MD5} for name in ("localize", "ocr")],
        "outs": [{"path": "out/evaluations/stack/metrics.json", "md5": md5.split()[0]}],
        "params": {
            "params.py": {
                "EvaluateStackParams": {
                    "MIN_SCORE": 0.3,
                    "MIN_CONFIDENCE": 0.4,
                    "LONG_SIDES": [128, 256],
                    "MAX_PICTURES": 24,
                }
            }
        },
    }
    (tmp_path / "dvc.lock").write_text(yaml.safe_dump({"stages": {"evaluate_stack": stage}}))
    return tmp_path


def test_metrics_of_what_lies_there(project: Path) -> None:
    assert evaluated_metrics(project, THRESHOLDS) == {
        "val_acc": 0.9,
        "plates": 30,
        "no_plate.with_reading": 0.01,
    }


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("out/models/localize/a.txt", "other\n"),
        ("out/models/ocr/deeper/b.txt", "other\n"),
        ("out/models/ocr/c.txt", "new\n"),
        ("out/evaluations/stack/metrics.json", '{"val_acc": 1.0}'),
        ("dvc.lock", "stages: {}"),
        ("dvc.lock", "[}"),
        ("dvc.lock", ""),
    ],
)
def test_metrics_of_something_else(project: Path, path: str, text: str) -> None:
    (project / path).write_text(text)
    assert evaluated_metrics(project, THRESHOLDS) == {}


def test_metrics_at_other_thresholds(project: Path) -> None:
    assert evaluated_metrics(project, THRESHOLDS._replace(min_confidence=0.5)) == {}
    assert evaluated_metrics(project, THRESHOLDS._replace(long_sides=[128])) == {}


def test_metrics_without_a_run(tmp_path: Path) -> None:
    assert evaluated_metrics(tmp_path, THRESHOLDS) == {}


@pytest.fixture
def learned(project: Path) -> Path:
    """The same, and dvc.lock says what its networks learned from."""
    stages = yaml.safe_load((project / "dvc.lock").read_text())["stages"]
    for name in ("localize", "ocr"):
        stages[f"prepare_{name}"] = {"deps": [{"path": "data/datasets/photos", "md5": "1.dir"}]}
        stages[f"train_{name}"] = {
            "deps": [
                {"path": f"data/prepared/{name}", "md5": "2.dir"},
                {"path": "src", "md5": "3"},
            ],
            "outs": [{"path": f"out/models/{name}", "md5": FOLDER_MD5}],
        }
    (project / "dvc.lock").write_text(yaml.safe_dump({"stages": stages}))
    return project


def test_data_that_networks_learned_from(learned: Path) -> None:
    assert trained_data(learned) == {
        "data/datasets/photos": "1.dir",
        "data/prepared/localize": "2.dir",
        "data/prepared/ocr": "2.dir",
    }


@pytest.mark.parametrize(
    ("path", "text"),
    [("out/models/ocr/a.txt", "other\n"), ("dvc.lock", "stages: {}"), ("dvc.lock", "[}")],
)
def test_data_of_other_networks_are_not_named(learned: Path, path: str, text: str) -> None:
    (learned / path).write_text(text)
    assert trained_data(learned) == {}


def test_revision_says_when_files_differ(tmp_path: Path) -> None:
    assert git_revision(tmp_path / "nothing") == "unknown"

    def git(*arguments: str) -> str:
        who = ["-c", "user.name=me", "-c", "user.email=me@localhost"]
        command = ["git", "-C", str(tmp_path), *who, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    git("init", "--quiet")
    assert git_revision(tmp_path) == "unknown"
    git("commit", "--quiet", "--allow-empty", "--message", "Start")
    head = git("rev-parse", "HEAD").strip()
    assert git_revision(tmp_path) == head
    (tmp_path / "new.txt").write_text("new")
    assert git_revision(tmp_path) == f"{head}-dirty"


def test_versions_are_those_installed() -> None:
    assert package_versions()["onnxruntime"] == version("onnxruntime")
    assert package_versions()["python"].startswith("3.")
