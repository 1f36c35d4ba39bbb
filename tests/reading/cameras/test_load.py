"""cameras.yaml: what it says, and what errors say of it."""

from pathlib import Path

import pytest

from src.common.errors import UserError
from src.reading.cameras.load import load_settings
from src.reading.cameras.settings import Limits, Settings
from tests.reading.cameras.made import write

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
WHOLE = """
state: kept
limits: {stall_s: 4}
cameras:
  gate:
    source: rtsp://10.0.0.5/live
    user: operator
    password_env: GATE
    transport: udp
    rate: 5
    rotate: 180
    min_confidence: 0.7
    zones:
      lane: [[0, 0.5], [1, 0.5], [1, 1], [0, 1]]
    masks:
      - [[0, 0], [1, 0], [1, 0.2]]
    directions: {in: approaching, out: 0}
    only: [in]
    answer_after: 2
    parked_s: 60
    limits: {megapixels: 9}
  door:
    source_file: door.txt
    verify: false
  web:
    source: 0
  clip:
    source: clip.mp4
outputs:
  lines: answers.jsonl
  webhook: {url: "https://hooks.example.org/x", secret_env: HOOK, only_watched: true}
  mqtt: {host: broker, topic: "site/{camera}", tls: true, user: u, password_file: mqtt.txt}
  spool_megabytes: 5
watch: {file: watch.csv, distance: 0.5}
"""
ENVIRONMENT = {"GATE": "hunter2", "HOOK": SECRET}


@pytest.fixture
def here(tmp_path: Path) -> Path:
    write(tmp_path / "door.txt", "https://ann" + ":hunter2%21@door:8443/mjpg?token=abc\n")
    write(tmp_path / "mqtt.txt", "hunter3\n")
    write(tmp_path / "clip.mp4", "")
    return tmp_path


def load(folder: Path, text: str) -> Settings:
    return load_settings(write(folder / "cameras.yaml", text), ENVIRONMENT)


def test_all_that_can_be_said(here: Path) -> None:
    settings = load(here, WHOLE)
    gate, door, web, clip = settings.cameras
    assert (gate.name, gate.kind, gate.source.reveal()) == ("gate", "rtsp", "rtsp://10.0.0.5/live")
    assert gate.password is not None
    assert (gate.user, gate.password.reveal()) == ("operator", "hunter2")
    assert (gate.transport, gate.rate, gate.rotate, gate.min_confidence) == ("udp", 5, "180", 0.7)
    assert gate.zones == {"lane": ((0, 0.5), (1, 0.5), (1, 1), (0, 1))}
    assert list(gate.masks) == [((0, 0), (1, 0), (1, 0.2))]
    assert (gate.directions, gate.only) == ({"in": "approaching", "out": 0.0}, ("in",))
    assert (gate.answer_after, gate.parked_s) == (2, 60)
    assert gate.limits == Limits(stall_s=4, megapixels=9)
    assert door.password
    assert (door.kind, door.source.reveal()) == ("http", "https://door:8443/mjpg?token=abc")
    assert (door.user, door.password.reveal(), door.verify) == ("ann", "hunter2!", False)
    assert (web.kind, web.source.reveal(), web.limits) == ("device", "0", Limits(stall_s=4))
    assert (clip.kind, clip.source.reveal()) == ("file", str(here / "clip.mp4"))
    assert (settings.state, settings.lines) == (here / "kept", here / "answers.jsonl")
    assert settings.spool_bytes == 5_000_000
    assert settings.webhook is not None
    assert (settings.webhook.shown, settings.webhook.only_watched) == (
        "https://hooks.example.org/…",
        True,
    )
    assert settings.mqtt is not None
    assert settings.mqtt.password is not None
    assert (settings.mqtt.port, settings.mqtt.password.reveal()) == (8883, "hunter3")
    assert settings.watch is not None
    assert (settings.watch.file, settings.watch.distance) == (here / "watch.csv", 0.5)


def test_no_secret_is_in_what_settings_print(here: Path) -> None:
    text = repr(load(here, WHOLE))
    assert not [secret for secret in ("hunter", "abc", SECRET, "door:8443") if secret in text]


