"""Answers to a web address, signed as Standard Webhooks (standardwebhooks.com) says."""

import base64
import binascii
import hashlib
import hmac
import http.client
import ssl
import time
import urllib.error
import urllib.request
from email.utils import parsedate_to_datetime
from typing import IO

from ...common.errors import UserError
from ...common.untrusted import one_line
from .outbox import AwayError, RefusedError
from .secrets import Secret, masked
from .settings import Webhook
from .spool import Letter

_PREFIX = "whsec_"
_LEAST_KEY, _MOST_KEY = 24, 64
# Answers by which a target says that it will never take this letter; 401 or 404 may be mended there.
_REFUSALS = (400, 406, 411, 413, 414, 415, 422, 431)
_MOST_WAIT_S = 3600.0


def signing_key(secret: Secret) -> bytes:
    """Return the bytes of a signing secret; raises UserError for one that is none."""
    try:
        key = base64.b64decode(secret.reveal().removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not _LEAST_KEY <= len(key) <= _MOST_KEY:
        raise UserError(
            f"is no signing secret: it is {_PREFIX} and {_LEAST_KEY} to {_MOST_KEY} bytes in base64; "
            "`openssl rand -base64 32` makes one"
        )
    return key


def signature(key: bytes, letter: Letter, seconds: int) -> str:
    """Return the value of the header webhook-signature."""
    signed = b".".join((letter.key.encode(), str(seconds).encode(), letter.content))
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """An answer goes where the settings say, and nowhere else."""

    def redirect_request(  # type: ignore[no-untyped-def]
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers, newurl: str
    ) -> None:
        """Follow none."""


class WebhookSender:
    """Sends a letter as a POST request; raises UserError when the certificates of ca_file cannot be read."""

    def __init__(self, settings: Webhook) -> None:
        self._settings = settings
        self._url = settings.url.reveal()
        self._key = None if settings.key is None else signing_key(settings.key)
        try:
            secure = ssl.create_default_context(
                cafile=None if settings.ca_file is None else str(settings.ca_file)
            )
        except (OSError, ssl.SSLError) as error:
            raise UserError(f"webhook: ca_file {settings.ca_file}: {one_line(error)}") from error
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=secure), _NoRedirect()
        )

    def send(self, letter: Letter) -> None:
        """Deliver a letter: any 2xx is a receipt. Raises AwayError or RefusedError."""
        request = urllib.request.Request(
            self._url, letter.content, self._headers(letter), method="POST"
        )
        try:
            with self._opener.open(request, timeout=self._settings.timeout_s) as response:
                response.read(1)
        except urllib.error.HTTPError as error:
            with error:
                said = f"{self._settings.shown} answers {error.code}"
                if error.code in _REFUSALS:
                    raise RefusedError(said) from None
                raise AwayError(said, _asked_wait(error.headers.get("Retry-After"))) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            reason = getattr(error, "reason", error)
            why = one_line(reason if isinstance(reason, Exception) else error, 120)
            raise AwayError(f"{self._settings.shown}: {masked(why, [self._url])}") from None

    def _headers(self, letter: Letter) -> dict[str, str]:
        now = int(time.time())
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "plates",
            "Idempotency-Key": letter.key,
            "webhook-id": letter.key,
            "webhook-timestamp": str(now),
        }
        if self._key is not None:
            headers["webhook-signature"] = signature(self._key, letter, now)
        return headers


def _asked_wait(text: str | None) -> float:
    """Return the seconds that a header Retry-After asks for; 0 where it is missing or none."""
    if not text:
        return 0.0
    try:
        seconds = (
            float(text)
            if text.strip().isdecimal()
            else parsedate_to_datetime(text).timestamp() - time.time()
        )
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return min(max(seconds, 0.0), _MOST_WAIT_S)
