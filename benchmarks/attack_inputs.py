"""What strangers send: broken requests, mutated bodies, costly pictures; and what a right answer to them is."""

import http.client
import io
import json
import socket
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from threading import Thread

import numpy as np
from PIL import Image

from src.serving.refusal import STATUS

TIMEOUT_S = 60.0
BOUNDARY = "mutated"
_AT_ONCE = 8
_KINDS = ("JPEG", "PNG", "WEBP", "BMP")
_PATHS = ("/predict", "/predict/batch", "/invocations", "/predict?format=sagemaker")
_TYPES = (
    f"multipart/form-data; boundary={BOUNDARY}", "image/jpeg", "image/png", "application/octet-stream",
    "multipart/form-data", f"multipart/form-data; boundary={BOUNDARY}; charset=idna", "text/plain", "",
)  # fmt: skip
_HOST = b"Host: x\r\n"
_GET = b"GET /healthz HTTP/1.1\r\n" + _HOST
_POST = b"POST /predict HTTP/1.1\r\n" + _HOST
_SMUGGLED = b"GET /metrics HTTP/1.1\r\n" + _HOST + b"\r\n"
_UPGRADE = b"Connection: Upgrade\r\nUpgrade: websocket\r\n"
_CHUNKED = _POST + b"Content-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n"


def jpeg_bomb(scans: int = 12_000, side: int = 2000) -> bytes:
    """A progressive JPEG with so many scans more, ten bytes each, which are decoded for minutes."""
    buffer = io.BytesIO()
    Image.new("L", (side, side)).save(buffer, "JPEG", progressive=True)
    sound = buffer.getvalue()
    return sound[:-2] + b"\xff\xda\0\x08\x01\x01\0\x01\x3f\0" * scans + sound[-2:]


