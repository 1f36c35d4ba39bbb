"""All cameras together: signals, restarts, what is told, and how it ends."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.camera_servers import Receiver, Stub, camera
from src.common.config import ROOT
from src.common.errors import UserError
from src.reading.cameras import run as module
from src.reading.cameras.load import load_settings
from src.reading.cameras.run import watch_cameras
from src.reading.narrow import Narrow
from tests.reading import made as films
from tests.reading.cameras import made

Capture = pytest.CaptureFixture[str]
PASSWORD = "hunter2@:/ %"
KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ENVIRONMENT = {"GATE": PASSWORD, "HOOK": KEY}


def still(level: int) -> Stub:
    """A camera before which a vehicle stands."""
    number, content = count(), made.jpeg(level)
    return Stub(lambda: (next(number), content), interval_s=0.03, user="ann", password=PASSWORD)


def settings_of(folder: Path, cameras: dict[str, Any], **more: Any) -> Path:
    """Write cameras.yaml with limits that tests can wait for."""
    content = {"cameras": cameras, "limits": {"retry_s": 0.2}, **more}
    return made.write(folder / "cameras.yaml", yaml.safe_dump(content))


def gate(url: str, **more: Any) -> dict[str, Any]:
    values = {"source": url, "user": "ann", "password_env": "GATE", "rate": 20, "answer_after": 0.2}
    return {**values, **more}


def watch(path: Path) -> int:
    return watch_cameras(load_settings(path, ENVIRONMENT), films.bundle(), made.narrow())


@contextmanager
def ended_when(what: Callable[[], object], number: int = signal.SIGTERM) -> Iterator[None]:
    """Send this process a signal as soon as something is so."""
    seen: list[bool] = []

    def wait() -> None:
        try:
            made.wait_for(what)
            seen.append(True)
        finally:
            os.kill(os.getpid(), number)

    thread = threading.Thread(target=wait)
    thread.start()
    yield
    thread.join()
    assert seen, "it did not come about in time"


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def status(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "cameras_state/status.json").read_text())
    return content


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_two_cameras_until_a_signal(
    number: int, code: int, tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "answers.jsonl"
    with ExitStack() as stack:
        one = stack.enter_context(camera("mjpeg", still(200)))
        two = stack.enter_context(camera("snapshot", still(220)))
        path = settings_of(
            tmp_path, {"gate": gate(one), "door": gate(two)}, outputs={"lines": file.name}
        )
        stack.enter_context(ended_when(lambda: len(lines(file)) == 2, number))
        assert watch(path) == code
    assert sorted(event["camera"] for event in lines(file)) == ["door", "gate"]
    assert {event["camera"]: event["plate"] for event in lines(file)} == {
        "gate": "ZH10",
        "door": "ZH11",
    }
    told = capsys.readouterr()
    assert told.out == ""
    assert f"camera gate ({one[:-6]}/…): connected, 64×48" in told.err
    assert "watched: 2 cameras, " in told.err
    assert "hunter2" not in told.err
    now = status(tmp_path)
    assert now["cameras"]["gate"]["frames"] > 0
    assert now["outputs"]["lines"] == {"sent": 2, "waiting": 0, "dropped": 0}
    assert all("hunter2" not in p.read_text() for p in tmp_path.rglob("*.json*"))
    assert (tmp_path / "cameras_state").stat().st_mode & 0o077 == 0


def test_what_is_in_sight_at_the_end_is_answered_and_no_answer_is_lost(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The webhook is away for all of the first run; the next one sends what waits, and nothing twice."""
    monkeypatch.setattr(module, "_STATE_S", 0.05)
    receiver = Receiver(lambda: 503)
    with ExitStack() as stack:
        url = stack.enter_context(camera("mjpeg", still(200)))
        hook = stack.enter_context(receiver.run())
        outputs = {"webhook": {"url": hook, "secret_env": "HOOK"}}
        path = settings_of(tmp_path, {"gate": gate(url, answer_after=3600)}, outputs=outputs)
        with ended_when(lambda: frames(tmp_path) >= 3):
            assert watch(path) == 0
        (line,) = capsys.readouterr().out.splitlines()
        assert json.loads(line)["vehicle"]["in_sight"]
        assert receiver.received == []
        assert len(spooled(tmp_path)) == 1
        receiver.code = lambda: 204
        before = frames(tmp_path)
        with ended_when(lambda: receiver.received and 3 <= frames(tmp_path) != before):
            assert watch(path) == 0
    ((body, headers),) = receiver.received
    assert body.decode() == line
    assert headers["webhook-id"] == json.loads(line)["id"]
    # It stands there still, and was answered.
    assert capsys.readouterr().out == ""
    assert spooled(tmp_path) == []


