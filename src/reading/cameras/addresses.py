"""Where a camera's pictures come from: its address, path or number, without the user and the password."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from .keys import Keys, meant
from .secrets import Secret
from .settings import Kind

SCHEMES: dict[str, Kind] = {"rtsp": "rtsp", "rtsps": "rtsp", "http": "http", "https": "http"}
# Names under which addresses carry passwords.
_PASSWORDS = {"password", "passwd", "pwd", "pass", "token", "secret", "apikey", "api_key", "key"}
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")


@dataclass(frozen=True)
class Address:
    """A source without its user and password."""

    kind: Kind
    source: Secret
    user: str = ""
    password: Secret | None = None


def camera_address(keys: Keys, folder: Path) -> Address:
    """Return the address that ``source``, ``source_env`` or ``source_file`` give; raises UserError for a bad one."""
    secret = keys.secret("source")
    if secret is not None and keys.has("source"):
        raise keys.error(
            "source", "stands there twice: keep one of source, source_env and source_file"
        )
    if secret is None:
        value = keys.value("source")
        number = isinstance(value, int) and not isinstance(value, bool)
        text = str(value) if number else keys.text("source")
    else:
        text = secret.reveal()
    if text.isascii() and text.isdecimal():
        return Address("device", Secret(text))
    found = _SCHEME.match(text)
    if found is None:
        path = folder / text
        if not path.is_file():
            raise keys.error(
                "source", f"{path if secret is None else 'it'} is no file and no address"
            )
        return Address("file", Secret(str(path)))
    scheme = found[1].lower()
    if scheme not in SCHEMES:
        raise keys.error(
            "source", f"begins with {scheme}://{meant(scheme, SCHEMES)}: write {', '.join(SCHEMES)}"
        )
    return split_address(keys, "source", text, SCHEMES[scheme], is_secret=secret is not None)


def split_address(keys: Keys, key: str, text: str, kind: Kind, is_secret: bool) -> Address:
    """Return a URL without the user and the password that stand in it.

    is_secret: whether it comes from where a password may stand. Raises UserError for one that is none, and for a
    password where none may stand.
    """
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if not host or not text.isascii() or re.search(r"[\s\x00-\x1f\x7f\\]", text):
        raise keys.error(key, "is no address: write SCHEME://HOST:PORT/PATH, in ASCII")
    named = {name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    if not is_secret and (parts.password is not None or named & _PASSWORDS):
        raise keys.error(
            key,
            f"has a password in it: write it without, and the whole address into a file ({key}_file) or a variable "
            f"({key}_env), or user and password_file or password_env",
        )
    plain = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    password = None if parts.password is None else Secret(unquote(parts.password))
    return Address(kind, Secret(plain), unquote(parts.username or ""), password)
