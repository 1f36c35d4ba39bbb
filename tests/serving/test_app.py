"""What holds for every route: errors in one shape, ids, log, measurements, headers."""

import json
import logging
import threading
import time
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from src.serving.app import install
from src.serving.processes import Processes
from src.serving.settings import Settings
from tests.serving.fakes import client_of, fake_service, grey


@pytest.fixture
def client() -> TestClient:
    return client_of(fake_service())


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The log lines of requests, parsed."""
    kept: list[dict[str, Any]] = []
    logger = logging.getLogger("plates.requests")
    monkeypatch.setattr(logger, "info", lambda text: kept.append(json.loads(text)))
    return kept


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/static/../app.py", 404, "not_found"),
        ("GET", "/static/%2e%2e/app.py", 404, "not_found"),
        ("GET", "/samples/none.jpg", 404, "not_found"),
        ("GET", "/static/%00", 404, "not_found"),
        ("GET", "/samples/a%00.jpg", 404, "not_found"),
        ("GET", "/static/" + "x" * 5000, 404, "not_found"),
        ("GET", "/redoc", 404, "not_found"),
        ("GET", "/predict", 405, "method_not_allowed"),
        ("DELETE", "/predict/batch", 405, "method_not_allowed"),
        ("POST", "/healthz", 405, "method_not_allowed"),
        ("POST", "/static/x", 405, "method_not_allowed"),
    ],
)
def test_framework_errors_have_the_same_shape(
    client: TestClient, method: str, path: str, status: int, code: str
) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    answer = response.json()
    assert set(answer) == {"error", "request_id"}
    assert answer["error"]["code"] == code
    if status == 405:
        assert response.headers["Allow"]


def test_request_id_of_the_client_is_kept(client: TestClient) -> None:
    response = client.get("/healthz", headers={"X-Request-ID": "a-1_b.c"})
    assert response.headers["X-Request-ID"] == "a-1_b.c"


@pytest.mark.parametrize("asked", ["", "a b", "x" * 65, 'a"b', "é", "a\tb"])
def test_request_id_that_is_not_plain_is_replaced(client: TestClient, asked: str) -> None:
    answered = client.get("/x", headers={b"X-Request-ID": asked.encode()})
    assert answered.headers["X-Request-ID"] not in ("", asked)
    assert answered.json()["request_id"] == answered.headers["X-Request-ID"]


def test_log_line_without_plate_texts(client: TestClient, lines: list[dict[str, Any]]) -> None:
    client.post("/predict?secret=1", files={"file": grey()}, headers={"X-Request-ID": "me"})
    client.get("/nothing/ZH12")
    first, second = lines
    assert first["request_id"] == "me"
    assert (first["method"], first["route"], first["status"]) == ("POST", "/predict", 200)
    assert (first["plates"], first["level"]) == (1, "info")
    assert first["ms"] > 0
    assert first["bytes"] > 100
    assert (second["route"], second["status"], second["code"]) == ("other", 404, "not_found")
    assert "ZH12" not in json.dumps(lines)
    assert "secret" not in json.dumps(lines)


def test_plate_texts_in_the_log_when_switched_on(lines: list[dict[str, Any]]) -> None:
    client = client_of(fake_service(settings=Settings(log_text=True)))
    client.post("/predict", files={"file": grey()})
    assert lines[0]["texts"] == ["ZH12"]


def test_defect_is_in_the_log(lines: list[dict[str, Any]]) -> None:
    def fail(image: Any) -> list[Any]:
        raise RuntimeError("a reason")

    client_of(fake_service(fail)).post("/predict", files={"file": grey()})
    assert (lines[0]["level"], lines[0]["status"]) == ("error", 500)
    assert "RuntimeError: a reason" in lines[0]["error"]


def test_metrics(client: TestClient) -> None:
    client.post("/predict", files={"file": grey()})
    client.post("/predict", files={"file": b"words"})
    for number in range(5):
        client.get(f"/stray/{number}")
        client.get(f"/static/{number}")
    text = client.get("/metrics").text
    for line in (
        'plates_requests_total{route="/predict",status="200"} 1.0',
        'plates_requests_total{route="/predict",status="400"} 1.0',
        'plates_requests_total{route="other",status="404"} 5.0',
        'plates_requests_total{route="/static/*",status="404"} 5.0',
        'plates_request_seconds_count{route="/predict"} 2.0',
        "plates_read_total 1.0",
        "plates_pictures_total 1.0",
        "plates_queue_depth 0.0",
        'plates_model_info{format="swiss",release="",stage="",version="0123456789ab"} 1.0',
    ):
        assert line in text.splitlines()
    assert "stray" not in text


def test_a_released_model_is_named_by_version_and_stage() -> None:
    service = fake_service(release="release@v1.2.0", stage="prod")
    client = client_of(service)
    told = {"release": "release@v1.2.0", "stage": "prod"}
    ready = client.get("/readyz").json()
    assert ready["model"] == {**service.model, **told, "metrics": {"val_acc": 0.5}}
    labels = 'format="swiss",release="release@v1.2.0",stage="prod",version="0123456789ab"'
    assert f"plates_model_info{{{labels}}} 1.0" in client.get("/metrics").text.splitlines()
    # Answers name the model by what it is alone.
    assert client.post("/predict", files={"file": grey()}).json()["model"] == service.model


def test_health_and_readiness() -> None:
    service = fake_service()
    client = client_of(service)
    assert client.get("/healthz").json() == {"status": "ok"}
    for path in ("/readyz", "/ping"):
        told = {**service.model, "metrics": {"val_acc": 0.5}}
        assert client.get(path).json() == {"status": "ready", "model": told}
    assert "Connection" not in client.get("/healthz").headers
    service.stopping = True
    for path in ("/readyz", "/ping"):
        response = client.get(path)
        assert (response.status_code, response.json()["error"]["code"]) == (503, "busy")
    assert client.get("/healthz").status_code == 200
    # What still comes is answered, and the connection is not used again.
    late = client.post("/predict", files={"file": grey()})
    assert (late.status_code, late.headers["Connection"]) == (200, "close")


@pytest.mark.parametrize("path", ["/", "/docs", "/healthz", "/nothing", "/openapi.json"])
def test_every_answer_is_guarded(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Access-Control-Allow-Origin" not in headers


def test_other_sites_only_when_set() -> None:
    ask = {"Origin": "https://a.example"}
    settings = Settings(cors_origins=("https://a.example",))
    assert (
        "Access-Control-Allow-Origin"
        not in client_of(fake_service()).get("/ping", headers=ask).headers
    )
    allowed = client_of(fake_service(settings=settings)).get("/ping", headers=ask).headers
    assert allowed["Access-Control-Allow-Origin"] == "https://a.example"


@pytest.mark.parametrize(
    "wanted", ["bytes=0-0", "bytes=0-0,-1", "bytes=9-,0-3", "bytes=x", "=", "bytes=99999999-"]
)
@pytest.mark.parametrize("path", ["/", "/static/index.html", "/samples/1-one-line.jpg"])
def test_files_are_answered_whole(client: TestClient, path: str, wanted: str) -> None:
    whole = client.get(path)
    part = client.get(path, headers={"Range": wanted})
    assert part.status_code == 200
    assert part.content == whole.content
    assert len(part.content) == int(part.headers["Content-Length"])
    assert part.headers["Accept-Ranges"] == "none"


def test_not_ready_while_no_process_is() -> None:
    service = fake_service()
    client = client_of(service)
    service._processes.append(cast(Processes, SimpleNamespace(ready=False)))
    assert client.get("/readyz").status_code == 503
    service._processes = [cast(Processes, SimpleNamespace(ready=True))]
    assert client.get("/readyz").status_code == 200


def test_not_ready_while_every_thread_hangs() -> None:
    end = threading.Event()

    def hang(image: Any) -> list[Any]:
        end.wait(30)
        return []

    with client_of(fake_service(hang, Settings(concurrency=1, timeout_s=0.05))) as client:
        assert client.get("/readyz").status_code == 200
        assert client.post("/predict", files={"file": grey()}).json()["error"]["code"] == "timeout"
        hanging = client.get("/readyz")
        assert (hanging.status_code, hanging.json()["error"]["code"]) == (503, "busy")
        assert "plates_late 1.0" in client.get("/metrics").text.splitlines()
        end.set()
        time.sleep(0.2)
        assert client.get("/readyz").status_code == 200


def test_service_goes_before_what_an_application_has() -> None:
    app = FastAPI()
    app.add_api_route("/", lambda: "theirs")
    app.add_api_route("/healthz", lambda: "theirs")
    app.add_api_route("/interface.json", lambda: "theirs")
    install(app, fake_service())
    app.add_api_route("/predict", lambda: "theirs", methods=["POST"])
    client = TestClient(app)
    assert client.get("/interface.json").json() == "theirs"
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.post("/predict", files={"file": grey()}).json()["plate"] == "ZH12"
    assert "theirs" not in client.get("/").text


def test_samples(client: TestClient) -> None:
    names = client.get("/samples").json()
    assert names == sorted(names)
    for name in names:
        picture = client.get(f"/samples/{name}")
        assert picture.headers["Content-Type"] == "image/jpeg"