def form(picture: bytes) -> bytes:
    """A multipart body with one picture."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    return head.encode() + picture + f"\r\n--{BOUNDARY}--\r\n".encode()


def mutations(seed: int) -> Iterator[tuple[str, str, bytes]]:
    """Yield paths, media types and bodies without end: sound requests with bytes changed, cut, doubled or moved."""
    rng = np.random.default_rng(seed)
    noise = Image.fromarray(rng.integers(0, 256, (48, 64, 3), np.uint8))
    pictures = []
    for kind in _KINDS:
        buffer = io.BytesIO()
        noise.save(buffer, kind)
        pictures.append(buffer.getvalue())
    while True:
        picture = pictures[rng.integers(len(pictures))]
        wrapped = rng.random() < 0.7
        # Half of the mutations are in the form, which is short beside the picture.
        body = form(picture if rng.random() < 0.5 else picture[:20]) if wrapped else picture
        kind = _TYPES[0] if wrapped and rng.random() < 0.8 else _TYPES[rng.integers(len(_TYPES))]
        for _ in range(rng.integers(1, 6)):
            body = _mutate(body, rng)
        yield _PATHS[rng.integers(len(_PATHS))], kind, body


def send_mutations(port: int, number: int, clients: int) -> tuple[Counter[str], list[str]]:
    """Send so many mutated bodies; return how many answers had which status, and what was wrong with others."""
    answers, wrong = Counter[str](), list[str]()
    numbers, requests = count(), mutations(0)
    drawn = [next(requests) for _ in range(number)]

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
        while (at := next(numbers)) < number:
            path, kind, body = drawn[at]
            try:
                connection.request("POST", path, body, {"Content-Type": kind} if kind else {})
                response = connection.getresponse()
                content = response.read()
            except (OSError, http.client.HTTPException) as error:
                wrong.append(f"{at}: {error!r}")
                connection.close()
                continue
            answers[str(response.status)] += 1
            fault = fault_of(response.status, content)
            if fault or response.status == 500:
                wrong.append(f"{at}: {response.status} {fault}")

    threads = [Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers, wrong


def fault_of(status: int, content: bytes) -> str:
    """Return what is wrong with an answer, or "": an error is JSON with one of the documented codes and its status."""
    if status < 400:
        return ""
    try:
        answer = json.loads(content)
        code = answer["error"]["code"]
        sound = set(answer) == {"error", "request_id"} and STATUS.get(code) == status
    except (ValueError, KeyError, TypeError):
        sound = False
    return "" if sound else f"not a documented error: {content[:200]!r}"


def raw_cases() -> dict[str, bytes]:
    """Return bytes that are no request, or one that few clients would send, by a name for each."""
    cases = {
        "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "words": b"hello\r\n\r\n", "zeros": bytes(64),
        "no method": b" / HTTP/1.1\r\n\r\n", "odd method": b"G\xe4T / HTTP/1.1\r\n\r\n",
        "long method": b"A" * 5000 + b" / HTTP/1.1\r\n\r\n", "version 9": b"GET / HTTP/9.9\r\n\r\n",
        "version 2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "no version": b"GET /\r\n\r\n",
        "tab": b"GET\t/\tHTTP/1.1\r\n\r\n", "line feed": _GET.replace(b"\r", b"") + b"\n",
        "no host": b"GET /healthz HTTP/1.1\r\n\r\n", "two hosts": _GET + _HOST + b"\r\n",
        "version 1.0": b"GET /healthz HTTP/1.0\r\n\r\n", "empty address": b"GET  HTTP/1.1\r\n\r\n",
        "high bytes": b"GET /\xff\xfe HTTP/1.1\r\n\r\n", "half escape": b"GET /%f HTTP/1.1\r\n" + _HOST + b"\r\n",
        "zero byte": b"GET /static/%00 HTTP/1.1\r\n" + _HOST + b"\r\n",
        "raw zero byte": b"GET /\0 HTTP/1.1\r\n" + _HOST + b"\r\n",
        "bad escape": b"GET /static/%ff%c0%af HTTP/1.1\r\n" + _HOST + b"\r\n",
        "climb": b"GET /static/..%2f..%2fserve.py HTTP/1.1\r\n" + _HOST + b"\r\n",
        "absolute": b"GET http://x/healthz HTTP/1.1\r\n" + _HOST + b"\r\n",
        "bad port": b"GET http://x:y/ HTTP/1.1\r\n\r\n",
        "star": b"OPTIONS * HTTP/1.1\r\n" + _HOST + b"\r\n", "connect": b"CONNECT x:80 HTTP/1.1\r\n" + _HOST + b"\r\n",
        "trace": b"TRACE / HTTP/1.1\r\n" + _HOST + b"\r\n", "fragment": b"GET /#a?b HTTP/1.1\r\n" + _HOST + b"\r\n",
        "websocket": _GET + b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: eA==\r\n\r\n",
        "h2c": _GET + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n",
        "upgrade with a body": _POST + _UPGRADE + b"Content-Length: %d\r\n\r\n" % len(_SMUGGLED) + _SMUGGLED,
        "upgrade with chunks": _CHUNKED[:-2] + _UPGRADE + b"\r\n%x\r\n" % len(_SMUGGLED) + _SMUGGLED + b"\r\n0\r\n\r\n",
        "upgrade, then another": (_GET + _UPGRADE + b"\r\n") * 2 + _GET + b"\r\n",
        "field without colon": _GET + b"abc\r\n\r\n", "space before colon": _GET + b"a : b\r\n\r\n",
        "folded field": _GET + b"a: b\r\n c\r\n\r\n", "zero in field": _GET + b"a: b\0c\r\n\r\n",
        "no name": _GET + b": b\r\n\r\n", "many fields": _GET + b"a: b\r\n" * 5000 + b"\r\n",
        "long field": _GET + b"a: " + b"b" * 300_000 + b"\r\n\r\n", "long name": _GET + b"a" * 300_000 + b": b\r\n\r\n",
        "long address": b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\n\r\n",
        "negative length": _POST + b"Content-Length: -5\r\n\r\n",
        "length of words": _POST + b"Content-Length: x\r\n\r\n",
        "huge length": _POST + b"Content-Length: 99999999999999999999\r\n\r\n",
        "two lengths": _POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        "length and chunks": _POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "odd coding": _POST + b"Transfer-Encoding: gzip\r\n\r\n", "bad chunk": _CHUNKED + b"zz\r\nhello\r\n",
        "huge chunk": _CHUNKED + b"fffffffffffffffff\r\n", "chunk without end": _CHUNKED + b"5\r\nhelloworld",
        "long extension": _CHUNKED + b"5;" + b"a" * 300_000 + b"\r\nhello\r\n0\r\n\r\n",
        "long trailer": _CHUNKED + b"5\r\nhello\r\n0\r\na: " + b"b" * 300_000,
        "then garbage": _GET + b"\r\n" + b"garbage\r\n\r\n", "pipelined": (_GET + b"\r\n") * 5,
        "pipelined by hundreds": (_GET + b"\r\n") * 500, "body of a GET": _GET + b"Content-Length: 3\r\n\r\nabc",
        "expectation": _POST + b"Expect: 200-maybe\r\nContent-Length: 0\r\n\r\n",
        "ranges": b"GET /static/index.html HTTP/1.1\r\n" + _HOST + b"Range: bytes=0-0,-1\r\n\r\n",
        "forwarded": _GET + b"X-Forwarded-For: ,,\xff, [::1\r\nX-Forwarded-Proto: gopher\r\n\r\n",
    }  # fmt: skip
    assert len(cases) >= 50
    return cases


def ask_raw(port: int, content: bytes, quiet_s: float = 3.0) -> list[tuple[int, bytes]]:
    """Send bytes; return the answers, statuses and bodies, until the server closes or is quiet for so many seconds.

    Raises http.client.HTTPException for bytes that are no answers.
    """
    with closing(socket.create_connection(("127.0.0.1", port), TIMEOUT_S)) as connection:
        got = bytearray()
        try:
            connection.sendall(content)
            connection.settimeout(quiet_s)
            while data := connection.recv(1 << 16):
                got += data
        except (TimeoutError, ConnectionResetError, BrokenPipeError):
            got += b""
    return list(answers_in(bytes(got)))


def answers_in(got: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the statuses and bodies of what a server sent; raises http.client.HTTPException for what is no answer."""
    while got:
        head, _, rest = got.partition(b"\r\n\r\n")
        first, *lines = head.split(b"\r\n")
        if not first.startswith(b"HTTP/1.1 "):
            raise http.client.BadStatusLine(repr(got[:80]))
        fields = {line.partition(b":")[0].lower(): line.partition(b":")[2] for line in lines}
        status = int(first.split()[1])
        length = 0 if status == 100 else int(fields[b"content-length"])
        if len(rest) < length:
            raise http.client.IncompleteRead(rest, length - len(rest))
        if status != 100:
            yield status, rest[:length]
        got = rest[length:]


