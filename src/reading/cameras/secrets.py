"""Passwords, keys and addresses that hold them: shown nowhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus, urlsplit

from ...common.errors import UserError

HIDDEN = "***"
# Far more than any password has.
_MOST_BYTES = 10_000


@dataclass(frozen=True, repr=False)
class Secret:
    """A text that neither `repr` nor `str` shows; `reveal` gives it."""

    _text: str

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    def reveal(self) -> str:
        """Return the text. It goes into no message, no log and no command line."""
        return self._text


def from_variable(name: str, environment: Mapping[str, str]) -> Secret:
    """Return the secret in an environment variable; raises UserError, without it, when it is missing or empty."""
    text = environment.get(name, "")
    if not text:
        raise UserError(f"the environment variable {name} is not set, or empty")
    return Secret(text)


def from_file(path: Path) -> Secret:
    """Return the secret in a file, without the line end; raises UserError when it cannot be read or is none."""
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES + 1).decode().rstrip("\r\n")
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is no text in UTF-8") from error
    if not text or len(text) > _MOST_BYTES or "\n" in text:
        raise UserError(f"{path} does not hold one line, which is the secret")
    return Secret(text)


def shown(address: str) -> str:
    """Return what may be shown of a URL: scheme, host and port.

    Many cameras take the password in the path or the query, so these are left out as well.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return HIDDEN
    if not parts.scheme or not host:
        return HIDDEN
    host = f"[{host}]" if ":" in host else host
    beyond = parts.path.strip("/") or parts.query
    return f"{parts.scheme}://{host}{'' if port is None else f':{port}'}{'/…' if beyond else ''}"


def masked(text: str, secrets: Iterable[str]) -> str:
    """Return a text without secrets, as they are or quoted for a URL: what libraries say may repeat them."""
    known = {form for secret in secrets for form in (secret, quote(secret, ""), quote_plus(secret))}
    for form in sorted(known, key=len, reverse=True):
        if form:
            text = text.replace(form, HIDDEN)
    return text
