"""The command: its table, its files, its exit codes."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import src.matrix
from src.bundle.bundle import read_card
from src.common.errors import UserError
from src.pipeline.stage import run_stage
from src.stack import evaluate
from src.stack.photo_command import add_options
from tests.networks import save_bundle
from tests.source import ROOT
from tests.stack.test_photos import labelled

Capture = pytest.CaptureFixture[str]


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run the command, and return its exit code."""
    monkeypatch.setattr("sys.argv", ["matrix", *arguments])
    try:
        src.matrix.main()
    except SystemExit as left:
        return int(left.code or 0)
    return 0


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with two models, the second of which finds nothing, and three sets."""
    save_bundle(tmp_path / "a")
    save_bundle(tmp_path / "b", min_score=0.99)
    labelled(tmp_path / "one", "Z", "Z", "ZH99")
    labelled(tmp_path / "two", "Z")
    labelled(tmp_path / "three", "ZH10", "Z", level=220)
    monkeypatch.chdir(tmp_path)
    return tmp_path


MODELS, PHOTOS = ("--models", "a/stack", "b/stack"), ("--photos", "one", "two", "three")


def test_two_models_on_three_sets_have_the_numbers_of_evaluate(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    assert run(monkeypatch, *MODELS, *PHOTOS, "--out", "out") == 0
    said = capsys.readouterr()
    assert len([line for line in said.out.splitlines() if "/stack" in line]) == 6 + 1 + 3
    assert max(map(len, said.out.splitlines())) <= 100
    assert "a/stack: model " in said.err
    assert (place / "out/matrix.png").stat().st_size > 1000
    cells = json.loads((place / "out/matrix.json").read_text())["cells"]
    for model in ("a/stack", "b/stack"):
        options = ["evaluate", *PHOTOS, "--model", model, "--json", "rows.json", "--out", "sheets"]
        monkeypatch.setattr("sys.argv", options)
        run_stage(evaluate.main, add_options)
        for name, row in json.loads((place / "rows.json").read_text()).items():
            (cell,) = (c for c in cells if (c["model"], c["set"]) == (model, name))
            del row["ms_per_picture"]
            assert row.pop("version") == read_card(place / model).version
            assert {key: cell[key] for key in row} == row
    assert {cell["exact"] for cell in cells} > {0.0, 1.0}


def test_what_is_broken_leaves_the_rest_and_is_an_error(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    (place / "b/stack/read.onnx").write_bytes(b"broken")
    assert run(monkeypatch, *MODELS, "--photos", "none", "one", "--out", "out") == 1
    said = capsys.readouterr()
    assert "error: model b/stack: the model in " in said.err
    assert "is damaged" in said.err
    assert "error: set none: none: no such folder" in said.err
    assert said.err.rstrip().endswith("not all was measured; problems: 2, named above")
    lines = [line.split()[:4] for line in said.out.splitlines()]
    assert ["one", "a/stack", "3", "66.7%"] in lines
    assert json.loads((place / "out/matrix.json").read_text())["problems"]


@pytest.mark.parametrize(
    "arguments", [("--models", "away", "--photos", "one"), ("--models", "a", "--photos", "none")]
)
def test_where_nothing_is_measured_nothing_is_written(
    place: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    with pytest.raises(UserError, match="nothing was measured"):
        run(monkeypatch, *arguments, "--out", "out")
    assert not (place / "out").exists()


@pytest.mark.parametrize("out", ["one/annotations.csv", "one/annotations.csv/below"])
def test_a_place_that_takes_no_files_is_named_before_anything_is_read(
    place: Path, monkeypatch: pytest.MonkeyPatch, out: str
) -> None:
    monkeypatch.setattr("src.matrix.measure", None)
    with pytest.raises(
        UserError, match=r"annotations\.csv: nothing can be written there .*; choose"
    ):
        run(monkeypatch, *MODELS, *PHOTOS, "--out", str(place / out))


def test_what_was_measured_is_shown_though_it_cannot_be_written(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def full(*_: object) -> None:
        raise UserError("no space left")

    monkeypatch.setattr("src.matrix.write_files", full)
    with pytest.raises(UserError, match="no space left"):
        run(monkeypatch, "--models", "a/stack", "--photos", "one", "--out", str(place / "out"))
    assert re.search(r"^one +a/stack +3 +66\.7%", capsys.readouterr().out, flags=re.MULTILINE)


def test_help_names_the_command_and_its_exit_codes() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "src.matrix", "--help"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout.startswith("usage: python3 -m src.matrix ")
    assert "exit codes: 0 all was measured" in done.stdout
