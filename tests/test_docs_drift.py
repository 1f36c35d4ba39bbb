"""docs/drift.md: its commands, its table, and a line of the log as a server writes it."""

import re
import shlex
import sys
from pathlib import Path

import pytest

from src import drift
from src.monitoring.log import read_log
from src.monitoring.summary import MEASURES
from src.serving.settings import Settings, read_settings
from tests.serving.fakes import client_of, fake_service, grey
from tests.source import ROOT
from tests.test_drift import write_log

PAGE = (ROOT / "docs/drift.md").read_text(encoding="utf-8")
SERVED, *COMMANDS = re.findall(r"^ {4}(\S.*)$", PAGE, flags=re.MULTILINE)
WORKFLOW = (ROOT / ".github/workflows/drift.yml").read_text(encoding="utf-8")


def test_commands_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "clone").mkdir()
    monkeypatch.chdir(tmp_path / "clone")
    monkeypatch.setattr("src.drift.read_log", _without_days(read_log))
    for number, name in enumerate(("drift.jsonl.1", "drift.jsonl")):
        write_log(tmp_path / "logs" / name, number, 200, 100)
    for command in COMMANDS:
        words = shlex.split(command)
        assert words[:3] == ["python3", "-m", "src.drift"]
        if "--save" not in words and "--out" not in words:
            words += ["--out", str(tmp_path / "drift")]
        monkeypatch.setattr(sys, "argv", words[2:])
        drift.main()
    assert {path.name for path in (tmp_path / "drift").iterdir()} == {
        *("drift.png", "drift.md", "drift.json")
    }


def _without_days(read):
    # The log of the test is of one day, which gets older.
    return lambda logs, tell, since: read(logs, tell)


def test_the_table_shows_every_measure() -> None:
    shown = [line.split("  ")[0] for line in PAGE.partition("verdict\n")[2].split("\n")]
    assert shown[: len(MEASURES)] == [measure.title for measure in MEASURES.values()]


def test_the_line_has_the_fields_of_a_line(tmp_path: Path) -> None:
    service = fake_service(settings=Settings(drift_log=str(tmp_path / "log")))
    client_of(service).post("/predict", files={"file": grey()})
    service.close()
    written = (tmp_path / "log").read_text()
    example = PAGE.partition("```text\n")[2].partition("```")[0]
    assert re.findall(r'"(\w+)":', example) == re.findall(r'"(\w+)":', written)
    assert len(written) < 300


def test_variables_are_those_that_are_read() -> None:
    for name, shown in re.findall(r"^\| `(PLATES_\w+)` \| (\S+)", PAGE, flags=re.MULTILINE):
        field, value = name.removeprefix("PLATES_").lower(), "7"
        default = getattr(Settings(), field)
        assert shown == (format(default, "g") if default else "none")
        assert getattr(read_settings({name: value}), field) != default
    named = re.findall(r"^\| `(DRIFT_\w+)` \|", PAGE, flags=re.MULTILINE)
    assert sorted(named) == sorted(set(re.findall(r"vars\.(DRIFT_\w+)", WORKFLOW)))
    assert SERVED.startswith("PLATES_DRIFT_LOG=")
