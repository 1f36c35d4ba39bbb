"""A thousand inputs that mean harm: each is refused in words, and the server lives on, no larger than before."""

import struct
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import numpy as np
import pytest
import requests
from PIL import Image

from tests.networks import save_bundle
from tests.serving.fakes import encoded, grey
from tests.serving.servers import Running, running, serve_command

INPUTS, CLIENTS = 1000, 4
# Every so many inputs one of 50 MB.
LARGE_EVERY = 40
Send = Callable[[requests.Session, str], requests.Response]
LARGE = b"\xff\xd8\xff" + bytes(50_000_000)


def to_predict(content: bytes, name: str = "x.jpg", kind: str = "image/jpeg") -> Send:
    return lambda session, address: session.post(
        f"{address}/predict", files={"file": (name, content, kind)}, timeout=60
    )


def bare(content: bytes, kind: str, path: str = "/invocations") -> Send:
    headers = {"Content-Type": kind}
    return lambda session, address: session.post(
        address + path, data=content, headers=headers, timeout=60
    )


def large_without_length(session: requests.Session, address: str) -> requests.Response:
    chunks = (bytes(100_000) for _ in range(500))
    headers = {"Content-Type": "image/jpeg"}
    return session.post(f"{address}/invocations", data=chunks, headers=headers, timeout=60)


def bomb(width: int, height: int, mode: str = "1") -> bytes:
    return encoded(Image.new(mode, (width, height)), "PNG")


def claimed(width: int, height: int) -> bytes:
    """A PNG whose header claims a size that its few bytes cannot hold."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    sound = grey()
    return (
        sound[:8]
        + struct.pack(">I", 13)
        + header
        + struct.pack(">I", zlib.crc32(header))
        + sound[33:]
    )


def attacks() -> list[Send]:
    """One of each kind that is quickly sent."""
    rng = np.random.default_rng(0)
    noise = Image.fromarray(rng.integers(0, 256, (90, 120, 3), np.uint8))
    sound = {kind: encoded(noise, kind) for kind in ("JPEG", "PNG", "WEBP", "BMP")}
    found: list[Send] = []
    for content in sound.values():
        found += [to_predict(content[: len(content) * share // 100]) for share in (1, 30, 70)]
        found.append(to_predict(content[:12] + rng.bytes(5000)))
    found += [to_predict(rng.bytes(size)) for size in (1, 100, 10_000, 1_000_000)]
    found += [to_predict(b""), bare(b"", "image/jpeg"), bare(b"", "")]
    found += [to_predict(bomb(30_000, 30_000)), to_predict(bomb(8000, 8000, "RGB"))]
    found += [to_predict(claimed(1 << 16, 1 << 16)), to_predict(claimed((1 << 31) - 1, 1))]
    found += [to_predict(claimed(7000, 7000)), to_predict(claimed(0, 0))]
    found += [to_predict(encoded(noise, kind)) for kind in ("GIF", "TIFF", "PPM", "EPS")]
    found += [to_predict(b"%PDF-1.7"), to_predict(b"words", "x.txt", "text/plain")]
    found += [bare(b"{}", "application/json"), bare(sound["PNG"], "text/html", "/predict")]
    found += [bare(rng.bytes(500), "multipart/form-data; boundary=x", "/predict")]
    found += [bare(b"--x\r\n" * 5000, "multipart/form-data; boundary=x", "/predict/batch")]
    found += [bare(b"", "multipart/form-data", "/predict"), bare(b"x", "image/jpeg", "/nowhere")]
    found += [bare(sound["PNG"], "image/png", "/predict?format=" + "x" * 2000)]
    found += [lambda s, a: s.post(f"{a}/predict", files={"photo": b"x"}, timeout=60)]
    found += [lambda s, a: s.get(f"{a}/static/../../serve.py", timeout=60)]
    return found


def large_attacks() -> list[Send]:
    """Those that take a while to send."""
    return [to_predict(LARGE), bare(LARGE, "image/png", "/nowhere"), large_without_length]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    stack = save_bundle(tmp_path).folder
    settings = {"PLATES_CONCURRENCY": "2", "PLATES_TIMEOUT_S": "60"}
    with running(serve_command(stack), tmp_path / "log.txt", settings) as server:
        yield server


def reads(server: Running) -> bool:
    answer = requests.post(f"{server.address}/predict", files={"file": grey(96, 96)}, timeout=30)
    return answer.status_code == 200 and len(answer.json()["plates"]) > 0


@pytest.mark.slow
def test_a_thousand_hostile_inputs(server: Running) -> None:
    small, large = attacks(), large_attacks()
    codes, wrong = Counter[str](), list[str]()
    assert all(reads(server) for _ in range(50))
    before, numbers = server.memory_mb(), count()

    def client() -> None:
        with requests.Session() as session:
            while (number := next(numbers)) < INPUTS:
                kinds = small if number % LARGE_EVERY else large
                response = kinds[number % len(kinds)](session, server.address)
                status, answer = response.status_code, response.json()
                if not (400 <= status < 500 or status == 503) or "error" not in answer:
                    wrong.append(f"{number}: {status} {response.text[:200]}")
                codes[answer["error"]["code"]] += 1

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert sum(codes.values()) == INPUTS
    assert set(codes) >= {
        "not_an_image", "truncated_image", "too_many_pixels", "too_large", "wrong_type", "invalid_field",
        "not_found",
    }  # fmt: skip
    assert server.process.poll() is None
    assert all(reads(server) for _ in range(50))
    assert server.memory_mb() - before < 50
    assert "Traceback" not in server.log.read_text()


@pytest.mark.slow
def test_largest_pictures_leave_no_memory_taken(server: Running) -> None:
    assert all(reads(server) for _ in range(50))
    before = server.memory_mb()
    for mode in ("RGBA", "RGB", "P", "L"):
        answer = to_predict(bomb(7000, 7000, mode))(requests.Session(), server.address)
        assert answer.status_code == 200
    assert all(reads(server) for _ in range(50))
    assert server.memory_mb() - before < 50
