"""Every answer goes to all targets, or to those that want what is watched for alone."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.camera_servers import Receiver
from src.common.errors import UserError
from src.reading.cameras.outlets import Outlets
from src.reading.cameras.secrets import Secret
from src.reading.cameras.settings import Mqtt, Settings, Webhook
from tests.reading.cameras import made


def settings(folder: Path, **outputs: Any) -> Settings:
    return Settings((made.camera(),), folder / "state", **outputs)


def event(number: int, **more: Any) -> dict[str, Any]:
    return {"id": f"id{number}", "camera": "gate", **more}


def test_all_or_what_is_watched_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    receiver = Receiver()
    failures: list[Exception] = []
    with receiver.run() as url:
        webhook = Webhook(Secret(url), only_watched=True)
        outlets = Outlets(settings(tmp_path, webhook=webhook), failures.append)
        outlets.give(event(1, watch=[]))
        outlets.give(event(2, watch=[{"plate_text": "ZH1"}]))
        outlets.give(event(3))
        assert outlets.close(made.PATIENCE_S) == 0
    assert [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()] == [
        *("id1", "id2", "id3")
    ]
    assert [json.loads(body)["id"] for body, _ in receiver.received] == ["id2"]
    assert outlets.state() == {"webhook": {"sent": 1, "waiting": 0, "dropped": 0}}
    assert (outlets.answers, failures) == (3, [])


def test_standard_output_that_is_gone_is_told_once_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(text: str) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("src.reading.cameras.outlets.give", nobody)
    receiver = Receiver()
    failures: list[Exception] = []
    with receiver.run() as url:
        outlets = Outlets(settings(tmp_path, webhook=Webhook(Secret(url))), failures.append)
        for number in range(3):
            outlets.give(event(number))
        assert outlets.close(made.PATIENCE_S) == 0
    assert [type(failure) for failure in failures] == [BrokenPipeError]
    assert len(receiver.received) == 3


def test_what_cannot_be_used_is_named_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "paho.mqtt.client", None)
    with pytest.raises(UserError, match="mqtt needs paho-mqtt"):
        Outlets(settings(tmp_path, mqtt=Mqtt("broker")), lambda error: None)
    made.write(tmp_path / "state", "a file")
    with pytest.raises(UserError, match="cannot hold what waits for webhook"):
        Outlets(settings(tmp_path, webhook=Webhook(Secret("http://h/"))), lambda error: None)
