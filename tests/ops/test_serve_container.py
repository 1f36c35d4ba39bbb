"""What docker/serve.Dockerfile does, without an engine: its packages in a clean environment, its files, its command.

As in the container, the server may write to one folder, and has no privileges where the tests have them.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
import requests

from src.bundle.bundle import RELEASE, load_bundle
from tests.networks import save_bundle
from tests.ops.dockerfile import environment, lay_out, stages
from tests.ops.environments import PINNED, new_environment, pip_of
from tests.source import ROOT

pytestmark = pytest.mark.slow
SERVE = ROOT / "docker" / "serve.Dockerfile"
START_S = 60.0
# After SIGTERM; the server itself promises less.
END_S = 40.0


@dataclass
class Container:
    """A server that runs. address: of it. check: the command of HEALTHCHECK."""

    process: subprocess.Popen[bytes]
    address: str
    check: list[str]
    version: str
    log: Path

    def healthy(self) -> bool:
        return subprocess.run(self.check, capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.fixture(scope="module")
def packages(folder: Path) -> Path:
    """An environment with the server's requirements and nothing else; its python."""
    python = new_environment(folder / "venv")
    pip, constraints = pip_of(python), str(ROOT / "constraints.txt")
    probe = ["download", "--quiet", "--no-deps", "--dest", str(folder / "probe"), "click"]
    if subprocess.run([*pip, *probe, "--constraint", constraints], check=False).returncode:
        pytest.skip("pip reaches no package index")
    needed = ROOT / "docker" / "serve-requirements.txt"
    command = [*pip, "install", *PINNED, "--requirement", str(needed)]
    subprocess.run(command, check=True, timeout=500)
    return python


@pytest.fixture(scope="module")
def code(folder: Path) -> Iterator[Path]:
    """The working directory of the image, read-only."""
    release = RELEASE
    if not release.is_dir():
        release = save_bundle(folder / "networks").folder
    lay_out(stages(SERVE)[-1], folder / "code", {"release": release})
    subprocess.run(["chmod", "-R", "a-w", folder / "code"], check=True)
    yield folder / "code"
    subprocess.run(["chmod", "-R", "u+w", folder / "code"], check=True)


@pytest.fixture(scope="module")
def container(folder: Path, packages: Path, code: Path) -> Iterator[Container]:
    last = stages(SERVE)[-1]
    (start,) = (i.listed for i in last if i.word == "CMD")
    (check,) = (i for i in last if i.word == "HEALTHCHECK")
    asked = type(check)("CMD", check.rest.partition("CMD ")[2]).listed
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port = str(listening.getsockname()[1])
    tmp = folder / "tmp"
    tmp.mkdir()
    settings = {
        **environment(last),
        "PATH": f"{packages.parent}:/usr/bin:/bin",
        "HOME": str(tmp),
        "TMPDIR": str(tmp),
    }
    # Loopback only, and a port that is free here.
    start = [
        {"8080": port, "0.0.0.0": "127.0.0.1", "python3": str(packages)}.get(w, w) for w in start
    ]
    if os.geteuid() == 0 and shutil.which("setpriv"):
        # Without them not even root writes to a read-only folder.
        start = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", *start]
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(start, cwd=code, env=settings, stdout=output, stderr=output)
    address = f"http://127.0.0.1:{port}"
    check_command = [str(packages), *(word.replace("8080", port) for word in asked[1:])]
    version = load_bundle(code / "model").card.version
    running = Container(process, address, check_command, version, log)
    end = time.monotonic() + START_S
    while not running.healthy():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.1)
    yield running
    process.kill()
    process.wait()


def test_environment_has_no_torch(packages: Path) -> None:
    listed = subprocess.run(
        [*pip_of(packages), "list", "--format=freeze"],
        text=True,
        capture_output=True,
        check=True,
    )
    names = {line.partition("==")[0].lower() for line in listed.stdout.splitlines()}
    assert {"onnxruntime", "fastapi", "pydantic"} <= names
    assert not {"torch", "lightning", "dvc", "safetensors", "onnx", "mlem"} & names
    subprocess.run([*pip_of(packages), "check"], check=True)


def test_is_ready(container: Container) -> None:
    for route in ("/healthz", "/readyz", "/metrics", "/openapi.json", "/"):
        answer = requests.get(container.address + route, timeout=10)
        assert answer.status_code == 200, (route, answer.text)


def test_reads_a_picture(container: Container) -> None:
    picture = cv2.imencode(".jpg", np.full((96, 160), 200, np.uint8))[1].tobytes()
    files = {"file": ("photo.jpg", picture, "image/jpeg")}
    answer = requests.post(f"{container.address}/predict", files=files, timeout=20)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert said["image"] == {"width": 160, "height": 96}
    assert said["model"]["version"] == container.version
    assert isinstance(said["plates"], list)


def test_writes_nothing(container: Container, code: Path, folder: Path) -> None:
    requests.get(f"{container.address}/readyz", timeout=10)
    assert not list(code.rglob("*.pyc"))
    assert sorted(path.name for path in code.iterdir()) == ["model", "src"]
    # Where it may: ONNX Runtime keeps an identifier of the machine there unless its reports are off.
    assert list((folder / "tmp").iterdir()) == []


def test_ends_on_sigterm(container: Container) -> None:
    # The last of these tests: it stops the server.
    container.process.terminate()
    assert container.process.wait(END_S) == 0, container.log.read_text()
    assert not container.healthy()
    assert "Traceback" not in container.log.read_text()


def test_needs_no_shared_library_that_slim_images_lack(packages: Path) -> None:
    if shutil.which("ldd") is None:
        pytest.skip("there is no ldd here")
    # What python:3.11-slim holds: glibc, the C++ runtime and zlib.
    slim = {
        "libc",
        "libm",
        "libdl",
        "libpthread",
        "librt",
        "libstdc++",
        "libgcc_s",
        "libz",
        "ld-linux-x86-64",
    }
    site = packages.parent.parent / "lib"
    for module in [*site.rglob("cv2*.so"), *site.rglob("onnxruntime_pybind11_state*.so")]:
        told = subprocess.run(["ldd", module], text=True, capture_output=True, check=True).stdout
        outside = [line.split()[0] for line in told.splitlines() if str(site) not in line]
        names = {Path(name).name.split(".so")[0] for name in outside} - {"linux-vdso"}
        assert names <= slim, module.name
