"""The benchmark of serving counts what it says, on a server of its own."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks import serve
from src.common.config import load_config
from src.common.errors import UserError
from src.pipeline.world import load_world
from tests.networks import save_bundle


class Answers(BaseHTTPRequestHandler):
    """Answers 200, and every fifth time 503."""

    protocol_version = "HTTP/1.1"
    asked: list[bytes]

    def do_POST(self) -> None:
        self.asked.append(self.rfile.read(int(self.headers["Content-Length"])))
        content = json.dumps({"plates": []}).encode()
        self.send_response(503 if len(self.asked) % 5 == 0 else 200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: object) -> None:
        """Keep quiet."""


@pytest.fixture
def port() -> Iterator[int]:
    Answers.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever).start()
        yield server.server_address[1]
        server.shutdown()


def test_every_request_is_sent_and_counted(port: int) -> None:
    tally = serve.send(port, [b"first", b"second"], requests=20, clients=3, limit_s=30)
    assert (len(tally.seconds), tally.errors) == (16, 4)
    assert min(tally.seconds) > 0
    assert len(Answers.asked) == 20
    assert sum(b"\r\n\r\nfirst\r\n" in body for body in Answers.asked) == 10


def test_time_is_limited(port: int) -> None:
    tally = serve.send(port, [b"x"], requests=1_000_000, clients=2, limit_s=0.3)
    assert 0 < len(tally.seconds) + tally.errors < 1_000_000


def test_nobody_there_counts_as_errors() -> None:
    tally = serve.send(1, [b"x"], requests=4, clients=2, limit_s=30)
    assert (tally.seconds, tally.errors) == ([], 4)


def test_pictures_are_scenes_as_jpeg() -> None:
    pictures = serve.draw_pictures(load_world(load_config()), 2)
    for picture in pictures:
        decoded = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_UNCHANGED)
        assert decoded is not None
        assert decoded.shape == (256, 256)
    assert pictures[0] != pictures[1]


@pytest.mark.slow
def test_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "WARM_UP", 10)
    pictures = serve.draw_pictures(load_world(load_config()), 2)
    row = serve.measure(save_bundle(tmp_path).folder, pictures, requests=20, clients=2)
    assert len(row) == len(serve.HEAD)
    clients, sent, rate, p50, p95, p99, errors, *_ = (float(value) for value in row)
    assert (clients, sent, errors) == (2, 20, 0)
    assert rate > 0
    assert 0 < p50 <= p95 <= p99


def test_server_that_does_not_start_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(UserError, match=r"did not start: error: no model in"),
        serve.server(tmp_path),
    ):
        pytest.fail("there is no model")
