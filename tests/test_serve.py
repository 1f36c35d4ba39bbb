"""The server as a real process on loopback; the rest of the service is tested in tests/serving."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import pytest
import requests

from src.bundle.bundle import Bundle
from src.bundle.card import BundleCard
from src.common.errors import UserError
from src.generators.formats import get_format
from src.generators.scene import SceneOptions, World, draw_scene
from src.inference.engine import PROCESSOR
from src.inference.reader import PlateReader
from src.serving.app import INTERFACE
from src.serving.start import served_model
from tests.networks import save_bundle
from tests.serving.servers import (
    Running,
    is_around_the_model,
    names_the_answer,
    running,
    serve_command,
)
from tests.source import ROOT


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("models")
    return save_bundle(folder).folder


@pytest.fixture(scope="module")
def served(stack: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    log = tmp_path_factory.mktemp("log") / "log.txt"
    with running(serve_command(stack), log, {}) as server:
        yield server


def post(served: Running, content: bytes) -> requests.Response:
    files = {"file": ("upload", content)}
    return requests.post(f"{served.address}/predict", files=files, timeout=30)


def encoded(picture: np.ndarray, suffix: str) -> bytes:
    return cv2.imencode(suffix, picture)[1].tobytes()


@pytest.mark.slow
def test_drawn_scene(served: Running) -> None:
    world, options = (
        World(get_format("swiss")),
        SceneOptions(
            height=256, width=256, max_plates=1, empty_share=0.0, min_plate=0.3, max_plate=0.8
        ),
    )
    scene = draw_scene(np.random.default_rng(5), world, options, "test")
    response = post(served, encoded(scene.image, ".jpg"))
    assert response.status_code == 200
    answer = response.json()
    assert answer["image"] == {"width": 256, "height": 256}
    assert (answer["plate"], answer["canton"], answer["number"]) == ("Z", "", "Z")
    assert len(answer["plates"][0]["quad"]) == 4
    assert answer["plates"][0]["characters"][0]["char"] == "Z"


@pytest.mark.slow
@pytest.mark.parametrize(
    "shape", [(100, 300), (480, 640, 3), (3000, 4000, 3), (70, 50, 4), (1, 1), (1, 30_000)]
)
def test_any_size_and_colours(served: Running, shape: tuple[int, ...]) -> None:
    response = post(served, encoded(np.full(shape, 128, np.uint8), ".png"))
    assert response.status_code == 200
    assert response.json()["image"] == {"width": shape[1], "height": shape[0]}


@pytest.mark.slow
def test_sixteen_bits(served: Running) -> None:
    assert post(served, encoded(np.full((40, 60), 40_000, np.uint16), ".png")).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("content", [b"no picture, only words", b"", b"\x89PNG\r\n\x1a\n\x00\x00"])
def test_what_is_no_picture_is_refused(served: Running, content: bytes) -> None:
    assert 400 <= post(served, content).status_code < 500
    # and the server lives on
    assert post(served, encoded(np.zeros((64, 64), np.uint8), ".png")).status_code == 200


@pytest.mark.slow
def test_missing_field_is_refused(served: Running) -> None:
    files = {"photo": b"x"}
    assert requests.post(f"{served.address}/predict", files=files, timeout=30).status_code == 422


@pytest.mark.slow
def test_documentation_names_the_answer(served: Running) -> None:
    names_the_answer(served)


@pytest.mark.slow
def test_clients_of_mlem_find_its_interface(served: Running) -> None:
    answer = requests.get(f"{served.address}/interface.json", timeout=30)
    assert answer.content == INTERFACE.read_bytes()
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.slow
def test_service_is_around_the_model(served: Running, stack: Path) -> None:
    is_around_the_model(served, stack, str(stack), post(served, b"words"))


def test_server_needs_neither_torch_nor_mlem() -> None:
    code = "import src.serve, sys; sys.exit(bool({'torch', 'pandas', 'mlem'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "environment", "message"),
    [
        (["--port", "0"], {}, "no port 0"),
        ([], {"PLATES_PORT": "http"}, "PLATES_PORT is 'http'"),
        ([], {"PLATES_QUEUE": "long"}, "PLATES_QUEUE is 'long'"),
        (
            ["--model", "no/such/folder"],
            {},
            "'no/such/folder' is no folder: write release, release/americas, release/chinese, release/korean, "
            "release/swiss, own, @STAGE, or the folder of",
        ),
    ],
)
def test_wrong_start_is_told_in_one_line(
    arguments: list[str],
    environment: dict[str, str],
    message: str,
    stack: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {"PLATES_MODEL": str(stack), **environment}.items():
        monkeypatch.setenv(name, value)
    done = subprocess.run(
        [sys.executable, "-m", "src.serve", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    assert message in line


def test_model_that_is_asked_for_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []
    bundle = Bundle(Path("stack"), cast(PlateReader, None), cast(BundleCard, None), (), PROCESSOR)

    def choose(name: str | None) -> Bundle:
        asked.append(name)
        return replace(bundle, stage="dev") if name == "@dev" else bundle

    monkeypatch.setattr("src.serving.start.choose_model", choose)
    monkeypatch.setenv("PLATES_MODEL", "named")
    served_model("release")
    served_model(None)
    monkeypatch.setenv("PLATES_MODEL", "")
    assert served_model(None).stage == ""
    # The stage that it is of, where nobody has asked for it by one.
    monkeypatch.setenv("PLATES_STAGE", "prod")
    assert (served_model(None).stage, served_model("@dev").stage) == ("prod", "dev")
    monkeypatch.setenv("PLATES_STAGE", "prod\n")
    assert served_model(None).stage == "prod"
    monkeypatch.setenv("PLATES_STAGE", 'prod"} 1')
    with pytest.raises(UserError, match=r"PLATES_STAGE is .*: write the name of a stage, as prod"):
        served_model(None)
    assert asked[:3] == ["release", "named", None]
