"""Tokens that tie what a client says of an answer to the picture that was answered."""

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Callable

from .refusal import ApiError

VALID_S = 7 * 86_400
"""So many seconds a token is good for."""

_TOKEN = re.compile(r"(\d{1,12})\.([A-Za-z0-9._-]{1,64})\.([A-Za-z0-9_-]{22})")
_MAC_BYTES = 16


class Tokens:
    """Gives out tokens and checks them, without keeping any.

    key: a secret; who does not know it can make no token. clock: seconds since 1970.
    """

    def __init__(self, key: bytes, clock: Callable[[], float] = time.time) -> None:
        self._key, self._clock = hmac.digest(key, b"feedback", "sha256"), clock

    def give(self, group: str, digest: bytes) -> str:
        """Return a token for a picture. group: of letters, digits and ``._-``. digest: of the picture."""
        issued = int(self._clock())
        return f"{issued}.{group}.{self._mac(issued, group, digest)}"

    def check(self, token: str, digest: bytes) -> str:
        """Return the group in a token that was given out for this very picture.

        Raises ApiError "invalid_field" for any other one, and for one that is too old.
        """
        found = _TOKEN.fullmatch(token)
        if found is None:
            raise _refused("it is none")
        issued, group, mac = int(found[1]), found[2], found[3]
        if not hmac.compare_digest(mac, self._mac(issued, group, digest)):
            raise _refused("it is not of this picture, or of another server")
        if self._clock() - issued > VALID_S:
            raise _refused("it is too old")
        return group

    def _mac(self, issued: int, group: str, digest: bytes) -> str:
        mac = hmac.digest(self._key, f"{issued}.{group}.".encode() + digest, "sha256")
        return base64.urlsafe_b64encode(mac[:_MAC_BYTES]).decode().rstrip("=")


def digest_of(content: bytes) -> bytes:
    """Return the digest of a picture's file."""
    return hashlib.sha256(content).digest()


def _refused(why: str) -> ApiError:
    return ApiError(
        "invalid_field",
        f'the token is refused: {why}; have the picture read, and send "feedback" of that answer with it',
    )