def raw_faults(port: int, cases: Sequence[tuple[str, bytes]]) -> tuple[Counter[str], list[str]]:
    """Send each of `raw_cases`; return how many answers had which status, and what was wrong with others."""
    answers, wrong = Counter[str](), list[str]()

    def send(case: tuple[str, bytes]) -> None:
        name, content = case
        try:
            got = ask_raw(port, content)
        except (http.client.HTTPException, KeyError, ValueError) as error:
            wrong.append(f"{name}: {error!r}")
            return
        answers.update(str(status) for status, _ in got)
        faults = [fault_of(status, body) or str(status) for status, body in got]
        wrong.extend(f"{name}: {f}" for f in faults if not f.isdecimal() or f == "500")

    # Most of the time goes by waiting for connections that stay open.
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(send, cases))
    return answers, wrong


def _mutate(body: bytes, rng: np.random.Generator) -> bytes:
    at, length = int(rng.integers(len(body) + 1)), int(rng.integers(1, 200))
    piece = body[at : at + length]
    choices = (
        body[:at] + rng.bytes(length) + body[at + length :],
        body[:at],
        body[:at] + piece * 3 + body[at + length :],
        body[:at] + body[at + length :],
        body[:at] + rng.bytes(1) + body[at + 1 :],
        piece + body,
    )
    return choices[rng.integers(len(choices))]
