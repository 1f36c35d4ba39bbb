"""kubernetes/train-ddp.yml: pods that find one another, of which the first runs DVC."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from src.training.launch import PORT
from tests.source import ROOT

FILE = ROOT / "kubernetes/train-ddp.yml"
PARTS: dict[str, Any] = {d["kind"]: d for d in yaml.safe_load_all(FILE.read_text())}
JOB = PARTS["Job"]["spec"]
POD = JOB["template"]["spec"]
(CONTAINER,) = POD["containers"]
ENV = {entry["name"]: entry["value"] for entry in CONTAINER["env"]}


def test_pods_meet_at_the_first_one() -> None:
    service = PARTS["Service"]
    assert service["spec"]["clusterIP"] == "None"
    assert service["spec"]["publishNotReadyAddresses"] is True
    assert POD["subdomain"] == service["metadata"]["name"]
    first = f"{PARTS['Job']['metadata']['name']}-0.{service['metadata']['name']}"
    assert ENV["MASTER_ADDR"] == first
    assert [str(port["port"]) for port in service["spec"]["ports"]] == [PORT]


def test_all_pods_run_at_once_and_the_first_decides() -> None:
    assert JOB["completionMode"] == "Indexed"
    assert JOB["completions"] == JOB["parallelism"] == 2
    assert "NUM_NODES = 2" in FILE.read_text()
    assert JOB["successPolicy"] == {"rules": [{"succeededIndexes": "0"}]}
    assert POD["restartPolicy"] == "Never"
    assert CONTAINER["resources"]["limits"]["nvidia.com/gpu"] == 1


def test_nobody_else_reaches_the_pods() -> None:
    labels = JOB["template"]["metadata"]["labels"]
    policy = PARTS["NetworkPolicy"]["spec"]
    assert PARTS["Service"]["spec"]["selector"].items() <= labels.items()
    assert policy["podSelector"]["matchLabels"].items() <= labels.items()
    assert policy["ingress"] == [{"from": [{"podSelector": policy["podSelector"]}]}]


@pytest.mark.parametrize(
    ("index", "stage", "expected"),
    [
        ("0", "train_localize", "dvc repro --single-item train_localize"),
        ("1", "train_localize", "python3 -m src.localize.train"),
        ("1", "train_ocr", "python3 -m src.ocr.train"),
    ],
)
def test_each_pod_runs_the_stage(tmp_path: Path, index: str, stage: str, expected: str) -> None:
    stubs = tmp_path / ".venv/bin"
    stubs.mkdir(parents=True)
    for name in ("dvc", "python3", "getent"):
        (stubs / name).write_text('#!/bin/sh\necho "${0##*/} $*"\n')
        (stubs / name).chmod(0o755)
    done = subprocess.run(
        [*CONTAINER["command"], *CONTAINER["args"]],
        cwd=tmp_path,
        env={**ENV, "PATH": os.environ["PATH"], "STAGE": stage, "JOB_COMPLETION_INDEX": index},
        text=True,
        capture_output=True,
        check=True,
        timeout=30,
    )
    assert done.stdout == f"{expected}\n"