GATE = "cameras: {gate: {source: 'rtsp://h/x', "


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file: write keys under it: cameras, outputs"),
        ("cameras: {}", "the file: cameras has 0 of them"),
        ("cameras: [a]", "the file: cameras is no mapping"),
        ("camera: {}", "there is no key camera (did you mean cameras?)"),
        ("cameras: {gate: }", "camera gate: write keys under it: source"),
        ("cameras: {gate: {rate: 3}}", "camera gate: source is missing"),
        (GATE + "sorce: 1}}", "camera gate: there is no key sorce (did you mean source?)"),
        (GATE + "password: hunter2}}", "camera gate: there is no key password: put it into a file"),
        (GATE + "rate: fast}}", "camera gate: rate is 'fast': write a number from 0.001 to 60"),
        (GATE + "rate: .nan}}", "camera gate: rate is nan"),
        (GATE + "rate: true}}", "camera gate: rate is True"),
        (GATE + "transport: tpc}}", "transport is 'tpc' (did you mean tcp?): write tcp, udp"),
        (GATE + "rotate: 45}}", "camera gate: rotate is '45': write 0, 90, 180, 270, auto"),
        (GATE + "verify: 'no'}}", "camera gate: verify is 'no': write true or false"),
        (GATE + "user: 12}}", "camera gate: user is 12: write a text, in quotes"),
        (
            GATE + "limits: {stal_s: 1}}}",
            "camera gate: limits: there is no key stal_s (did you mean",
        ),
        (GATE + "limits: {stall_s: 0}}}", "camera gate: limits: stall_s is 0"),
        (GATE + "zones: {a: [[0, 0], [1, 1]]}}}", "camera gate: zones a is no polygon"),
        (GATE + "zones: {a: [[0, 0], [640, 0], [9, 9]]}}}", "shares of the picture's width"),
        (GATE + "zones: {a: [[0, 0], [1, 1], [0, 0]]}}}", "camera gate: zones a has no area"),
        (GATE + "zones: [[0, 0]]}}", "camera gate: zones is no mapping"),
        (GATE + "masks: {a: 1}}}", "camera gate: masks is no list of polygons"),
        (GATE + "masks: [[[0, x], [1, 1], [1, 0]]]}}", "camera gate: masks 1 is no polygon"),
        (
            GATE + "directions: {in: aproaching}}}",
            "directions in is 'aproaching' (did you mean app",
        ),
        (GATE + "directions: {in: 400}}}", "camera gate: directions in is 400"),
        (
            GATE + "directions: {in: up}, only: [inn]}}",
            "only has 'inn' (did you mean in?): write in",
        ),
        (
            GATE + "only: [sideways]}}",
            "camera gate: only has 'sideways': write up, right, down, left",
        ),
        (GATE + "only: in}}", "camera gate: only is 'in': write a list of texts"),
        (
            GATE + "password_env: NONE, user: a}}",
            "password_env: the environment variable NONE is not",
        ),
        (GATE + "password_file: none, user: a}}", "camera gate: password_file: "),
        (GATE + "ca_file: gone.pem}}", "gone.pem, which is no file"),
        (GATE + "password_env: GATE}}", "camera gate: user is missing beside the password"),
        (
            GATE + "password_env: GATE, password_file: x}}",
            "password_env and password_file are both",
        ),
        (GATE + "source_env: GATE}}", "camera gate: source stands there twice"),
        ("cameras: {gate: {source: 'rstp://h/x'}}", "begins with rstp:// (did you mean rtsp?)"),
        ("cameras: {gate: {source: 'rtsp://'}}", "camera gate: source is no address"),
        ("cameras: {gate: {source: 'rtsp://h:x/'}}", "camera gate: source is no address"),
        ("cameras: {gate: {source: 'http://h/a b'}}", "camera gate: source is no address"),
        ("cameras: {gate: {source: gone.mp4}}", "gone.mp4 is no file and no address"),
        ("cameras: {gate: {source: 'rtsp://a" + ":hunter2@h/'}}", "source has a password in it"),
        ("cameras: {gate: {source: 'http://h/?PWD=hunter2'}}", "source has a password in it"),
        ("cameras: {gate: {source_env: GATE}}", "camera gate: source it is no file and no address"),
        ("cameras: {'a/b': {source: 0}}", "camera 'a/b': a name is of letters"),
        ("cameras:\n  a: {source: 0}\n  a: {source: 1}", "a stands there twice (line 3)"),
        ("cameras: {a: {source: 0}", "it is no YAML from line 1"),
        ("a: !!python/object:os.system x", "it is no YAML"),
        (
            GATE + "}}\noutputs: {webhok: 1}",
            "outputs: there is no key webhok (did you mean webhook?)",
        ),
        (GATE + "}}\noutputs: {webhook: {url: 'ftp://h'}}", "webhook: url is no address"),
        (
            GATE + "}}\noutputs: {webhook: {url: 'http://a" + ":hunter2@h'}}",
            "url has a password in it",
        ),
        (
            GATE + "}}\noutputs: {webhook: {url: 'http://h', secret: hunter2}}",
            "no key secret: put it",
        ),
        (GATE + "}}\noutputs: {webhook: {url: 'http://h', secret_env: GATE}}", "no signing secret"),
        (GATE + "}}\noutputs: {mqtt: {port: 1}}", "mqtt: host is missing"),
        (GATE + "}}\noutputs: {mqtt: {host: h, topic: 'a/#'}}", "mqtt: topic has + or #"),
        (GATE + "}}\nwatch: {distance: 1}", "watch: file is missing"),
    ],
)
def test_errors_name_camera_and_key_and_no_secret(text: str, said: str, here: Path) -> None:
    with pytest.raises(UserError) as raised:
        load(here, text)
    message = str(raised.value)
    assert said in message
    assert message.startswith(f"{here / 'cameras.yaml'}: ")
    assert "hunter2" not in message
    assert "\n" not in message


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="it cannot be read"):
        load_settings(tmp_path / "gone.yaml", {})
    with pytest.raises(UserError, match="it cannot be read"):
        load_settings(tmp_path, {})
    (tmp_path / "large.yaml").write_text("#" * 1_000_001)
    with pytest.raises(UserError, match="more than 1,000,000 bytes"):
        load_settings(tmp_path / "large.yaml", {})
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\x00\x80")
    with pytest.raises(UserError, match="it is no YAML"):
        load_settings(tmp_path / "bytes.yaml", {})
