"""Real server processes on loopback."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from benchmarks.serve import memory
from tests.source import ROOT

START_S = 60.0


@dataclass
class Running:
    """A server that answers."""

    address: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def memory_mb(self) -> float:
        """What the process and those that it started hold now; skips the test where the system does not tell."""
        if not Path(f"/proc/{self.process.pid}/smaps_rollup").exists():
            pytest.skip("only Linux tells how much memory a process holds")
        return memory(self.process.pid)


def serve_command(model: Path) -> list[str]:
    return [sys.executable, "-m", "src.serve", "--model", str(model)]


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        return int(listening.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str],
    log: Path,
    environment: Mapping[str, str],
    path: str = "/readyz",
    root: Path = ROOT,
    port: int | None = None,
) -> Iterator[Running]:
    """Run a server from a project's root, with this --port or a free one; yield it once ``path`` is there."""
    port, begin = port or free_port(), time.monotonic()
    variables = {**os.environ, "MLEM_NO_ANALYTICS": "true", "OMP_NUM_THREADS": "1", **environment}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--port", str(port)],
            cwd=root,
            env=variables,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        while time.monotonic() < begin + START_S and process.poll() is None:
            try:
                requests.get(f"{address}{path}", timeout=5).raise_for_status()
                break
            except requests.ConnectionError:
                time.sleep(0.05)
        else:
            pytest.fail(f"the server did not start: {log.read_text()}")
        yield Running(address, process, log)
    finally:
        process.terminate()
        process.wait(60)


def names_the_answer(served: Running) -> None:
    """Fail where a server's documentation does not say what `/predict` answers."""
    schema = requests.get(f"{served.address}/openapi.json", timeout=30).json()
    assert "/predict" in schema["paths"]
    known = [set(s.get("properties", ())) for s in schema["components"]["schemas"].values()]
    assert any({"plate", "canton", "number", "plates", "image"} <= keys for keys in known)


def is_around_the_model(
    served: Running, folder: Path, named: str, refused: requests.Response
) -> None:
    """Fail where a server does not count, log and refuse around the saved model of a folder.

    named: what its log calls that folder. refused: its answer to a body that is no picture.
    """
    ready = requests.get(f"{served.address}/readyz", timeout=30).json()
    card = json.loads((folder / "card.json").read_text())
    assert ready["model"]["format"] == card["plate_format"]
    assert "plates_requests_total" in requests.get(f"{served.address}/metrics", timeout=30).text
    assert refused.json()["error"]["code"] == "not_an_image"
    log = served.log.read_text()
    assert f"serving model {ready['model']['version']} of 20" in log
    assert named in log
    assert refused.headers["X-Request-ID"] in log
