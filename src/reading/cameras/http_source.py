"""Cameras that speak HTTP: a stream of JPEG files (MJPEG), or a picture for each request (snapshots)."""

import http.client
import ssl
import time
import urllib.error
import urllib.request
from typing import IO
from urllib.parse import urlsplit

from ...common.untrusted import one_line
from .channel import Frame, Order
from .jpegs import JpegSplitter
from .newest import Newest
from .pictures import SourceError, decode

_CHUNK = 1 << 16
_STREAM = "multipart/"
# What cameras send that does not say what it is.
_PICTURES = ("image/", "application/octet-stream", "binary/octet-stream")


class SameHost(urllib.request.HTTPRedirectHandler):
    """Follows redirects on the same host alone: another one is nobody's camera."""

    def redirect_request(  # type: ignore[no-untyped-def]
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers, newurl: str
    ) -> urllib.request.Request | None:
        """Return the request that follows."""
        if urlsplit(newurl)[:2] != urlsplit(req.full_url)[:2]:
            raise SourceError("the camera leads to another address")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class HttpSource:
    """An HTTP camera. What it is, its first answer says.

    Raises SourceError where it does not answer, refuses, or answers something else than pictures.
    """

    def __init__(self, order: Order) -> None:
        self._order = order
        self._opener = _opener(order)
        self._stream: Newest[tuple[bytes, float]] | None = None
        self._splitter = JpegSplitter(order.most_bytes)
        self._response = self._open()
        self._first: IO[bytes] | None = self._response
        kind = self._response.headers.get_content_type()
        if kind.startswith(_STREAM):
            self._stream = Newest(self._receive)
        elif not kind.startswith(_PICTURES):
            self.close()
            raise SourceError(
                f"the camera answers with {kind[:60]!r} and no pictures: is the path right?"
            )

    @property
    def has_thread(self) -> bool:
        """Whether it is a stream."""
        return self._stream is not None

    def next(self) -> Frame:
        """Return the newest picture that can be decoded; raises SourceError where none comes in time."""
        deadline, bad = (
            time.monotonic() + self._order.stall_s,
            SourceError("no picture came in time"),
        )
        while time.monotonic() < deadline:
            if self._stream is None:
                content, seconds = self._snapshot(deadline)
            else:
                try:
                    content, seconds = self._stream.take(deadline)
                except SourceError as error:
                    raise self._told(bad if time.monotonic() >= deadline else error) from None
            try:
                return Frame(decode(content, self._order.most_pixels), seconds)
            except SourceError as error:
                if self._stream is None:
                    raise
                bad = error
        raise self._told(bad)

    def close(self) -> None:
        """Close the connection."""
        if self._stream is not None:
            self._stream.stop()
        self._response.close()

    def _open(self) -> http.client.HTTPResponse:
        # Nothing but what any client sends: some cameras know no more.
        request = urllib.request.Request(self._order.source, headers={"User-Agent": "plates"})
        try:
            response = self._opener.open(request, timeout=self._order.connect_s)
        except urllib.error.HTTPError as error:
            with error:
                raise SourceError(_refusal(error.code)) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            reason = getattr(error, "reason", error)
            why = one_line(reason if isinstance(reason, Exception) else error, 120)
            raise SourceError(f"the camera does not answer ({why})") from None
        assert isinstance(response, http.client.HTTPResponse)
        return response

    def _receive(self, newest: Newest[tuple[bytes, float]]) -> None:
        while not newest.stopped:
            try:
                content = self._response.read1(_CHUNK)
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise SourceError(f"the stream broke off ({one_line(error, 80)})") from None
            if not content:
                return
            files = self._splitter.feed(content)
            if files:
                newest.put((files[-1], time.monotonic()))

    def _snapshot(self, deadline: float) -> tuple[bytes, float]:
        """Return a file that one request gives, and when it came."""
        response = self._first if self._first is not None else self._open()
        self._first = None
        content = bytearray()
        with response:
            while True:
                try:
                    part = response.read1(_CHUNK)  # type: ignore[attr-defined]
                except (OSError, http.client.HTTPException, ValueError) as error:
                    why = one_line(error, 80)
                    raise SourceError(f"a picture broke off ({why})") from None
                if not part:
                    return bytes(content), time.monotonic()
                content += part
                if len(content) > self._order.most_bytes:
                    raise SourceError(_too_large(self._order))
                if time.monotonic() > deadline:
                    raise SourceError("a picture takes too long to come")

    def _told(self, error: Exception) -> SourceError:
        """Return why there is no picture, with what was left out."""
        left_out = self._splitter
        if left_out.too_large and not left_out.broken:
            return SourceError(_too_large(self._order))
        if left_out.broken:
            return SourceError(f"{error} ({left_out.broken} were damaged)")
        return SourceError(str(error))


def _opener(order: Order) -> urllib.request.OpenerDirector:
    secure = ssl.create_default_context(cafile=order.ca_file or None)
    if not order.verify:
        secure.check_hostname, secure.verify_mode = False, ssl.CERT_NONE
    # Cameras are on a network of one's own: no proxy.
    handlers: list[urllib.request.BaseHandler] = [
        urllib.request.ProxyHandler({}),
        urllib.request.HTTPSHandler(context=secure),
        SameHost(),
    ]
    if order.user or order.password:
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, order.source, order.user, order.password)
        handlers += [
            urllib.request.HTTPDigestAuthHandler(passwords),
            urllib.request.HTTPBasicAuthHandler(passwords),
        ]
    return urllib.request.build_opener(*handlers)


def _refusal(code: int) -> str:
    why = {401: "user or password is wrong", 403: "it is forbidden", 404: "is the path right?"}
    return f"the camera answers {code}{f': {why[code]}' if code in why else ''}"


def _too_large(order: Order) -> str:
    return f"a picture has more than {order.most_bytes / 1e6:g} MB"
