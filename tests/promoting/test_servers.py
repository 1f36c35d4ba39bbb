"""What servers say they serve, held against what their stage holds."""

import json
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from src.bundle.bundle import read_card
from src.bundle.promoted import read_tags
from src.common.errors import UserError
from src.promoting.contents import card_of
from src.promoting.servers import Served, ask_server
from tests.promoting.project import commit
from tests.repository import git

STAGES = ["dev", "staging", "prod"]


@contextmanager
def answering(answer: object) -> Iterator[str]:
    """A server whose /readyz answers so; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = json.dumps(answer if self.path == "/readyz" else None).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *arguments: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def ask(root: Path, model: object, stage: str = "") -> Served:
    with answering({"status": "ready", "model": model}) as address:
        return ask_server(address, root, read_tags(root), stage)


def test_servers_are_held_to_what_their_stage_holds(promoted: Path) -> None:
    tags = read_tags(promoted)
    old, new = (
        card_of(promoted, found).version
        for stage in ("prod", "dev")
        if (found := tags.serving("release", stage))
    )
    right = ask(promoted, {"version": old, "stage": "prod"})
    assert (right.right, right.said) == (True, "serves release@v1.0.0, as prod holds")
    wrong = ask(promoted, {"version": new, "stage": "prod"})
    assert (wrong.right, wrong.said) == (
        False,
        "serves release@v1.1.0, and prod holds release@v1.0.0",
    )
    assert ask(promoted, {"version": new, "stage": "prod"}, "dev").right
    other = ask(promoted, {"version": "0123456789ab", "stage": "prod"})
    assert other.said == "serves a model of no version, and prod holds release@v1.0.0"
    assert ask(promoted, {"version": old}).said == "serves release@v1.0.0, and names no stage"
    assert ask(promoted, {"version": old}, "staging").said.endswith("and staging holds nothing")


@pytest.mark.parametrize("model", [None, [], {"version": 1}, "release"])
def test_a_server_that_names_no_model_serves_none(promoted: Path, model: object) -> None:
    served = ask(promoted, model)
    assert (served.right, served.said) == (
        False,
        "does not say what it serves (its answer names no model)",
    )


def test_a_model_that_is_like_another_one_is_the_one_that_the_server_names(promoted: Path) -> None:
    shutil.copytree(promoted / "release/swiss", promoted / "release/alike")
    commit(promoted, "The same twice")
    for tag in ("release/alike@v1.0.0", "release/swiss#prod#1", "release@v9.0.0"):
        git(
            promoted,
            "tag",
            "-a",
            "-m",
            tag,
            tag,
            "HEAD" if "alike" in tag else "release/swiss@v1.0.0^{commit}",
        )
    content = read_card(promoted / "release/swiss").version
    served = ask(promoted, {"version": content, "stage": "prod", "release": "release/swiss@v1.0.0"})
    assert (served.right, served.said) == (True, "serves release/swiss@v1.0.0, as prod holds")


def test_a_tag_without_the_model_is_no_server_s_fault(promoted: Path) -> None:
    git(promoted, "tag", "release@v9.0.0", git(promoted, "hash-object", "-w", ".gto"))
    content = read_card(promoted / "release").version
    assert ask(promoted, {"version": content, "stage": "dev"}).right


@pytest.mark.parametrize("address", ["http://host:port", "http://two words"])
def test_an_address_that_is_none_is_named(promoted: Path, address: str) -> None:
    with pytest.raises(UserError, match=f"'{address}' is no server's address .*write http://host"):
        ask_server(address, promoted, read_tags(promoted))


def test_what_does_not_speak_http_serves_none(promoted: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"SSH-2.0-OpenSSH\r\n")

        threading.Thread(target=answer, daemon=True).start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        served = ask_server(address, promoted, read_tags(promoted))
    assert served.said == "does not say what it serves (SSH-2.0-OpenSSH)"


def test_a_server_that_is_not_there_serves_none(promoted: Path) -> None:
    with answering(None) as address:
        pass
    assert "does not say what it serves" in ask_server(address, promoted, read_tags(promoted)).said
    with pytest.raises(UserError, match="'ftp://host' is no server's address"):
        ask_server("ftp://host", promoted, read_tags(promoted))
