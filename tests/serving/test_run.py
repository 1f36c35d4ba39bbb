"""The server process: where it listens, how it ends, and that it starts again at once."""

import http.client
import json
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import requests

from src.common.errors import UserError
from src.serving.run import listen
from tests.networks import save_bundle
from tests.serving.fakes import grey
from tests.serving.servers import Running, free_port, running, serve_command
from tests.source import ROOT

CLIENTS = 8
# What a server that is stopped has to itself: seconds that it promises, and as many for a machine that is busy.
END_S = 2 * 26


def test_taken_port() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port = listening.getsockname()[1]
        with pytest.raises(UserError, match=f"127.0.0.1:{port} .*in use.*--port"):
            listen("127.0.0.1", port)
    listen("127.0.0.1", port).close()


def test_answers_do_not_wait_for_acknowledgements() -> None:
    port = free_port()
    with (
        closing(listen("127.0.0.1", port)) as listening,
        closing(socket.create_connection(("127.0.0.1", port))),
        closing(listening.accept()[0]) as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("port", [-1, 0, 65_536])
def test_no_such_port(port: int) -> None:
    with pytest.raises(UserError, match=f"no port {port}: .*--port"):
        listen("127.0.0.1", port)


def test_address_of_another_machine() -> None:
    # 203.0.113.0/24 is kept for documentation (RFC 5737).
    with pytest.raises(UserError, match=r"cannot listen on 203\.0\.113\.7:8080 .*--host"):
        listen("203.0.113.7", 8080)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("models")
    return save_bundle(folder).folder


class Client:
    """Sends pictures over connections that it keeps, until nobody listens any more."""

    def __init__(self, server: Running) -> None:
        self.outcomes: Counter[str] = Counter()
        self._port = int(server.address.rpartition(":")[2])

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        headers = {"Content-Type": "image/png"}
        while True:
            try:
                if connection.sock is None:
                    connection.connect()
            except ConnectionRefusedError:
                return
            try:
                connection.request("POST", "/predict", grey(256, 256), headers)
                response = connection.getresponse()
                response.read()
                self.outcomes[str(response.status)] += 1
            except (OSError, http.client.HTTPException) as error:
                self.outcomes[repr(error)] += 1
                connection.close()


@pytest.mark.slow
@pytest.mark.parametrize("attempt", range(3))
def test_end_under_load_loses_no_request(stack: Path, tmp_path: Path, attempt: int) -> None:
    with running(serve_command(stack), tmp_path / "log.txt", {}) as server:
        clients = [Client(server) for _ in range(CLIENTS)]
        threads = [threading.Thread(target=client.run) for client in clients]
        for thread in threads:
            thread.start()
        wait_until(lambda: all(client.outcomes["200"] for client in clients))
        server.process.send_signal(signal.SIGTERM)
        # It goes on listening, and says that it is no longer ready.
        wait_until(lambda: ready(server) == 503)
        assert server.process.wait(END_S) == 0
        for thread in threads:
            thread.join(30)
    assert "hangs" not in server.log.read_text()
    total = sum((client.outcomes for client in clients), Counter())
    assert set(total) == {"200"}, total
    assert total["200"] > CLIENTS


def last_connection(port: int) -> http.client.HTTPConnection:
    """Connect again and again, until nobody listens; return the last connection that was made."""
    last = None
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.connect()
        except ConnectionRefusedError:
            assert last is not None
            return last
        if last is not None:
            last.close()
        last = connection
        time.sleep(0.05)


@pytest.mark.slow
def test_request_over_a_connection_made_just_before_the_end_is_answered(
    stack: Path, tmp_path: Path
) -> None:
    with running(serve_command(stack), tmp_path / "log.txt", {}) as server:
        server.process.send_signal(signal.SIGTERM)
        last = last_connection(int(server.address.rpartition(":")[2]))
        time.sleep(0.6)  # its client is slow to send
        last.request("GET", "/healthz")
        assert last.getresponse().status == 200
        last.close()
        assert server.process.wait(END_S) == 0


def ready(server: Running) -> int:
    return requests.get(f"{server.address}/readyz", timeout=30).status_code


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def processor_s() -> float:
    """Seconds that all ended processes of this one have computed."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.slow
def test_killed_server_is_ready_again_within_seconds(stack: Path, tmp_path: Path) -> None:
    with running(serve_command(stack), tmp_path / "first.txt", {}) as server:
        port = int(server.address.rpartition(":")[2])
        server.process.kill()
        server.process.wait(10)
    before = processor_s()
    with running(serve_command(stack), tmp_path / "second.txt", {}, port=port) as server:
        assert ready(server) == 200
    # Of the processor, however many others want it.
    assert processor_s() - before < 5


PATIENT = """
from src.serving import run
run.LINGER_S = 600.0
from src.serving.command import console
console()
"""


@pytest.mark.slow
def test_interrupt_does_not_linger(stack: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", PATIENT, "--model", str(stack)]
    with running(command, tmp_path / "log.txt", {}) as server:
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(60) == 130
        assert json.loads(server.log.read_text().splitlines()[-1])["message"] == "interrupted"


@pytest.mark.slow
def test_log_that_nobody_reads_stops_nothing(stack: Path) -> None:
    port = free_port()
    command = [*serve_command(stack), "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) as process:
        try:
            wait_until(lambda: answers(port))
            # A pipe holds the lines of 300.
            assert all(answers(port) for _ in range(600))
            process.send_signal(signal.SIGTERM)
            assert process.wait(END_S) == 0
        finally:
            process.kill()


def answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=10).status_code == 200
    except requests.ConnectionError:
        return False


@pytest.mark.slow
@pytest.mark.parametrize("closed", ["2>&-", "<&- >&-", "<&- >&- 2>&-"])
def test_closed_streams(stack: Path, tmp_path: Path, closed: str) -> None:
    command = ["sh", "-c", f'exec "$@" {closed}', "sh", *serve_command(stack)]
    with running(command, tmp_path / "log.txt", {}) as server:
        assert ready(server) == 200
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(END_S) == 0
    assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize("command", ["serve", "read"])
def test_interrupt_while_libraries_load(command: str) -> None:
    code = f"""
import builtins, os, signal
real = builtins.__import__
def slow(name, *more):
    if name == "numpy":
        os.kill(os.getpid(), signal.SIGINT)
    return real(name, *more)
builtins.__import__ = slow
from src.{command} import main
main()
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (130, "interrupted\n")