def test_a_camera_that_is_not_there_stops_no_other(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_STATE_S", 0.05)
    file = tmp_path / "answers.jsonl"
    with camera("mjpeg", still(200)) as url:
        cameras = {"gone": {"source": "http://127.0.0.1:9/hunter2"}, "gate": gate(url)}
        path = settings_of(tmp_path, cameras, outputs={"lines": file.name})
        with ended_when(lambda: lines(file) and status(tmp_path)["cameras"]["gone"]["losses"]):
            assert watch(path) == 0
    told = capsys.readouterr().err
    assert "camera gone (http://127.0.0.1:9/…): the camera does not answer" in told
    assert "hunter2" not in told


def test_a_defect_costs_a_picture_and_no_more(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, failures = Narrow.read, [ZeroDivisionError("a defect")]

    def sometimes(self: Narrow, image: Any) -> Any:
        if failures:
            raise failures.pop()
        return read(self, image)

    monkeypatch.setattr(Narrow, "read", sometimes)
    file = tmp_path / "answers.jsonl"
    with camera("mjpeg", still(200)) as url:
        path = settings_of(tmp_path, {"gate": gate(url)}, outputs={"lines": file.name})
        with ended_when(lambda: lines(file)):
            assert watch(path) == 0
    assert "ZeroDivisionError: a defect; trying again" in capsys.readouterr().err


def test_files_are_read_to_their_end(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "known_confusions", lambda bundle, folder: {})
    films.write_video(
        tmp_path / "a.avi", films.greys([0] * 5 + [200] * 10 + [0] * 130 + [240] * 10)
    )
    films.write_video(tmp_path / "b.avi", films.greys([220] * 10))
    made.write(tmp_path / "list.csv", "plate_text,note\nZH 12,wanted\n")
    path = settings_of(
        tmp_path, {"a": {"source": "a.avi"}, "b": {"source": "b.avi"}}, watch={"file": "list.csv"}
    )
    for _ in range(2):  # a file that is read again has the same vehicles again
        assert watch(path) == 0
        events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        found = sorted((event["camera"], event["plate"], event["watch"]) for event in events)
        assert [(name, plate, [hit["note"] for hit in hits]) for name, plate, hits in found] == [
            ("a", "ZH10", []),
            ("a", "ZH12", ["wanted"]),
            ("b", "ZH11", []),
        ]


def test_a_file_that_is_broken_is_named(tmp_path: Path, capsys: Capture) -> None:
    made.write(tmp_path / "a.avi", "no film")
    assert watch(settings_of(tmp_path, {"a": {"source": "a.avi"}})) == 1
    assert "error: camera a: " in capsys.readouterr().err


def test_a_state_folder_is_for_one_process(tmp_path: Path) -> None:
    settings = load_settings(settings_of(tmp_path, {"web": {"source": 0}}), ENVIRONMENT)
    with (
        module._locked(settings.state),
        pytest.raises(UserError, match="in use by another process"),
    ):
        watch_cameras(settings, films.bundle(), made.narrow())
    made.write(tmp_path / "file", "")
    with (
        pytest.raises(UserError, match="name a folder that can be written"),
        module._locked(tmp_path / "file"),
    ):
        pass


COMMAND = """
import sys
from tests.reading import made
from src.common.errors import run_main
from src.reading import command
command.choose_model = lambda asked: made.bundle()
run_main(command.main)
"""


def test_the_command_ends_when_nobody_reads_it(tmp_path: Path) -> None:
    with camera("mjpeg", still(200)) as url:
        settings_of(tmp_path, {"gate": gate(url)})
        process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, "--cameras", "cameras.yaml"],
            cwd=tmp_path,
            env={**os.environ, **ENVIRONMENT, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        told = process.stderr.read()
        assert process.wait(made.PATIENCE_S) == 141, told
    assert "Traceback" not in told
    assert "hunter2" not in told


def frames(folder: Path) -> int:
    """How many pictures of the gate were read by the process that wrote the status."""
    try:
        return int(status(folder)["cameras"]["gate"]["frames"])
    except (OSError, ValueError):
        return 0


def spooled(folder: Path) -> list[Path]:
    return list((folder / "cameras_state/webhook").glob("*.json"))
