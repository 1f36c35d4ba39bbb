"""What docs/cameras.md shows is so: its examples load, its answer has the keys of an answer, its defaults are those."""

import json
import re
from dataclasses import fields
from pathlib import Path

import cv2
import pytest

from benchmarks import camera_picture
from src.reading.cameras.confusions import Costs
from src.reading.cameras.events import Events
from src.reading.cameras.load import load_settings
from src.reading.cameras.parked import Parked
from src.reading.cameras.settings import Camera, Limits, Settings, Watch
from src.reading.cameras.watch import WatchList
from tests.reading.cameras import made
from tests.reading.made import reading
from tests.source import ROOT

PAGE = (ROOT / "docs/cameras.md").read_text(encoding="utf-8")
EXAMPLES = [part.partition("```")[0] for part in PAGE.split("```yaml\n")[1:]]
ENVIRONMENT = {"GATE_PASSWORD": "a", "WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made.write(tmp_path / "yard_address.txt", "https://ann" + ":secret@10.0.0.6/stream\n")
    made.write(tmp_path / "mqtt_password.txt", "secret\n")
    return tmp_path


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_examples_load(number: int, folder: Path) -> None:
    path = made.write(folder / "cameras.yaml", EXAMPLES[number])
    settings = load_settings(path, ENVIRONMENT)
    assert settings.cameras[0].name == "gate"
    assert settings.state == folder / "cameras_state"
    if number:
        assert all(getattr(settings, field.name) is not None for field in fields(Settings))


def test_the_answer_has_the_keys_of_an_answer(folder: Path) -> None:
    watch = WatchList(made.write(folder / "w.csv", "plate_text\nZH1\n"), Costs({}), 0.6)
    events = Events(made.camera(), made.narrow(), Parked(None, 1, float), watch, float)
    for frame in range(20):
        events.add(frame / 10, [reading("ZH42", x=320)], 400, 640)
    (answer,) = events.finish()
    shown = json.loads(PAGE.partition("```json\n")[2].partition("```")[0])
    assert list(shown) == list(answer)
    types = {key: type(value) for key, value in answer["vehicle"].items()}
    assert {key: type(value) for key, value in shown["vehicle"].items()} == types


def test_defaults_are_those_of_the_settings() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| .* \| `?([\w.]+)`? \|$", PAGE, flags=re.MULTILINE))
    numbers = {
        field.name: f"{field.default:g}"
        for owner in (Camera, Limits)
        for field in fields(owner)
        if isinstance(field.default, float)
    }
    assert {name: rows.get(name) for name in numbers} == numbers
    assert rows["transport"] == Camera.transport
    assert f"is the limit, {Watch.distance} by default" in PAGE


def test_the_picture_is_of_the_example(tmp_path: Path) -> None:
    camera = camera_picture.example(PAGE)
    texts = camera_picture.draw(camera, tmp_path / "zones.jpg")
    assert len(texts) == 2
    drawn, kept = cv2.imread(str(tmp_path / "zones.jpg")), cv2.imread(str(camera_picture.PICTURE))
    assert drawn is not None
    assert kept is not None
    # Another processor's corners may differ by a part of a pixel.
    assert float(cv2.absdiff(drawn, kept).mean()) < 1
