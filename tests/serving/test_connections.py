"""Connections have limits: of headers, of time and of number; and every refusal is JSON."""

import resource
import signal
import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from benchmarks.attack import attacks, foreign_lines, reads, withstand
from benchmarks.attack_denials import closed, connection, idle
from benchmarks.attack_inputs import ask_raw, raw_cases, raw_faults, send_mutations
from src.common.errors import UserError
from src.serving.connections import HEAD_S, MAX_HEADERS
from src.serving.run import most_connections
from tests.networks import save_bundle
from tests.serving.fakes import grey
from tests.serving.servers import Running, running, serve_command

PICTURE = grey(256, 256)
CONNECTIONS, MUTATIONS, SECONDS = 60, 400, 3.0
# From SIGTERM to the end, and a little for a machine that is busy.
END_S = 26 + 4


def port_of(server: Running) -> int:
    return int(server.address.rpartition(":")[2])


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("models")
    return save_bundle(folder).folder


@pytest.fixture
def server(stack: Path, tmp_path: Path) -> Iterator[Running]:
    settings = {"PLATES_CONCURRENCY": "2", "PLATES_CONNECTIONS": str(CONNECTIONS)}
    with running(serve_command(stack), tmp_path / "log.txt", settings) as server:
        yield server
    assert foreign_lines(server.log) == []


def test_fewer_connections_than_files() -> None:
    before, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (1024, most))
        assert 500 < most_connections(1000, 2) < 1024 - 256
        # Each process that decodes has pipes.
        assert most_connections(1000, 22) <= most_connections(1000, 2) - 40
        assert most_connections(50, 2) == 50
        resource.setrlimit(resource.RLIMIT_NOFILE, (300, most))
        with pytest.raises(UserError, match="ulimit -n"):
            most_connections(1000, 2)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (before, most))


@pytest.mark.slow
def test_right_answers_to_broken_requests(server: Running) -> None:
    port = port_of(server)
    answers, wrong = raw_faults(port, list(raw_cases().items()))
    assert wrong == []
    assert {"200", "400", "404", "431"} <= set(answers)
    cases = raw_cases()
    # What came before is answered, and the connection ends with the refusal or without one.
    assert [status for status, _ in ask_raw(port, cases["then garbage"])] == [200]
    assert [status for status, _ in ask_raw(port, cases["pipelined"])] == [200] * 5
    assert [status for status, _ in ask_raw(port, cases["ranges"])] == [200]
    # The body is no picture, and no request either.
    assert [status for status, _ in ask_raw(port, cases["upgrade with a body"])] == [400]
    assert [status for status, _ in ask_raw(port, cases["upgrade with chunks"])] == [400]
    assert [status for status, _ in ask_raw(port, cases["upgrade, then another"])] == [200] * 3
    assert [status for status, _ in ask_raw(port, cases["bad chunk"])] == [400]
    fields = b"GET /healthz HTTP/1.1\r\n" + b"a: b\r\n" * MAX_HEADERS + b"\r\n"
    assert [status for status, _ in ask_raw(port, fields)] == [200]
    assert [status for status, _ in ask_raw(port, fields[:-2] + b"a: b\r\n\r\n")] == [431]

    before = server.memory_mb()
    answers, wrong = send_mutations(port, MUTATIONS, 2)
    assert wrong == []
    assert sum(answers.values()) == MUTATIONS
    assert {"200", "400", "422"} <= set(answers)
    assert server.memory_mb() - before < 50


@pytest.mark.slow
def test_silent_connections_make_room_and_are_closed(server: Running) -> None:
    port = port_of(server)
    with idle(port, CONNECTIONS // 2) as silent, idle(port, CONNECTIONS, b"GET / HT") as begun:
        # One address has filled it, and another one is served still.
        assert reads(port, PICTURE)
        files = len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))
        assert files < CONNECTIONS + 60
        time.sleep(HEAD_S + 3)
        assert closed(silent) == len(silent)
        assert closed(begun) == len(begun)
    begin = time.monotonic()
    with connection(port) as dripping, pytest.raises(OSError, match=r"reset|closed|Broken"):
        _drip(dripping)
    assert time.monotonic() - begin < HEAD_S + 5


@pytest.mark.slow
def test_few_files_are_enough(stack: Path, tmp_path: Path) -> None:
    command = ["sh", "-c", 'ulimit -n 440 && exec "$@"', "sh", *serve_command(stack)]
    with running(command, tmp_path / "log.txt", {"PLATES_CONCURRENCY": "2"}) as server:
        port = port_of(server)
        with ThreadPoolExecutor(2) as pool, ExitStack() as held:
            for _ in range(4):
                list(pool.map(held.enter_context, [idle(port, 100), idle(port, 100)]))
            assert reads(port, PICTURE)
    assert "open files" not in server.log.read_text()
    assert foreign_lines(server.log) == []


def _drip(connected: socket.socket) -> None:
    for byte in b"GET /healthz HTTP/1.1\r\nHost: " + b"x" * 100:
        connected.sendall(bytes([byte]))
        time.sleep(0.3)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["JPEG bombs", "stalled uploads", "header flood"])
def test_denial_is_withstood(stack: Path, tmp_path: Path, name: str) -> None:
    attack = attacks()[name]
    with running(serve_command(stack), tmp_path / "log.txt", {}) as server:
        _, wrong = withstand(port_of(server), server.process.pid, PICTURE, attack, SECONDS)
        assert wrong == []
        with attack(port_of(server)):
            time.sleep(1.0)
            begin = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(2 * END_S) == 0
            assert time.monotonic() - begin < END_S
    assert foreign_lines(server.log) == []


HANGING = """
from src.serving import service
service.Service._read = lambda *arguments: __import__("time").sleep(600)
from src.serving.command import main
main()
"""


@pytest.mark.slow
def test_server_of_hanging_threads_says_so_and_ends(stack: Path, tmp_path: Path) -> None:
    settings = {"PLATES_CONCURRENCY": "1", "PLATES_TIMEOUT_S": "1"}
    command = [sys.executable, "-c", HANGING, "--model", str(stack)]
    with running(command, tmp_path / "log.txt", settings) as server:
        port = port_of(server)
        assert not reads(port, PICTURE)
        assert [status for status, _ in ask_raw(port, b"GET /readyz HTTP/1.0\r\n\r\n")] == [503]
        begin = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(60) == 0
        assert time.monotonic() - begin < 20
    assert foreign_lines(server.log) == []
