"""A wish for another protocol is ignored: the request is answered, its body is its body, and what follows is next."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from benchmarks.attack_inputs import answers_in
from src.serving.connections import GuardedConfig

SMUGGLED = b"GET /secret HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /a HTTP/1.1\r\nHost: x\r\n"
WISHES = {
    "websocket": b"Connection: Upgrade\r\nUpgrade: websocket\r\n",
    "h2c": b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n",
    "twice": b"Upgrade: a\r\nConnection: upgrade\r\nupgrade: b\r\n",
}


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the path, the fields' names and the body."""
    body, more = b"", True
    while more:
        message = await receive()
        assert message["type"] == "http.request"
        body, more = body + message["body"], message["more_body"]
    names = [name.decode() for name, _ in scope["headers"]]
    answer = json.dumps([scope["path"], names, body.decode()]).encode()
    length = [(b"content-length", b"%d" % len(answer))]
    await send({"type": "http.response.start", "status": 200, "headers": length})
    await send({"type": "http.response.body", "body": answer})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    config = GuardedConfig(echo, 50, lambda status: None, ws="none", lifespan="off", log_level="error")  # fmt: skip
    server = uvicorn.Server(config)
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])))
        thread.start()
        yield int(listening.getsockname()[1])
        server.should_exit = True
        thread.join(30)


def send(port: int, pieces: Sequence[bytes], quiet_s: float = 0.5) -> list[tuple[int, bytes]]:
    """Send pieces, each on its own; return the answers until nothing comes for so many seconds."""
    got = b""
    with closing(socket.create_connection(("127.0.0.1", port), 10)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(0.1 if len(pieces) < 5 else 0.001)
        connection.settimeout(quiet_s)
        try:
            while data := connection.recv(1 << 16):
                got += data
        except TimeoutError:
            return list(answers_in(got))
    return list(answers_in(got))


def echoed(answers: Sequence[tuple[int, bytes]]) -> list[tuple[str, str]]:
    assert {status for status, _ in answers} == {200}
    heard = [json.loads(content) for _, content in answers]
    assert all("upgrade" not in names for _, names, _ in heard)
    return [(path, body) for path, _, body in heard]


@pytest.mark.parametrize("wish", WISHES.values(), ids=WISHES)
def test_body_is_no_request(port: int, wish: bytes) -> None:
    length = b"Content-Length: %d\r\n\r\n" % len(SMUGGLED)
    chunks = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(SMUGGLED)
    wanted = [("/a", SMUGGLED.decode())]
    whole = POST + wish + length + SMUGGLED
    assert echoed(send(port, [whole])) == wanted
    assert echoed(send(port, [POST + wish + length, SMUGGLED])) == wanted
    assert echoed(send(port, [POST + length[:-2] + wish + b"\r\n", SMUGGLED])) == wanted
    assert echoed(send(port, [whole[at : at + 1] for at in range(len(whole))])) == wanted
    assert echoed(send(port, [POST + wish + chunks + SMUGGLED, b"\r\n0\r\n\r\n"])) == wanted
    closing_one = POST + b"Connection: close\r\n" + wish + length
    assert echoed(send(port, [closing_one, SMUGGLED])) == wanted


def test_what_follows_is_answered(port: int) -> None:
    get = b"GET /b HTTP/1.1\r\nHost: x\r\n"
    wish = WISHES["h2c"]
    many = [
        (get + wish + b"\r\n") * 3 + POST + wish + b"Content-Length: 2\r\n\r\nhi" + get + b"\r\n"
    ]
    assert echoed(send(port, many)) == [("/b", "")] * 3 + [("/a", "hi"), ("/b", "")]


def test_no_proxy(port: int) -> None:
    """Behind CONNECT the parser expects another protocol too, and there is no length of a body to go by."""
    connect = b"CONNECT x:80 HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n\r\n"
    assert [status for status, _ in send(port, [connect, SMUGGLED], 3.0)] == [400]
