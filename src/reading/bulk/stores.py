"""Object stores and other places with a URL, by fsspec: which are taken, how they are opened and gone through."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import fsspec
from fsspec import AbstractFileSystem

from ...common.errors import UserError
from ...common.untrusted import one_line, printable

PROTOCOLS = frozenset(
    {
        *("abfs", "abfss", "adl", "az", "ftp", "gcs", "gs", "hdfs", "http", "https", "oci", "oss"),
        *("s3", "s3a", "sftp", "smb", "ssh", "webhdfs"),
    }
)
"""Of fsspec's protocols those that lead to files elsewhere; others run code, unpack, or name this machine's memory."""

_WEB = ("http", "https")
_MOST_URL = 4096


def is_url(name: str) -> bool:
    """Say whether a name is a URL, and no path."""
    return "://" in name


def check_url(url: str) -> None:
    """Raise UserError for a URL that is not read: of another protocol, a chain of several, or with a secret in it.

    A list of what is read is written down, and so are the answers: neither may hold a password or a signature.
    """
    protocol = url.partition("://")[0].lower()
    what = printable(url[:200])
    if "::" in url or protocol not in PROTOCOLS:
        raise UserError(
            f"{what}: {protocol[:40]!r} is not read; give a path, or a URL of {', '.join(sorted(PROTOCOLS))}"
        )
    if len(url) > _MOST_URL:
        raise UserError(f"{what}…: a URL of more than {_MOST_URL} characters")
    try:
        parts = urlsplit(url)
        password = parts.password
    except ValueError as error:
        raise UserError(f"{protocol}://…: no URL ({one_line(error)})") from error
    if password is not None:
        raise UserError(
            f"{protocol}://…@{parts.hostname}: a password in the URL would be written down with the answers; "
            "leave it out, and give it as that store's own environment variables or settings have it"
        )
    if protocol in _WEB and (parts.query or parts.fragment):
        raise UserError(
            f"{printable(url.partition('?')[0][:200])}?…: what stands behind ? may be a secret, which would be written "
            "down with the answers; name the store itself, as s3://…"
        )


def open_store(url: str) -> tuple[AbstractFileSystem, str]:
    """Return the file system of a URL and the path in it. Secrets come from the environment, never from the URL.

    Raises UserError when it is not read, or the package that speaks to such a store is not installed.
    """
    check_url(url)
    try:
        # What was listed once may have changed since, and would be kept for ever.
        return fsspec.core.url_to_fs(url, use_listings_cache=False)  # type: ignore[no-any-return]
    except (ImportError, ValueError) as error:
        protocol = url.partition("://")[0]
        raise UserError(
            f"{protocol}:// needs a package that is not installed here: {one_line(error)}"
        ) from error


def full_name(files: AbstractFileSystem, path: str) -> str:
    """Return the URL of a path in a store."""
    return str(files.unstrip_protocol(path))


def walk(files: AbstractFileSystem, top: str) -> Iterator[tuple[str, int]]:
    """Yield path and size (-1: unknown) of all files below a folder of a store, by name; hidden ones are left out.

    No more than the names in the folders on the way to a file are held at a time.
    """
    waiting = [top]
    while waiting:
        below = []
        for entry in sorted(files.ls(waiting.pop(), detail=True), key=_name_of):
            name = _name_of(entry)
            if name.rstrip("/").rpartition("/")[2].startswith("."):
                continue
            if entry["type"] == "directory":
                below.append(name)
            elif not name.endswith("/"):  # what stands for an empty folder in some stores
                yield name, size_of(entry)
        waiting += reversed(below)


def matching(files: AbstractFileSystem, pattern: str) -> Iterator[tuple[str, int]]:
    """Yield path and size of what a glob matches in a store, by name, without what is hidden; of files alone.

    All that it matches is held at a time.
    """
    for name, entry in sorted(files.glob(pattern, detail=True).items()):
        if entry["type"] != "directory" and not name.rpartition("/")[2].startswith("."):
            yield name, size_of(entry)


def size_of(entry: dict[str, Any]) -> int:
    """Return the size of what fsspec says of a file, in bytes; -1 where it does not say."""
    size = entry.get("size")
    return size if isinstance(size, int) and size >= 0 else -1


def _name_of(entry: dict[str, Any]) -> str:
    return str(entry["name"])
