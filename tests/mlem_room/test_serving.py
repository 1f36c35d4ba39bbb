"""The lines of MLEM in docs/serving.md, word for word, each as a real process on loopback."""

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import requests

from src.generators.formats import get_format
from src.generators.scene import SceneOptions, World, draw_scene
from src.serving.app import INTERFACE
from tests.mlem_room.environment import BIN, in_mlem, needs_mlem
from tests.networks import save_bundle
from tests.serving.servers import Running, is_around_the_model, names_the_answer, running
from tests.source import ROOT

pytestmark = [pytest.mark.slow, needs_mlem]
PAGE = (ROOT / "docs/serving.md").read_text("utf-8")
LINES = re.findall(r"^    (mlem serve .+)$", PAGE, flags=re.MULTILINE)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project's root with a model that was saved and its card, as `make mlem` leaves it."""
    root: Path = tmp_path_factory.mktemp("project")
    models = root / "out" / "models"
    save_bundle(models)
    (root / "src").symlink_to(ROOT / "src")
    shutil.copy(ROOT / ".mlem.yaml", root)
    done = in_mlem("-m", "src.mlem_model", "--model", "out/models/stack", root=root)
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="module", params=LINES)
def served(
    request: pytest.FixtureRequest, project: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    command, *options = shlex.split(request.param)
    log = tmp_path_factory.mktemp("log") / "log.txt"
    start = [str(BIN / command), *options, "--host", "127.0.0.1"]
    environment = {"PLATES_MODEL": "out/models/stack"}
    with running(start, log, environment, "/interface.json", project) as server:
        yield server


def post(served: Running, content: bytes, field: str = "file") -> requests.Response:
    files = {field: ("upload", content)}
    return requests.post(f"{served.address}/predict", files=files, timeout=30)


def png(picture: np.ndarray) -> bytes:
    return cv2.imencode(".png", picture)[1].tobytes()


def test_both_ways_are_documented() -> None:
    start = "mlem serve fastapi -m out/models/stack --request_serializer pil_numpy"
    assert all(line.startswith(start) for line in LINES)
    assert [line.endswith(" --middlewares.0 src.serve.PlateMiddleware") for line in LINES] == [
        *(False, True)
    ]


def test_drawn_scene(served: Running) -> None:
    world, options = (
        World(get_format("swiss")),
        SceneOptions(
            height=256, width=256, max_plates=1, empty_share=0.0, min_plate=0.3, max_plate=0.8
        ),
    )
    response = post(served, png(draw_scene(np.random.default_rng(5), world, options, "test").image))
    assert response.status_code == 200
    answer = response.json()
    assert answer["image"] == {"width": 256, "height": 256}
    assert (answer["plate"], answer["canton"], answer["number"]) == ("Z", "", "Z")
    assert len(answer["plates"][0]["quad"]) == 4
    assert answer["plates"][0]["characters"][0]["char"] == "Z"


@pytest.mark.parametrize(
    "shape", [(100, 300), (480, 640, 3), (3000, 4000, 3), (70, 50, 4), (1, 1), (1, 30_000)]
)
def test_any_size_and_colours(served: Running, shape: tuple[int, ...]) -> None:
    response = post(served, png(np.full(shape, 128, np.uint8)))
    assert response.status_code == 200
    assert response.json()["image"] == {"width": shape[1], "height": shape[0]}


def test_sixteen_bits(served: Running) -> None:
    assert post(served, png(np.full((40, 60), 40_000, np.uint16))).status_code == 200


@pytest.mark.parametrize("content", [b"no picture, only words", b"", b"\x89PNG\r\n\x1a\n\x00\x00"])
def test_what_is_no_picture_is_refused(served: Running, content: bytes) -> None:
    assert 400 <= post(served, content).status_code < 500
    # and the server lives on
    assert post(served, png(np.zeros((64, 64), np.uint8))).status_code == 200


def test_missing_field_is_refused(served: Running) -> None:
    assert post(served, b"x", "photo").status_code == 422


def test_documentation_names_the_answer(served: Running) -> None:
    names_the_answer(served)


def test_own_server_says_of_its_interface_what_mlem_s_says(served: Running) -> None:
    # A card that was saved has its keys in another order.
    answer = requests.get(f"{served.address}/interface.json", timeout=30)
    assert answer.json() == json.loads(INTERFACE.read_bytes())


@pytest.mark.parametrize("served", LINES[1:], indirect=True)
def test_service_is_around_the_model(served: Running, project: Path) -> None:
    is_around_the_model(
        served, project / "out/models/stack", "out/models/stack", post(served, b"words")
    )
