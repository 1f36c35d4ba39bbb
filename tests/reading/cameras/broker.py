"""An MQTT broker that is made up: as much of version 3.1.1 as a client needs that publishes."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

CONNECT, PUBLISH, PINGREQ, DISCONNECT = 1, 3, 12, 14
REFUSED = 5


@dataclass
class Broker:
    """What it has received, as (topic, payload), and by whom, as (user, password).

    confirms: whether it confirms what is published. password: that it asks for; "" for none.
    """

    confirms: Callable[[], bool] = lambda: True
    password: str = ""
    received: list[tuple[str, bytes]] = field(default_factory=list)
    clients: list[tuple[str, str]] = field(default_factory=list)

    @contextmanager
    def run(self) -> Iterator[int]:
        """Run it; yield its port."""
        handler = type("Handler", (_Handler,), {"broker": self})
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            server.server_close()


class _Handler(socketserver.StreamRequestHandler):
    broker: Broker

    def handle(self) -> None:
        with suppress(OSError, IndexError):
            while first := self.rfile.read(1):
                kind, flags = first[0] >> 4, first[0] & 15
                body = self.rfile.read(self._length())
                if kind == CONNECT:
                    known = self._connect(body)
                    self.wfile.write(bytes([0x20, 2, 0, 0 if known else REFUSED]))
                elif kind == PUBLISH:
                    self._publish(body, flags)
                elif kind == PINGREQ:
                    self.wfile.write(bytes([0xD0, 0]))
                elif kind == DISCONNECT:
                    return

    def _length(self) -> int:
        length, shift = 0, 0
        while True:
            byte = self.rfile.read(1)[0]
            length |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return length

    def _connect(self, body: bytes) -> bool:
        flags, rest = body[7], body[10:]
        _, rest = _text(rest)  # the client's id
        user = password = ""
        if flags & 0x80:
            user, rest = _text(rest)
        if flags & 0x40:
            password, rest = _text(rest)
        self.broker.clients.append((user, password))
        return password == self.broker.password

    def _publish(self, body: bytes, flags: int) -> None:
        topic, rest = _text(body)
        assert flags >> 1 & 3 == 1, "published at least once"
        if self.broker.confirms():
            self.broker.received.append((topic, rest[2:]))
            self.wfile.write(bytes([0x40, 2]) + rest[:2])


def _text(content: bytes) -> tuple[str, bytes]:
    length = int.from_bytes(content[:2], "big")
    return content[2 : 2 + length].decode(), content[2 + length :]
