"""A line on each picture, in a file that never grows beyond its bound."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from src.common.errors import UserError
from src.monitoring.log import read_log
from src.serving.drift_log import RotatingWriter
from src.serving.settings import Settings
from tests.serving.fakes import client_of, fake_service, grey
from tests.source import ROOT

WAIT_S = 10.0


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def test_off_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    client_of(fake_service()).post("/predict", files={"file": grey()})
    assert list(tmp_path.iterdir()) == []


def test_a_line_on_each_picture_without_texts(tmp_path: Path) -> None:
    log = tmp_path / "logs/drift.jsonl"
    service = fake_service(settings=Settings(drift_log=str(log)))
    client = client_of(service)
    client.post("/predict", files={"file": grey(value=7)})
    client.post("/predict/batch", files=[("file", grey(value=255)), ("file", b"words")])
    service.close()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    first, second = map(json.loads, lines(log))
    assert set(first) == {"time", "level", "model", "seen"}
    assert first["model"] == {"version": "0123456789ab", "format": "swiss"}
    assert first["seen"]["brightness"] == 7
    assert first["seen"]["plates"] == [{"confidence": 0.8, "height": 10.05, "length": 4, "known": True}]  # fmt: skip
    assert second["seen"]["plates"] == []
    assert "ZH12" not in log.read_text()
    assert read_log([log], print).summary.pictures == 2


def test_both_files_are_within_the_bound(tmp_path: Path) -> None:
    path, older = tmp_path / "log", tmp_path / "log.1"
    writer = RotatingWriter(path, 10_000)
    for number in range(2_000):
        writer.write(f"line {number}\n")
        if number % 100 == 0:
            writer.wait(WAIT_S)
            assert sum(p.stat().st_size for p in (path, older) if p.exists()) <= 10_000
    writer.wait(WAIT_S)
    found = lines(older) + lines(path)
    assert found == [f"line {number}" for number in range(2_000 - len(found), 2_000)]
    assert sum(p.stat().st_size for p in (path, older)) > 5_000


WRITER = """
import sys
from pathlib import Path
from src.serving.drift_log import RotatingWriter
writer = RotatingWriter(Path(sys.argv[1]), 50_000)
for number in range(5_000):
    writer.write(f"{sys.argv[2]} {number}\\n")
    if number % 50 == 0:
        writer.wait(10)
writer.wait(10)
"""


def test_two_processes_write_to_it(tmp_path: Path) -> None:
    path = tmp_path / "log"
    command = [sys.executable, "-c", WRITER, str(path)]
    started = [subprocess.Popen([*command, name], cwd=ROOT) for name in ("a", "b")]
    assert [process.wait(60) for process in started] == [0, 0]
    assert sum(p.stat().st_size for p in tmp_path.iterdir()) <= 50_000
    found = lines(tmp_path / "log.1") + lines(path)
    assert len(found) > 2_000
    for name in "ab":
        own = [int(one.split()[1]) for one in found if one.startswith(f"{name} ")]
        assert own == sorted(own)
    assert all(len(one.split()) == 2 for one in found)


def test_who_takes_the_file_away_gets_another_one(tmp_path: Path) -> None:
    path = tmp_path / "log"
    writer = RotatingWriter(path, 10_000)
    writer.write("a\n")
    writer.wait(WAIT_S)
    path.rename(tmp_path / "taken")
    writer.write("b\n")
    writer.wait(WAIT_S)
    assert (lines(tmp_path / "taken"), lines(path)) == (["a"], ["b"])


def test_a_disk_that_is_gone_stops_nobody(tmp_path: Path) -> None:
    folder = tmp_path / "mounted"
    service = fake_service(settings=Settings(drift_log=str(folder / "log")))
    client = client_of(service)
    folder.rename(tmp_path / "gone")
    for _ in range(3):
        assert client.post("/predict", files={"file": grey()}).status_code == 200
    assert not folder.exists()
    # And when it is back, it is written to again.
    (tmp_path / "gone").rename(folder)
    client.post("/predict", files={"file": grey()})
    service.close()
    written = [json.loads(one) for one in lines(folder / "log")]
    assert [one.get("lost") for one in written] == [3, None]


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="no log can be written there"):
        RotatingWriter(tmp_path / "file/log", 10_000)
