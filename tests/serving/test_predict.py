"""What a client gets from the routes that read, in one process and without networks."""

import threading
from typing import Any

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from src.serving.predict import MAX_BATCH
from src.serving.settings import Settings
from tests.serving.fakes import PLATE, client_of, encoded, fake_service, grey, seen

MODEL = {"version": "0123456789ab", "format": "swiss"}
SMALL = Settings(max_upload_mb=0.01, max_megapixels=0.01)


@pytest.fixture
def client() -> TestClient:
    return client_of(fake_service())


def post(client: TestClient, content: bytes, path: str = "/predict", **more: Any) -> Any:
    return client.post(path, files={"file": ("photo.png", content, "image/png")}, **more)


def test_answer(client: TestClient) -> None:
    response = post(client, grey(80, 60))
    assert response.status_code == 200
    answer = response.json()
    assert answer.pop("ms") >= 0
    assert answer == {
        "plate": "ZH12",
        "canton": "ZH",
        "number": "12",
        "plates": [
            {
                "text": "ZH12",
                "canton": "ZH",
                "number": "12",
                "confidence": 0.8,
                "confidence_min": 0.9,
                "characters": [
                    {"char": "Z", "confidence": 1.0},
                    {"char": "H", "confidence": 0.9},
                    {"char": "1", "confidence": 0.95},
                    {"char": "2", "confidence": 1.0},
                ],
                "box": [9.0, 20.0, 50.0, 34.0],
                "quad": [[10.0, 20.0], [50.0, 24.0], [49.0, 34.0], [9.0, 30.0]],
                "score": 0.9,
                "partial": False,
                "pattern": "ZH12",
                "region": {
                    "code": "CH",
                    "name": "Switzerland",
                    "confidence": 1.0,
                    "subdivision": {"code": "CH-ZH", "name": "Zürich"},
                },
            }
        ],
        "image": {"width": 80, "height": 60},
        "model": MODEL,
    }


def test_no_plate(client: TestClient) -> None:
    answer = post(client, grey(value=255)).json()
    assert answer["plates"] == []
    assert answer["plate"] is answer["canton"] is answer["number"] is None


def test_relative_form(client: TestClient) -> None:
    expected = {"prediction": [[0.0, 0.9, 9 / 64, 20 / 40, 50 / 64, 34 / 40]]}
    assert post(client, grey(64, 40), "/predict?format=sagemaker").json() == expected
    assert post(client, grey(64, 40, 255), "/predict?format=sagemaker").json() == {"prediction": []}


def test_relative_box_ends_at_the_edge(client: TestClient) -> None:
    (found,) = post(client, grey(40, 30), "/predict?format=sagemaker").json()["prediction"]
    assert found[2:] == [9 / 40, 20 / 30, 1.0, 1.0]


@pytest.mark.parametrize("kind", ["image/jpeg", "application/x-image", "application/octet-stream"])
def test_invocations(client: TestClient, kind: str) -> None:
    response = client.post("/invocations", content=grey(64, 40), headers={"Content-Type": kind})
    assert response.json() == {"prediction": [[0.0, 0.9, 9 / 64, 20 / 40, 50 / 64, 34 / 40]]}
    plain = client.post(
        "/invocations?format=plates", content=grey(), headers={"Content-Type": kind}
    )
    assert plain.json()["plate"] == "ZH12"


def test_body_without_a_type(client: TestClient) -> None:
    assert client.post("/predict", content=grey()).json()["plate"] == "ZH12"


def test_orientation_reaches_the_reader_and_the_answer() -> None:
    service = fake_service()
    exif = Image.Exif()
    exif[0x0112] = 8
    picture = encoded(Image.new("RGB", (90, 60)), "JPEG", exif=exif)
    answer = post(client_of(service), picture).json()
    assert answer["image"] == {"width": 60, "height": 90}
    assert seen(service)[0].shape == (90, 60)
    assert seen(service)[0].dtype == np.uint8


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "not_an_image"),
        (b"words", 400, "not_an_image"),
        (grey()[:40], 400, "truncated_image"),
        (grey(200, 100), 400, "too_many_pixels"),
        (b"%PDF-1.7 words", 415, "wrong_type"),
        (bytes(10_001), 413, "too_large"),
    ],
)
def test_refusals(content: bytes, status: int, code: str) -> None:
    response = post(client_of(fake_service(settings=SMALL)), content)
    assert response.status_code == status
    error = response.json()
    assert error["error"]["code"] == code
    assert error["error"]["message"]
    assert error["request_id"] == response.headers["X-Request-ID"]


