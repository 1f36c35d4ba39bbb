"""What is kept, what a client may say of it, and that neither harms whoever only wants plates read."""

import errno
import json
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from starlette.testclient import TestClient

from src.collecting.folder import collected
from src.collecting.rows import CONFIRMED, CORRECTED, WRONG, KeptRow
from src.common.errors import UserError
from src.datasets.photos import load_photos, validate
from src.inference.reader import Reading
from src.serving import collector as collector_module
from src.serving.schemas import COMPONENTS
from src.serving.service import Service
from src.serving.settings import Settings
from tests.serving.fakes import PLATE, Picture, client_of, fake_service, grey

WAIT_S = 10.0
Start = Callable[..., tuple[TestClient, Path]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a service that collects into a folder, and ends it."""
    services: list[Service] = []

    def make(**more: Any) -> tuple[TestClient, Path]:
        look = more.pop("look", by_grey)
        folder = tmp_path / "collected"
        service = fake_service(look, Settings(collect=str(folder), **more))
        services.append(service)
        return client_of(service), folder

    yield make
    for service in services:
        service.close()


def by_grey(image: Picture) -> list[Reading]:
    """A plate as sure as the picture is bright, none in a black one."""
    sure = int(image[0, 0]) / 255
    return [replace(PLATE, confidence=sure)] if sure else []


def predict(client: TestClient, content: bytes, path: str = "/predict", **more: Any) -> Any:
    response = client.post(path, files={"file": content}, **more)
    assert response.status_code == 200, response.text
    return response.json()


def say(client: TestClient, content: bytes, token: str, *texts: str) -> Any:
    data = {"token": token, "text": list(texts)}
    return client.post("/feedback", files={"file": content}, data=data)


def rows(folder: Path, count: int | None = None) -> list[KeptRow]:
    """The rows of a folder, once there are pictures enough."""
    end = time.monotonic() + WAIT_S
    while True:
        with collected(folder) as pictures:
            if count is None or len(pictures) >= count or time.monotonic() > end:
                return [row for _, found in pictures for row in found]
        time.sleep(0.02)


DOUBTFUL, SURE, EMPTY = grey(value=100), grey(value=250), grey(value=0)


def test_off_by_default(tmp_path: Path) -> None:
    client = client_of(fake_service())
    answer = predict(client, grey())
    assert "feedback" not in answer
    assert client.post("/feedback", files={"file": grey()}).status_code == 404
    assert "collects" not in client.get("/readyz").json()
    assert "/feedback" not in client.get("/openapi.json").json()["paths"]
    assert list(tmp_path.iterdir()) == []


def test_doubtful_pictures_are_kept_with_what_was_read(start: Start) -> None:
    client, folder = start(collect_below=0.8)
    for content in (SURE, EMPTY, DOUBTFUL, DOUBTFUL):
        predict(client, content, headers={"X-Request-ID": "me"})
    (row,) = rows(folder, 1)
    assert (row.row.text, row.row.group, row.confidence, row.feedback) == ("ZH12", "me", "0.3922", "")  # fmt: skip
    assert (folder / row.row.image).read_bytes() == DOUBTFUL
    assert validate(folder) == []
    (photo,) = load_photos(folder).photos
    assert (photo.split, photo.groups) == ("test", ("me",))
    # The picture is 64 wide, and the plate lies within it.
    assert photo.plates[0].known_quad.tolist() == PLATE.quad.tolist()
    text = client.get("/metrics").text
    assert 'plates_collected_total{outcome="kept"} 1.0' in text.splitlines()
    assert 'plates_collected_total{outcome="known"} 1.0' in text.splitlines()


def test_nothing_by_itself_where_the_confidence_is_zero(start: Start) -> None:
    client, folder = start(collect_below=0.0)
    answer = predict(client, DOUBTFUL)
    assert say(client, DOUBTFUL, answer["feedback"]).json() == {"kept": True}
    assert [row.feedback for row in rows(folder)] == [WRONG]


def test_what_a_client_says(start: Start) -> None:
    client, folder = start()
    token = predict(client, SURE)["feedback"]
    assert rows(folder) == []
    assert say(client, SURE, token, "zh 18").json() == {"kept": True}
    (row,) = rows(folder)
    assert (row.row.text, row.feedback, row.confidence) == ("ZH18", CORRECTED, "0.9804")
    # Said again, the last word counts.
    say(client, SURE, token, "ZH12")
    assert [(row.row.text, row.feedback) for row in rows(folder)] == [("ZH12", CONFIRMED)]
    say(client, SURE, token, "-")
    assert [(row.row.text, row.row.corners) for row in rows(folder)] == [("", ())]
    say(client, SURE, token, "=", "GE 7")
    assert [row.row.text for row in rows(folder)] == ["ZH12", "GE7"]
    assert validate(folder) == []
    assert load_photos(folder).photos[0].plates[1].quad is None


def test_a_plate_that_was_missed(start: Start) -> None:
    client, folder = start()
    token = predict(client, EMPTY)["feedback"]
    assert say(client, EMPTY, token, "GE 7").json() == {"kept": True}
    assert [(row.row.text, row.feedback) for row in rows(folder)] == [("GE7", CORRECTED)]


def test_pictures_of_one_vehicle_stay_together(start: Start) -> None:
    client, folder = start()
    for value in (90, 100):
        predict(client, grey(value=value), "/predict?track=gate-7")
    assert {row.row.group for row in rows(folder, 2)} == {"gate-7"}
    refused = client.post("/predict?track=a b", files={"file": grey()})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "invalid_field")


def test_a_batch_has_a_token_for_each_picture(start: Start) -> None:
    client, folder = start()
    files = [("file", DOUBTFUL), ("file", b"words"), ("file", SURE)]
    results = client.post("/predict/batch?track=t", files=files).json()["results"]
    assert ["feedback" in result for result in results] == [True, False, True]
    assert say(client, SURE, results[2]["feedback"], "ZH18").json() == {"kept": True}
    assert say(client, SURE, results[0]["feedback"], "ZH18").status_code == 422
    assert {row.row.group for row in rows(folder, 2)} == {"t"}


def test_texts_are_hashed_if_asked(start: Start) -> None:
    client, folder = start(collect_key="a secret of the test", collect_hash=True)
    predict(client, DOUBTFUL)
    token = predict(client, SURE)["feedback"]
    say(client, SURE, token, "ZH12")
    found = rows(folder, 2)
    assert [row.row.text for row in found] == ["", ""]
    assert [bool(row.row.corners) for row in found] == [True, True]
    # The same plate has the same hash, and only with the key can one know which.
    assert len({row.text_hash for row in found}) == 1
    assert len(found[0].text_hash) == 64
    assert b"ZH12" not in (folder / "annotations.csv").read_bytes()
    assert validate(folder) == []


@pytest.mark.parametrize(
    ("fields", "files", "message"),
    [
        ({"text": "ZH12"}, True, 'one field "token"'),
        ({"token": ["a", "b"]}, True, 'one field "token"'),
        ({"token": "x"}, True, "the token is refused: it is none"),
        ({"token": "{token}"}, False, 'no field "file"'),
        ({"token": "{token}", "text": "=1+1"}, True, "has what no plate has"),
        ({"token": "{token}", "text": "A" * 50}, True, "no plate has more than 40"),
        ({"token": "{token}", "text": ["ZH12", ""]}, True, "a missed one needs its text"),
        ({"token": "{token}", "text": ["ZH12"] * 20}, True, "Too many fields"),
    ],
)
def test_what_is_refused(start: Start, fields: dict[str, Any], files: bool, message: str) -> None:
    client, folder = start()
    token = predict(client, SURE)["feedback"]
    data = {k: v.format(token=token) if isinstance(v, str) else v for k, v in fields.items()}
    sent = {"file": SURE} if files else {"other": SURE}
    response = client.post("/feedback", files=sent, data=data)
    assert response.status_code == 422, response.text
    assert message in response.json()["error"]["message"]
    assert rows(folder) == []


def test_nobody_keeps_a_picture_that_was_not_read_here(start: Start) -> None:
    client, folder = start()
    token = predict(client, SURE)["feedback"]
    service = client_of(fake_service(by_grey, Settings(collect=str(folder))))
    assert say(client, EMPTY, token, "ZH18").status_code == 422
    # Another server has another key, unless both are given the same.
    assert say(service, SURE, token, "ZH18").status_code == 422
    assert say(client, b"words", token).status_code == 422
    assert client.post("/feedback", content=SURE).status_code == 415
    assert client.get("/feedback").status_code == 405
    assert rows(folder) == []


def test_servers_with_one_key_know_each_other_s_tokens(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    asked = Settings(collect=str(folder), collect_key="the same secret of both")
    first, second = (fake_service(by_grey, asked) for _ in range(2))
    token = predict(client_of(first), SURE)["feedback"]
    assert say(client_of(second), SURE, token, "ZH18").json() == {"kept": True}
    for service in (first, second):
        service.close()


def test_limits_are_those_of_predict(start: Start) -> None:
    client, _ = start(max_upload_mb=0.01)
    assert say(client, bytes(10_001), "t").status_code == 413


def test_a_full_disk_is_no_error(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    client, folder = start()
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(collector_module, "log", lambda level, **facts: told.append(facts))

    def full(*arguments: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        for value in (90, 100):
            assert predict(client, grey(value=value))["plate"] == "ZH12"
        token = predict(client, SURE)["feedback"]
        assert say(client, SURE, token, "ZH18").json() == {"kept": False}
    assert len(told) == 1
    assert "No space left" in told[0]["error"]
    assert 'outcome="failed"} 3.0' in client.get("/metrics").text
    assert rows(folder) == []
    assert say(client, SURE, token, "ZH18").json() == {"kept": True}


def test_a_disk_that_hangs_stops_no_reading(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    client, _ = start()
    monkeypatch.setattr(collector_module, "_WAITING_BYTES", 3 * len(DOUBTFUL))
    token = predict(client, SURE)["feedback"]
    pwrite, hung, goes_on = os.pwrite, list[int](), threading.Event()

    def hang(*arguments: Any) -> int:
        hung.append(1)
        goes_on.wait(WAIT_S)
        return pwrite(*arguments)

    monkeypatch.setattr(os, "pwrite", hang)
    try:
        for value in range(60, 80):
            assert predict(client, grey(value=value))["plate"] == "ZH12"
        assert hung == [1]
        assert 'outcome="dropped"}' in client.get("/metrics").text
        response = say(client, SURE, token, "ZH18")
        assert response.json()["error"]["code"] == "busy"
    finally:
        goes_on.set()


def test_no_text_in_the_log(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    client, _ = start()
    monkeypatch.setattr(logging.getLogger("plates.requests"), "info", lines.append)
    token = predict(client, SURE)["feedback"]
    say(client, SURE, token, "ZH18")
    assert json.loads(lines[-1])["kept"] is True
    assert "ZH1" not in "".join(lines)
    assert token not in "".join(lines)


def test_it_is_as_described(start: Start) -> None:
    client, _ = start()
    document = client.get("/openapi.json").json()

    def check(name: str, value: Any) -> None:
        schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": COMPONENTS}}
        jsonschema_rs.validator_for(schema).validate(value)

    answer = predict(client, SURE)
    check("Answer", answer)
    check("Ready", client.get("/readyz").json())
    assert client.get("/readyz").json()["collects"] == {"below": 0.8, "days": 30.0}
    check("Kept", say(client, SURE, answer["feedback"]).json())
    check("BatchAnswer", client.post("/predict/batch", files=[("file", SURE)]).json())
    assert "/feedback" in document["paths"]
    assert [p["name"] for p in document["paths"]["/predict"]["post"]["parameters"]] == ["format", "track"]  # fmt: skip
    page = client.get("/docs").text
    assert "POST /feedback" in page
    assert "?track=" in page


def test_a_folder_that_cannot_be_one_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="pictures cannot be collected there"):
        fake_service(settings=Settings(collect=str(tmp_path / "file")))


def test_what_waits_is_written_at_the_end(tmp_path: Path) -> None:
    service = fake_service(by_grey, Settings(collect=str(tmp_path / "c")))
    client = client_of(service)
    for value in range(60, 80):
        predict(client, grey(value=value))
    service.close()
    assert len(rows(tmp_path / "c")) == 20
