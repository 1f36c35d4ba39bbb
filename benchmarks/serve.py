"""How many pictures a second the server reads, how long clients wait, and what it does to its memory.

python3 -m benchmarks.serve [--requests N] [--clients N] (under a minute)

Starts a server of its own on loopback, with the model that `python3 -m src.serve` would take, and sends it drawn
scenes of 256×256 pixels as JPEG from several clients at once. Without a model it takes networks of the settings of
params.py that have learned nothing. It ends after N requests or `LIMIT_S` seconds, whichever comes first.
"""

import argparse
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from benchmarks.report import machine, table
from params import EvaluateStackParams, PrepareStackParams
from src.bundle.choose import choose_model
from src.common.config import ROOT, load_config
from src.common.errors import UserError, run_main
from src.datasets.scenes import SceneRecipe
from src.generators.scene import SceneOptions, World
from src.pipeline.world import load_world

REQUESTS, CLIENTS = 5000, 8
LIMIT_S = 300.0
"""Longest time in seconds that requests are sent."""

# Different pictures; they are sent again and again. Requests before the measurement.
PICTURES, WARM_UP = 40, 100
SIDE, QUALITY = 256, 90
START_S = 30.0
_BOUNDARY = "plate-pipeline-benchmark"
HEAD = (
    "clients", "requests", "per s", "p50, ms", "p95, ms", "p99, ms", "errors", "memory before, MB", "after, MB"
)  # fmt: skip


@dataclass
class Tally:
    """Seconds of every request that was answered with 200, and how many were not."""

    seconds: list[float] = field(default_factory=list)
    errors: int = 0


def draw_pictures(world: World, pictures: int) -> list[bytes]:
    """Return drawn scenes, each with up to one plate, as JPEG files."""
    options = SceneOptions(
        height=SIDE,
        width=SIDE,
        max_plates=1,
        empty_share=0.1,
        min_plate=PrepareStackParams.MIN_PLATE,
        max_plate=0.5,
    )
    scenes = map(SceneRecipe(world, options, 0, "test"), range(pictures))
    quality = [cv2.IMWRITE_JPEG_QUALITY, QUALITY]
    return [cv2.imencode(".jpg", scene.image, quality)[1].tobytes() for scene in scenes]


@contextmanager
def server(
    model: Path, log_file: Path | None = None
) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """Run a server on a free port of loopback; yield its port and process once it is ready."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "src.serve", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--model", str(model.resolve())]
    with TemporaryDirectory() as folder, (log_file or Path(folder) / "log").open("w+") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=os.environ)
        try:
            deadline = time.monotonic() + START_S
            while not ready(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    log.seek(0)
                    raise UserError(f"the server did not start: {log.read().strip()}")
                time.sleep(0.05)
            yield port, process
        finally:
            process.terminate()
            process.wait(60)


def send(
    port: int, pictures: Sequence[bytes], requests: int, clients: int, limit_s: float
) -> Tally:
    """Send so many requests from so many clients at once, each with a connection that it keeps; return the tally."""
    numbers, tally, deadline = count(), Tally(), time.monotonic() + limit_s
    bodies = [_multipart(picture) for picture in pictures]

    def client() -> None:
        connection = _connect(port)
        while (number := next(numbers)) < requests and time.monotonic() < deadline:
            begin = time.perf_counter()
            if _post(connection, bodies[number % len(bodies)]):
                tally.seconds.append(time.perf_counter() - begin)
            else:
                tally.errors += 1
                connection.close()
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


def measure(model: Path, pictures: Sequence[bytes], requests: int, clients: int) -> list[str]:
    """Run a server and return a row on it."""
    with server(model) as (port, process):
        send(port, pictures, WARM_UP, clients, LIMIT_S)
        before, begin = memory(process.pid), time.perf_counter()
        tally = send(port, pictures, requests, clients, LIMIT_S)
        seconds, after = time.perf_counter() - begin, memory(process.pid)
    times = np.array(tally.seconds or [0.0])
    waits = [f"{1000 * value:.1f}" for value in np.percentile(times, (50, 95, 99))]
    rate = f"{len(tally.seconds) / seconds:.1f}"
    sent = f"{len(tally.seconds) + tally.errors:,}"
    return [str(clients), sent, rate, *waits, str(tally.errors), f"{before:.0f}", f"{after:.0f}"]


def memory(process: int) -> float:
    """Return how much memory a process and those that it started hold, in MB; elsewhere than on Linux 0.

    What they have in common, such as libraries, counts once.
    """
    sizes = 0.0
    for one in [process, *_children(process)]:
        rollup = Path(f"/proc/{one}/smaps_rollup")
        lines = rollup.read_text().splitlines() if rollup.exists() else []
        sizes += next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0) / 1000
    return sizes


def _children(process: int) -> list[int]:
    lists = Path(f"/proc/{process}/task").glob("*/children")
    return [int(number) for one in lists for number in one.read_text().split()]


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(
        prog="python3 -m benchmarks.serve", description="Measure the server on loopback."
    )
    parser.add_argument("--requests", type=int, default=REQUESTS, help="default: %(default)s")
    parser.add_argument("--clients", type=int, default=CLIENTS, help="default: %(default)s")
    arguments = parser.parse_args()
    pictures = draw_pictures(load_world(load_config()), PICTURES)
    with TemporaryDirectory() as folder:
        model, trained = find_model(Path(folder))
        row = measure(model, pictures, arguments.requests, arguments.clients)
    print(machine(["onnxruntime", "numpy", "uvicorn", "fastapi"]))
    print(f"{SIDE}×{SIDE} JPEG, {trained}; clients and server share the machine")
    print(f"\n{table(HEAD, [row], texts=0)}")


def find_model(folder: Path) -> tuple[Path, str]:
    """Return a model, saved in a folder where none is there yet, and in words whether it is trained."""
    try:
        return choose_model().folder, "trained networks"
    except UserError:
        # Only here is torch needed.
        from benchmarks.untrained import save_untrained
        from src.bundle.origin import Thresholds
        from src.stack.pack import pack

        p = EvaluateStackParams
        thresholds = Thresholds(p.MIN_SCORE, p.MIN_CONFIDENCE, p.LONG_SIDES)
        pack(save_untrained(folder, load_config()), folder / "stack", thresholds, {})
        return folder / "stack", "NOT TRAINED: what is found and read is chance"


def _connect(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=30)


def ready(port: int) -> bool:
    """Return whether a server says that it takes requests."""
    with closing(_connect(port)) as connection:
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False


def _post(connection: http.client.HTTPConnection, body: bytes) -> bool:
    """Return whether a picture was read."""
    try:
        kind = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}
        connection.request("POST", "/predict", body, kind)
        response = connection.getresponse()
        content = response.read()
        return response.status == 200 and "plates" in json.loads(content)
    except (OSError, http.client.HTTPException, ValueError):
        return False


def _multipart(picture: bytes) -> bytes:
    head = (
        f"--{_BOUNDARY}\r\n"
        'Content-Disposition: form-data; name="file"; filename="scene.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    return head.encode() + picture + f"\r\n--{_BOUNDARY}--\r\n".encode()


if __name__ == "__main__":
    run_main(main)
