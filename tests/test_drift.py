"""The command: exit codes, what it writes, and that a server's own log goes through it."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from src import drift
from src.common.errors import UserError
from src.common.files import write_json
from src.monitoring.observation import Observation, SeenPlate, as_facts
from src.monitoring.summary import load_summary, summarise
from tests.source import ROOT


def seen(seed: int, number: int, bright: float) -> list[Observation]:
    rng = np.random.default_rng(seed)
    plate = SeenPlate(0.97, 25.0, 8, True)
    return [
        Observation(float(np.clip(rng.normal(bright, 15), 0, 255)), 400.0, (plate,) * (n % 3 > 0))
        for n in range(number)
    ]


def write_log(
    path: Path, seed: int, number: int, bright: float, plate_format: str = "swiss"
) -> Path:
    model = {"version": "0123456789ab", "format": plate_format}
    with path.open("w") as file:
        for one in seen(seed, number, bright):
            entry = {"time": "2026-11-01T10:00:00+00:00", "model": model, "seen": as_facts(one)}
            file.write(json.dumps(entry) + "\n")
    return path


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    write_json(tmp_path / "reference.json", summarise(seen(0, 2000, 130), "swiss").content())
    return tmp_path / "reference.json"


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["drift", *map(str, arguments)])
    try:
        drift.main()
    except SystemExit as left:
        return int(left.code or 0)
    return 0


def test_the_same_street(
    tmp_path: Path, reference: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    log, out = write_log(tmp_path / "log", 1, 500, 130), tmp_path / "out"
    assert run(monkeypatch, log, "--reference", reference, "--out", out) == 0
    said = capsys.readouterr().out
    assert said.startswith("500 pictures from 2026-11-01T10:00:00+00:00 to ")
    assert said.endswith("Nothing has drifted\n")
    head, *rows = [line.split("  ")[0] for line in said.splitlines()[1:9]]
    assert head == "what"
    assert rows[0] == "pictures without a plate"
    assert "33.4%" in said.splitlines()[2]
    assert Image.open(out / "drift.png").size[0] > 800
    found = json.loads((out / "drift.json").read_text())
    assert found["measures"]["brightness"]["verdict"] == "same"
    assert found["log"]["pictures"] == 500
    assert found["reference"]["pictures"] == 2000


def test_another_street(
    tmp_path: Path, reference: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    logs = [write_log(tmp_path / f"log{n}", n, 300, 60) for n in (1, 2)]
    out = tmp_path / "out"
    assert run(monkeypatch, *logs, "--reference", reference, "--out", out) == drift.EXIT_DRIFT
    assert capsys.readouterr().out.endswith("Drifted: brightness, 0 to 255\n")
    page = (out / "drift.md").read_text()
    assert page.startswith("### Drifted: brightness, 0 to 255\n")
    assert "| brightness, 0 to 255 | median 128 | median 32 |" in page
    # A limit of one's own.
    more = ("--drift", "99", "--out", out)
    assert run(monkeypatch, *logs, "--reference", reference, *more) == 0


def test_a_log_becomes_a_reference(
    tmp_path: Path, reference: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, mine = write_log(tmp_path / "log", 1, 400, 60), tmp_path / "mine.json"
    assert run(monkeypatch, log, "--save", mine) == 0
    assert load_summary(mine).pictures == 400
    with pytest.raises(UserError, match="is there already"):
        run(monkeypatch, log, "--save", mine)
    assert run(monkeypatch, log, "--save", mine, "--replace") == 0
    later = write_log(tmp_path / "later", 2, 400, 60)
    out = ("--out", tmp_path / "out")
    assert run(monkeypatch, later, "--reference", mine, *out) == 0
    assert run(monkeypatch, later, "--reference", reference, *out) == drift.EXIT_DRIFT


def test_a_reference_of_other_plates(
    tmp_path: Path, reference: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = write_log(tmp_path / "log", 1, 5, 60, "european")
    with pytest.raises(UserError, match="name the reference of the same model"):
        run(monkeypatch, log, "--reference", reference)
    assert run(monkeypatch, log, "--days", "-1") == 2


def test_from_the_shell(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "src.drift", str(tmp_path / "none")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
