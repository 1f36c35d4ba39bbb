"""Both ways to serve, each as a real process on loopback."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest
import requests

from src.common.errors import UserError
from src.generators.formats import get_format
from src.generators.scene import SceneOptions, World, draw_scene
from src.save_stack import save_stack
from src.serve import check_address, load_stack
from tests.networks import endpoint_on, save_networks
from tests.source import ROOT

START_S = 60.0
MLEM = [str(Path(sys.executable).with_name("mlem")), "serve", "fastapi"]
SERVE = "import sys, pathlib, src.serve as s; s.STACK = pathlib.Path(sys.argv.pop(1)); s.main()"


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        return int(listening.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, log: Path) -> Iterator[str]:
    """Run a server from the project's root; yield its address once it answers."""
    environment = {**os.environ, "MLEM_NO_ANALYTICS": "true", "OMP_NUM_THREADS": "1"}
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    address, deadline = f"http://127.0.0.1:{port}", time.monotonic() + START_S
    try:
        while time.monotonic() < deadline and server.poll() is None:
            try:
                requests.get(f"{address}/interface.json", timeout=5).raise_for_status()
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        else:
            pytest.fail(f"the server did not start: {log.read_text()}")
        yield address
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("models")
    save_networks(folder)
    save_stack(endpoint_on(folder), folder / "stack")
    return folder / "stack"


@pytest.fixture(scope="module", params=["mlem serve", "src.serve"])
def address(
    request: pytest.FixtureRequest, stack: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    port = free_port()
    if request.param == "mlem serve":
        command = [*MLEM, "-m", str(stack), "--request_serializer", "pil_numpy"]
    else:
        command = [sys.executable, "-c", SERVE, str(stack)]
    log = tmp_path_factory.mktemp("log") / "log.txt"
    with running([*command, "--port", str(port)], port, log) as address:
        yield address


def post(address: str, content: bytes) -> requests.Response:
    return requests.post(f"{address}/predict", files={"file": ("upload", content)}, timeout=30)


def encoded(picture: np.ndarray, suffix: str) -> bytes:
    return cv2.imencode(suffix, picture)[1].tobytes()


@pytest.mark.slow
def test_drawn_scene(address: str) -> None:
    world, options = World(get_format("swiss")), SceneOptions(256, 256, 1, 0.0, 0.3, 0.8)
    scene = draw_scene(np.random.default_rng(5), world, options, "test")
    response = post(address, encoded(scene.image, ".jpg"))
    assert response.status_code == 200
    answer = response.json()
    assert answer["image"] == {"width": 256, "height": 256}
    assert (answer["plate"], answer["canton"], answer["number"]) == ("Z", "", "Z")
    assert len(answer["plates"][0]["quad"]) == 4
    assert answer["plates"][0]["characters"][0]["char"] == "Z"


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(100, 300), (480, 640, 3), (70, 50, 4), (1, 1)])
def test_any_size_and_colours(address: str, shape: tuple[int, ...]) -> None:
    response = post(address, encoded(np.full(shape, 128, np.uint8), ".png"))
    assert response.status_code == 200
    assert response.json()["image"] == {"width": shape[1], "height": shape[0]}


@pytest.mark.slow
def test_sixteen_bits(address: str) -> None:
    response = post(address, encoded(np.full((40, 60), 40_000, np.uint16), ".png"))
    assert response.status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("content", [b"no picture, only words", b"", b"\x89PNG\r\n\x1a\n\x00\x00"])
def test_what_is_no_picture_is_refused(address: str, content: bytes) -> None:
    assert 400 <= post(address, content).status_code < 500
    # and the server lives on
    assert post(address, encoded(np.zeros((64, 64), np.uint8), ".png")).status_code == 200


@pytest.mark.slow
def test_missing_field_is_refused(address: str) -> None:
    response = requests.post(f"{address}/predict", files={"photo": b"x"}, timeout=30)
    assert response.status_code == 422


@pytest.mark.slow
def test_documentation_names_the_answer(address: str) -> None:
    schema = requests.get(f"{address}/openapi.json", timeout=30).json()
    assert "/predict" in schema["paths"]
    known = [set(s.get("properties", ())) for s in schema["components"]["schemas"].values()]
    assert {"plate", "canton", "number", "plates", "image"} in known


def test_saved_stack_is_loaded(stack: Path) -> None:
    assert load_stack(stack).get_value() == endpoint_on(stack.parent)


def test_nothing_saved(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"python3 -m src\.save_stack"):
        load_stack(tmp_path / "stack")


@pytest.mark.parametrize("content", ["", "][", "object_type: model\nprocessors: 3", "a: b"])
def test_damaged_card(tmp_path: Path, content: str) -> None:
    (tmp_path / "stack.mlem").write_text(content)
    with pytest.raises(UserError, match="damaged"):
        load_stack(tmp_path / "stack")


@pytest.mark.parametrize("content", ["", "{}", '{"models": "out/models"}', None])
def test_damaged_settings(tmp_path: Path, content: str | None) -> None:
    save_networks(tmp_path)
    save_stack(endpoint_on(tmp_path), tmp_path / "stack")
    (tmp_path / "stack").unlink()
    if content is not None:
        (tmp_path / "stack").write_text(content)
    with pytest.raises(UserError, match="damaged"):
        load_stack(tmp_path / "stack")


def test_networks_gone_since(tmp_path: Path) -> None:
    save_networks(tmp_path)
    save_stack(endpoint_on(tmp_path), tmp_path / "elsewhere" / "stack")
    (tmp_path / "ocr" / "card.json").unlink()
    with pytest.raises(UserError, match="no trained model"):
        load_stack(tmp_path / "elsewhere" / "stack")


def test_taken_port() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port = listening.getsockname()[1]
        with pytest.raises(UserError, match=f"127.0.0.1:{port} .*in use.*--port"):
            check_address("127.0.0.1", port)
    check_address("127.0.0.1", port)


@pytest.mark.parametrize("port", [-1, 0, 65_536])
def test_no_such_port(port: int) -> None:
    with pytest.raises(UserError, match=f"no port {port}: .*--port"):
        check_address("127.0.0.1", port)


def test_address_of_another_machine() -> None:
    # 203.0.113.0/24 is kept for documentation (RFC 5737).
    with pytest.raises(UserError, match=r"cannot listen on 203\.0\.113\.7:8080 .*--host"):
        check_address("203.0.113.7", 8080)
