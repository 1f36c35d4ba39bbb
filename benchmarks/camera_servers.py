"""Cameras that are made up: servers on loopback that send JPEG files as cameras do, and fail as cameras do.

Tests use them as well. What they send is no real camera's, but the protocols are: MJPEG and snapshots over HTTP, and
RTSP with RTP/JPEG (RFC 2435) inside its connection.
"""

import hashlib
import http.server
import re
import socketserver
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

Fault = Literal["", "drop", "stall", "garbage", "length"]
"""Nothing; no connection; silence; bytes that are no picture, and halves of pictures; lengths that are wrong."""
_BOUNDARY = "frame"
_RTP_BYTES = 1400
_REALM = "camera"


@dataclass
class Stub:
    """What a camera shows and how it fails.

    picture: returns the number of the newest picture and its JPEG file. fault: returns how it fails just now.
    interval_s: seconds between pictures of a stream. user, password: that it asks for; "" for none. digest: whether
    by a digest. sent: numbers of the pictures that went out whole. connections: how many there were.
    """

    picture: Callable[[], tuple[int, bytes]]
    fault: Callable[[], Fault] = lambda: ""
    interval_s: float = 0.08
    user: str = ""
    password: str = ""
    digest: bool = False
    sent: set[int] = field(default_factory=set)
    connections: int = 0
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))

    def admits(self, method: str, header: str) -> bool:
        """Return whether a request with this header Authorization is let in."""
        if not self.user:
            return True
        if not self.digest:
            import base64

            pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            return header == f"Basic {pair}"
        said = dict(re.findall(r'(\w+)="?([^",]*)"?', header))
        first = _md5(f"{self.user}:{_REALM}:{self.password}")
        second = _md5(f"{method}:{said.get('uri', '')}")
        middle = [said[key] for key in ("nonce", "nc", "cnonce", "qop") if key in said]
        return said.get("response") == _md5(":".join([first, *middle, second]))

    @property
    def challenge(self) -> str:
        """The header WWW-Authenticate."""
        return (
            f'Digest realm="{_REALM}", nonce="abc", qop="auth"'
            if self.digest
            else (f'Basic realm="{_REALM}"')
        )

    def noise(self, most: int) -> bytes:
        """Return bytes that are no picture."""
        return self.rng.bytes(int(self.rng.integers(1, most)))


