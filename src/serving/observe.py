"""Around every request: its id, its log line, its measurements, the headers of every answer, and the last resort."""

import asyncio
import time
import traceback
from collections.abc import Callable, Container
from contextlib import suppress

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .errors import internal_error
from .log import Note, choose_id, line, request_log
from .metrics import Metrics

# What is left of a refused upload is read and thrown away, this far: a client that is still sending does not see
# the answer. Bytes and seconds.
DISCARD_BYTES = 64_000_000
DISCARD_S = 10.0

_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": _PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    # An update of the page must not meet old parts of it.
    "Cache-Control": "no-cache",
}
"""Of every answer."""
# nginx's number for a client that went away before it was answered.
_GONE = 499


class Observer:
    """ASGI middleware, the outermost. routes: the application's paths. stopping: whether it is shutting down."""

    def __init__(
        self,
        app: ASGIApp,
        metrics: Metrics,
        routes: Container[str],
        stopping: Callable[[], bool],
    ) -> None:
        self._app, self._metrics = app, metrics
        self._routes, self._stopping = routes, stopping
        self._log = request_log()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin = time.perf_counter()
        exchange = _Exchange(scope, receive, send, self._stopping)
        scope["state"] = {**scope.get("state", {}), "note": exchange.note}
        facts = exchange.note.facts
        try:
            await self._app(scope, exchange.receive, exchange.send)
        except ClientDisconnect:
            exchange.status = _GONE
        except Exception:
            facts["error"] = traceback.format_exc()
            if exchange.status is None:
                response = internal_error(exchange.note.request_id)
                await response(scope, exchange.receive, exchange.send)
        seconds, status = time.perf_counter() - begin, exchange.status or _GONE
        route = self._label(scope["path"])
        self._metrics.count_request(route, status, seconds)
        base = {
            "request_id": exchange.note.request_id,
            "method": scope["method"],
            "route": route,
            "status": status,
            "ms": round(1000 * seconds, 2),
            "bytes": exchange.received,
        }
        self._log.info(line("error" if status == 500 else "info", {**base, **facts}))

    def _label(self, path: str) -> str:
        folder = "/".join(path.split("/")[:2]) + "/*"
        return next((known for known in (path, folder) if known in self._routes), "other")


class _Exchange:
    """One request and its answer, as they pass by."""

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, stopping: Callable[[], bool]
    ) -> None:
        headers = Headers(scope=scope)
        self.note = Note(choose_id(headers.get("x-request-id", "")))
        self.status: int | None = None
        self.received = 0
        self._receive, self._send, self._stopping = receive, send, stopping
        sends_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
        self._unread = sends_body
        # Such a client waits for a word before it sends its body; refused, it does not send it.
        self._polite = headers.get("expect", "").lower() == "100-continue"

    async def receive(self) -> Message:
        """Pass on what comes in."""
        message = await self._receive()
        self._polite = False
        self.received += len(message.get("body", b""))
        self._unread = message["type"] == "http.request" and message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """Pass on what goes out, with the headers of every answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            if self._unread and not self._polite:
                await self._discard()
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self.note.request_id
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if self._unread or self._stopping():
                headers["Connection"] = "close"
        await self._send(message)

    async def _discard(self) -> None:
        end = self.received + DISCARD_BYTES
        with suppress(TimeoutError):
            async with asyncio.timeout(DISCARD_S):
                while self._unread and self.received < end:
                    await self.receive()