def test_upload_without_a_length_is_cut_off() -> None:
    taken: list[int] = []

    def chunks() -> Any:
        for number in range(100):
            taken.append(number)
            yield bytes(1000)

    response = client_of(fake_service(settings=SMALL)).post(
        "/invocations", content=chunks(), headers={"Content-Type": "image/jpeg"}
    )
    assert (response.status_code, response.json()["error"]["code"]) == (413, "too_large")


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/mixed"])
def test_body_of_another_type(client: TestClient, kind: str) -> None:
    response = client.post("/predict", content=b"{}", headers={"Content-Type": kind})
    assert (response.status_code, response.json()["error"]["code"]) == (415, "wrong_type")


@pytest.mark.parametrize(
    ("path", "request_"),
    [
        ("/predict", {"files": {"photo": grey()}}),
        ("/predict", {"files": [("file", grey()), ("file", grey())]}),
        ("/predict", {"files": {"file": (None, "a text")}}),
        ("/predict?format=xml", {"files": {"file": grey()}}),
        ("/predict/batch", {"files": {"photo": grey()}}),
        ("/predict/batch", {"files": [("file", grey())] * (MAX_BATCH + 1)}),
        ("/predict", {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}),
        (
            "/predict",
            {"content": b"x", "headers": {"Content-Type": "multipart/form-data; boundary=y"}},
        ),
        (
            "/predict",
            {
                "content": b"--y\r\nContent-Disposition\r\n\r\n",
                "headers": {"Content-Type": "multipart/form-data; boundary=y"},
            },
        ),
    ],
)
def test_wrong_fields(client: TestClient, path: str, request_: dict[str, Any]) -> None:
    response = client.post(path, **request_)
    assert (response.status_code, response.json()["error"]["code"]) == (422, "invalid_field")


def test_batch_keeps_the_order_and_goes_on_after_a_broken_file(client: TestClient) -> None:
    contents = [grey(64, 48), b"words", grey(30, 20, 255), grey()[:50]]
    files = [("file", (f"{i}.png", content, "image/png")) for i, content in enumerate(contents)]
    response = client.post("/predict/batch", files=files)
    assert response.status_code == 200
    answer = response.json()
    assert answer["model"] == MODEL
    assert [result["file"] for result in answer["results"]] == [f"{i}.png" for i in range(4)]
    told = [r["error"]["code"] if "error" in r else r["plate"] for r in answer["results"]]
    assert told == ["ZH12", "not_an_image", None, "truncated_image"]
    assert answer["results"][1]["request_id"] == response.headers["X-Request-ID"]


@pytest.mark.parametrize("kind", ["image/jpeg", ""])
def test_batch_is_always_a_form(client: TestClient, kind: str) -> None:
    response = client.post("/predict/batch", content=grey(), headers={"Content-Type": kind})
    assert (response.status_code, response.json()["error"]["code"]) == (415, "wrong_type")


def test_batch_is_larger_than_the_queue() -> None:
    client = client_of(fake_service(settings=Settings(concurrency=1, queue=0)))
    answer = client.post("/predict/batch", files=[("files", grey())] * MAX_BATCH).json()
    assert [result["plate"] for result in answer["results"]] == ["ZH12"] * MAX_BATCH


def test_busy_says_when_to_come_back() -> None:
    begun, end = threading.Event(), threading.Event()

    def wait(image: Any) -> list[Any]:
        begun.set()
        assert end.wait(10)
        return [PLATE]

    with client_of(fake_service(wait, Settings(concurrency=1, queue=0))) as client:
        answers: list[Any] = []
        first = threading.Thread(target=lambda: answers.append(post(client, grey())))
        first.start()
        assert begun.wait(10)
        refused = post(client, grey())
        end.set()
        first.join()
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "busy")
    assert int(refused.headers["Retry-After"]) >= 1
    assert answers[0].json()["plate"] == "ZH12"


def test_late_answer_is_given_up() -> None:
    end = threading.Event()

    def wait(image: Any) -> list[Any]:
        end.wait(10)
        return []

    with client_of(fake_service(wait, Settings(timeout_s=0.05))) as client:
        response = post(client, grey())
        end.set()
    assert (response.status_code, response.json()["error"]["code"]) == (503, "timeout")
    assert "Retry-After" in response.headers


def test_defect_shows_nothing_of_itself(capsys: pytest.CaptureFixture[str]) -> None:
    def fail(image: Any) -> list[Any]:
        raise RuntimeError("a secret path")

    response = post(client_of(fake_service(fail)), grey())
    assert response.status_code == 500
    assert response.json()["error"]["code"] == "internal"
    assert "secret" not in response.text
    assert "RuntimeError" not in response.text
