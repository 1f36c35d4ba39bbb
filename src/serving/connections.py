"""Limits between the network and the application: headers, time, and connections of each peer.

Uvicorn's parser in C has none of these; what it refuses is answered here in the shape of every other error.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from .log import choose_id, log
from .observe import HEADERS
from .refusal import RETRY_AFTER_S, ApiError, error_body

MAX_HEAD_BYTES, MAX_HEADERS = 65_536, 128
"""Of one request: request line and header fields, and whatever frames the chunks of its body and follows them."""
HEAD_S = 10.0
"""Longest time in seconds from the first byte of a request, or from the connection, to the end of its header."""
TAKE_S = 30.0
"""Longest time in seconds that a client may take to fetch what was sent to it."""
MAX_PIPELINED = 16
"""Requests that a client may send before the first of them is answered."""

# Seconds between two checks of a connection's clocks.
_LOOK_S = 1.0
# A refused client that is still sending would not see the answer if its connection were closed at once.
_DEAF_S = 2.0
# Bytes of framing that a byte of a body may cost: chunks of one byte are 6 bytes.
_FRAMING = 16
_MALFORMED = ApiError("malformed_request", "this is not HTTP/1.1 as RFC 9112 describes it")
_LARGE = ApiError(
    "headers_too_large", f"at most {MAX_HEAD_BYTES} bytes and {MAX_HEADERS} fields of header"
)
_FULL = ApiError("busy", "too many connections; try again in a moment")


class GuardedConfig(uvicorn.Config):
    """Uvicorn's settings, and the most connections at once; ``refused`` is called with the status of each refusal."""

    def __init__(
        self, app: Any, max_connections: int, refused: Callable[[int], None], **more: Any
    ) -> None:
        super().__init__(app, http=GuardedProtocol, **more)
        self.max_connections, self.refused = max_connections, refused