class _Handler(http.server.BaseHTTPRequestHandler):
    stub: Stub

    def do_GET(self) -> None:
        stub = self.stub
        stub.connections += 1
        if not stub.admits("GET", self.headers.get("Authorization", "")):
            self.send_response(401)
            self.send_header("WWW-Authenticate", stub.challenge)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if stub.fault() == "drop":
            self.send_error(503)
            return
        with suppress(OSError):
            self.send()

    def send(self) -> None:
        """Answer."""
        raise NotImplementedError

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class _Snapshots(_Handler):
    def send(self) -> None:
        stub = self.stub
        while stub.fault() == "stall":
            time.sleep(0.05)
        number, content = stub.picture()
        fault = stub.fault()
        if fault == "garbage":
            content = stub.noise(5000) if number % 2 else content[: len(content) // 2]
        more = 999 if fault == "length" and number % 2 else 0
        self.send_response(200)
        self.send_header("Content-Type", "image/jpeg")
        self.send_header("Content-Length", str(len(content) + more))
        self.end_headers()
        self.wfile.write(content)
        if fault != "garbage" and not more:
            stub.sent.add(number)


class _Stream(_Handler):
    def send(self) -> None:
        stub = self.stub
        self.send_response(200)
        self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={_BOUNDARY}")
        self.end_headers()
        while (fault := stub.fault()) != "drop":
            if fault == "stall":
                time.sleep(0.05)
                continue
            number, content = stub.picture()
            length, broken = len(content), fault == "garbage" and number % 2 == 1
            if broken:
                self.wfile.write(stub.noise(2000))
                content = content[: length // 2]
            if fault == "length":
                length = int(stub.rng.integers(0, 2 * length))
            head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {length}\r\n\r\n"
            self.wfile.write(head.encode() + content + b"\r\n")
            if not broken:
                stub.sent.add(number)
            time.sleep(stub.interval_s)


class _Rtsp(socketserver.StreamRequestHandler):
    stub: Stub

    def handle(self) -> None:
        stub = self.stub
        stub.connections += 1
        with suppress(OSError, ValueError):
            while request := self._request():
                method, number, header = request
                if stub.fault() == "drop":
                    return
                if not stub.admits(method, header):
                    self._answer(number, 401, f"WWW-Authenticate: {stub.challenge}\r\n")
                elif method == "DESCRIBE":
                    self._describe(number)
                elif method == "SETUP":
                    way = "RTP/AVP/TCP;unicast;interleaved=0-1"
                    self._answer(number, 200, f"Transport: {way}\r\nSession: 1\r\n")
                elif method == "PLAY":
                    self._answer(number, 200, "Session: 1\r\nRange: npt=0-\r\n")
                    self._play()
                    return
                else:
                    self._answer(number, 200, "Public: OPTIONS, DESCRIBE, SETUP, PLAY\r\n")

    def _request(self) -> tuple[str, str, str] | None:
        """Return a request's method, its number and its header Authorization; None at the end."""
        line = self.rfile.readline().decode()
        if not line:
            return None
        headers = {}
        while (text := self.rfile.readline().decode().strip()) != "":
            name, _, value = text.partition(":")
            headers[name.lower()] = value.strip()
        return line.split()[0], headers.get("cseq", "0"), headers.get("authorization", "")

    def _answer(self, number: str, code: int, headers: str, body: str = "") -> None:
        head = f"RTSP/1.0 {code} -\r\nCSeq: {number}\r\n{headers}"
        self.wfile.write(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())

    def _describe(self, number: str) -> None:
        body = (
            "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=stub\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n"
            "m=video 0 RTP/AVP 26\r\na=control:track1\r\n"
        )
        self._answer(number, 200, "Content-Type: application/sdp\r\n", body)

    def _play(self) -> None:
        stub, sequence, began = self.stub, 0, time.monotonic()
        while (fault := stub.fault()) != "drop":
            if fault == "stall":
                time.sleep(0.05)
                continue
            number, content = stub.picture()
            stamp = round((time.monotonic() - began) * 90_000) & 0xFFFFFFFF
            for payload, last in _rtp_jpeg(content):
                if fault == "garbage" and number % 2:
                    payload = stub.noise(len(payload))
                head = struct.pack(">BBHII", 0x80, 26 | last << 7, sequence & 0xFFFF, stamp, 1)
                packet = head + payload
                self.wfile.write(struct.pack(">cBH", b"$", 0, len(packet)) + packet)
                sequence += 1
            if not (fault == "garbage" and number % 2):
                stub.sent.add(number)
            time.sleep(stub.interval_s)


def _rtp_jpeg(content: bytes) -> Iterator[tuple[bytes, bool]]:
    """Yield a JPEG file as payloads of RTP, and whether each is its last one; colours at half size, plain tables."""
    tables, at, width, height = b"", 2, 0, 0
    while content[at + 1] != 0xDA:
        kind, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        body = content[at + 4 : at + 2 + length]
        if kind == 0xDB:
            tables += b"".join(body[n + 1 : n + 65] for n in range(0, len(body), 65))
        elif kind == 0xC0:
            height, width = struct.unpack(">xHH", body[:5])
        at += 2 + length
    at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    scan, offset = content[at:-2], 0
    while offset < len(scan):
        head = struct.pack(">I", offset) + bytes([1, 255, width // 8, height // 8])
        if offset == 0:
            head += struct.pack(">BBH", 0, 0, len(tables)) + tables
        part = scan[offset : offset + _RTP_BYTES]
        offset += len(part)
        yield head + part, offset >= len(scan)


class _HttpServer(http.server.ThreadingHTTPServer):
    def handle_error(self, request: Any, address: Any) -> None:
        """Say nothing."""


class _TcpServer(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True

    def handle_error(self, request: Any, address: Any) -> None:
        """Say nothing."""


@contextmanager
def camera(kind: Literal["mjpeg", "snapshot", "rtsp"], stub: Stub) -> Iterator[str]:
    """Run a camera; yield its address."""
    handlers: dict[str, type[Any]] = {"mjpeg": _Stream, "snapshot": _Snapshots, "rtsp": _Rtsp}
    handler = type("Handler", (handlers[kind],), {"stub": stub})
    server = (_TcpServer if kind == "rtsp" else _HttpServer)(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    scheme = "rtsp" if kind == "rtsp" else "http"
    try:
        yield f"{scheme}://127.0.0.1:{server.server_address[1]}/{kind}"
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Receiver:
    """A webhook's target. code: what it answers with; received: bodies and headers that it has taken (2xx)."""

    code: Callable[[], int] = lambda: 204
    received: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)
    attempts: int = 0

    @contextmanager
    def run(self, port: int = 0) -> Iterator[str]:
        """Run it; yield its address."""
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                code = receiver.code()
                receiver.attempts += 1
                if code < 300:
                    headers = {name.lower(): value for name, value in self.headers.items()}
                    receiver.received.append((body, headers))
                self.send_response(code)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        server = _HttpServer(("127.0.0.1", port), Handler)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/hook"
        finally:
            server.shutdown()
            server.server_close()


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()
