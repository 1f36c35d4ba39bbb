"""Ways to keep a server from others: each begins with a call and goes on until its connections are closed."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from threading import Event, Thread

from benchmarks.attack_inputs import TIMEOUT_S, form, jpeg_bomb

Flood = Callable[[socket.socket, Event], None]

STALLED_BYTES = 19_000_000
_POST = "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n"


@contextmanager
def attacking(port: int, clients: int, flood: Flood, source: str = "127.0.0.1") -> Iterator[None]:
    """Attack from so many threads, each with one connection after the other, until the end of the context."""
    end = Event()

    def client() -> None:
        while not end.is_set():
            with suppress(OSError), connection(port, source) as connected:
                flood(connected, end)
            # A server that refuses at once is not to be drowned by this process' own computing.
            end.wait(0.01)

    threads = [Thread(target=client, daemon=True) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        end.set()
        for thread in threads:
            thread.join(TIMEOUT_S)


@contextmanager
def idle(port: int, connections: int, begun: bytes = b"") -> Iterator[list[socket.socket]]:
    """Hold so many connections that send no more than ``begun``; yield them."""
    with ExitStack() as stack:
        held = []
        for _ in range(connections):
            with suppress(OSError):
                opened = stack.enter_context(connection(port))
                opened.sendall(begun)
                held.append(opened)
        yield held


def closed(held: list[socket.socket]) -> int:
    """Return how many connections the server has closed or answered."""
    done = 0
    for one in held:
        one.setblocking(False)
        try:
            one.recv(1)
            done += 1
        except BlockingIOError:
            continue
        except OSError:
            done += 1
    return done


def bomb(connected: socket.socket, end: Event) -> None:
    """Send a picture that takes minutes to decode, and wait for the answer."""
    body = form(jpeg_bomb())
    kind = "multipart/form-data; boundary=mutated"
    connected.sendall(_POST.format(kind, len(body)).encode() + body)
    connected.recv(1 << 16)


def stalled_upload(connected: socket.socket, end: Event) -> None:
    """Send nearly all of a large picture, and then nothing."""
    connected.sendall(_POST.format("image/jpeg", STALLED_BYTES + 1).encode())
    sent = bytes(1_000_000)
    for _ in range(STALLED_BYTES // len(sent)):
        if end.is_set():
            return
        connected.sendall(sent)
    _wait(connected, end)


def header_flood(connected: socket.socket, end: Event) -> None:
    """Send a header that has no end, up to 400 MB."""
    connected.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
    field = b"a: " + b"b" * 1_000_000 + b"\r\n"
    for _ in range(400):
        if end.is_set():
            return
        connected.sendall(field)


def drip(connected: socket.socket, end: Event) -> None:
    """Send a header by one byte a second."""
    for _ in range(600):
        connected.sendall(b"G")
        if end.wait(1.0):
            return


def _wait(connected: socket.socket, end: Event) -> None:
    connected.settimeout(0.2)
    while not end.is_set():
        with suppress(TimeoutError):
            if not connected.recv(1 << 16):
                return


@contextmanager
def connection(port: int, source: str = "127.0.0.1") -> Iterator[socket.socket]:
    """A connection of its own to the server, from one of the many addresses of loopback."""
    with socket.create_connection(
        ("127.0.0.1", port), TIMEOUT_S, source_address=(source, 0)
    ) as connected:
        yield connected