class GuardedProtocol(HttpToolsProtocol):
    """One connection.

    Where it is full, the connection that has waited longest for a request goes, one of the peer that has most of them;
    where none waits, the new one is refused.
    """

    config: GuardedConfig
    connections: set["GuardedProtocol"]  # type: ignore[assignment]

    def __init__(
        self,
        config: GuardedConfig,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        # Since when a header is awaited or what was sent waits to be fetched, and since when nothing has happened.
        self._awaited: float | None = None
        self._unfetched: float | None = None
        self._idle = time.monotonic()
        # Nothing that comes in counts any more. The connection ends with what is being answered.
        self._deaf = False
        self._framing = self._head_bytes = 0
        self._why = _MALFORMED
        self._checking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, in place of another one where it is full."""
        full = len(self.connections) >= self.config.max_connections
        if full:
            full = not self._make_room()
        super().connection_made(transport)
        if full:
            self._answer(_FULL)
            transport.close()
            return
        self._awaited = self._idle
        self._checking = self.loop.call_later(_LOOK_S, self._check)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        if self._checking is not None:
            self._checking.cancel()
        super().connection_lost(exc)

    @property
    def answering(self) -> bool:
        """Whether a request came in, or is coming in, that is not answered yet."""
        return self.cycle is not None and not self.cycle.response_complete

    def data_received(self, data: bytes) -> None:
        """Take in bytes."""
        if self._deaf:
            return
        self._idle = time.monotonic()
        if self._awaited is None and not self.answering:
            self._awaited = self._idle
        self._framing += len(data)
        self._unset_keepalive_if_required()
        try:
            self._parse(data)
        except httptools.HttpParserError:
            self.send_400_response("")
        if self._framing > MAX_HEAD_BYTES and not self._deaf:
            self._why = _LARGE
            self.send_400_response("")

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be understood, after what came before it is answered."""
        self._deaf = True
        if self.answering and (self.cycle.response_started or not self.cycle.more_body):
            self.cycle.keep_alive = False
            return
        if self.pipeline:
            self.transport.abort()
            return
        if self.answering:
            # It was the body of the request at hand, whose end will not come.
            self.cycle.disconnected = self.cycle.response_complete = True
            self.cycle.message_event.set()
        self._answer(self._why)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(_DEAF_S, self.transport.close)

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._framing = self._head_bytes = 0
        if self._awaited is None:
            self._awaited = time.monotonic()

    def on_url(self, url: bytes) -> None:
        """Take a part of the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header field, or one that follows a body of chunks."""
        self._count(len(name) + len(value))
        if len(self.headers) >= MAX_HEADERS:
            self._why = _LARGE
            raise ValueError(self._why.message)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Give a request to the application.

        One that asks for another protocol is not given yet: the parser stops behind its header, and `_parse` goes on.
        """
        if self.parser.get_method() == b"CONNECT":
            raise ValueError("this is no proxy")
        if self.parser.should_upgrade():
            return
        self._awaited, self._framing = None, 0
        if len(self.pipeline) >= MAX_PIPELINED:
            raise ValueError("too many requests at once")
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of a body."""
        self._framing = max(0, self._framing - _FRAMING * len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request, unless it is to be parsed again."""
        if not self.parser.should_upgrade():
            super().on_message_complete()

    def _parse(self, data: bytes) -> None:
        """Parse bytes, as if no request asked for another protocol (RFC 9110, 7.8, lets a server ignore that).

        Behind such a header the parser takes what follows for the other protocol, not for the body. So a new one gets
        the header again, as the first has understood it, without the wish; then the body has its length, and its end.
        """
        while True:
            try:
                self.parser.feed_data(data)
                return
            except httptools.HttpParserUpgrade as stop:
                (end,) = stop.args
                data = self._head_without_upgrade() + data[end:]
                self.parser = httptools.HttpRequestParser(self)
                # As uvicorn: what follows a request that closes the connection does not spoil its answer.
                self.parser.set_dangerous_leniencies(lenient_data_after_close=True)

    def _head_without_upgrade(self) -> bytes:
        version = self.parser.get_http_version().encode()
        lines = [b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, version)]
        lines += [b"%s: %s" % field for field in self.headers if field[0] != b"upgrade"]
        return b"\r\n".join([*lines, b"", b""])

    def _count(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > MAX_HEAD_BYTES:
            self._why = _LARGE
            raise ValueError(self._why.message)

    def _answer(self, error: ApiError) -> None:
        request_id, status = choose_id(""), HTTPStatus(error.status)
        body = json.dumps(error_body(error, request_id)).encode()
        fields = {
            **{name.decode(): value.decode() for name, value in self.server_state.default_headers},
            **HEADERS,
            **({"Retry-After": str(RETRY_AFTER_S)} if status == 503 else {}),
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "X-Request-ID": request_id,
            "Connection": "close",
        }
        lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
        lines += [f"{name}: {value}" for name, value in fields.items()]
        self._deaf = True
        self.transport.write("\r\n".join([*lines, "", ""]).encode() + body)
        self.config.refused(error.status)
        if error is not _FULL:
            log("info", request_id=request_id, status=error.status, code=error.code)

    def _make_room(self) -> bool:
        """End the connection that has waited longest, of the peer with most that wait; say whether there was one."""
        waiting = [one for one in self.connections if not one.answering]
        crowd = Counter(one.client[0] if one.client else "" for one in waiting)
        if not crowd:
            return False
        ((peer, _),) = crowd.most_common(1)
        oldest = min(
            (one for one in waiting if (one.client[0] if one.client else "") == peer),
            key=lambda one: one._idle,
        )
        self.connections.discard(oldest)
        oldest.transport.abort()
        return True

    def _check(self) -> None:
        """End the connection if the other side takes too long; else check again in a moment."""
        now = time.monotonic()
        if not self.transport.get_write_buffer_size():
            self._unfetched = None
        elif self._unfetched is None:
            self._unfetched = now
        late = self._awaited is not None and now - self._awaited > HEAD_S
        if late or (self._unfetched is not None and now - self._unfetched > TAKE_S):
            self.transport.abort()
            return
        self._checking = self.loop.call_later(_LOOK_S, self._check)
