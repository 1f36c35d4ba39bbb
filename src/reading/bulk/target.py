"""Where a run writes: a folder here or in an object store, whose files are there as a whole or not at all."""

import errno
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Protocol

from fsspec import AbstractFileSystem

from ...common.errors import UserError
from ...common.files import atomic_path
from ...common.untrusted import one_line
from .stores import is_url, open_store

LOCK = "_bulk/lock"
# Stores of objects, which are there once all of one has come; others have files, which are there from their first byte.
_OBJECTS = {"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss", "oci"}
# Of mounted folders that know no locks.
_NO_LOCKS = (errno.ENOTSUP, errno.ENOSYS, errno.ENOLCK, errno.EINVAL)


class Target(Protocol):
    """A folder. Names are relative to it, with "/"; ``name`` is what the user calls it."""

    name: str

    def write(self, name: str, content: bytes) -> None:
        """Write a file so that it is never seen in part; raises UserError when that cannot be."""

    def open(self, name: str) -> IO[bytes]:
        """Open a file; raises FileNotFoundError."""

    def has(self, name: str) -> bool:
        """Say whether there is such a file."""

    def files(self) -> Iterator[str]:
        """Yield the names of what lies in the folder itself, in no order; nothing where there is no folder."""

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let no other run write here meanwhile, where the system can; raises UserError when one does."""


def target_at(name: str) -> Target:
    """Return the target of a path or URL; raises UserError when it cannot be one."""
    return StoreTarget(name) if is_url(name) else FolderTarget(Path(name).absolute(), name)


class FolderTarget:
    """A folder of this machine, or one that is mounted here."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name

    def write(self, name: str, content: bytes) -> None:
        with atomic_path(self.folder / name) as partial:
            partial.write_bytes(content)

    def open(self, name: str) -> IO[bytes]:
        return (self.folder / name).open("rb")

    def has(self, name: str) -> bool:
        return (self.folder / name).is_file()

    def files(self) -> Iterator[str]:
        if self.folder.is_dir():
            # What a killed run has half written is hidden, and written anew.
            yield from (p.name for p in self.folder.iterdir() if not p.name.startswith("."))
        elif self.folder.exists():
            raise UserError(f"--out {self.name} is no folder: name one for the answers")

    @contextmanager
    def alone(self) -> Iterator[None]:
        path = self.folder / LOCK
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w") as file:
            try:
                # The system gives it back when this process ends, however that is.
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise UserError(
                    f"another run writes to {self.name}: wait for it, or end it first"
                ) from error
            except OSError as error:
                if error.errno not in _NO_LOCKS:
                    raise
            yield


class StoreTarget:
    """A folder in an object store: each file is put there in one piece."""

    def __init__(self, url: str) -> None:
        self.name = url.rstrip("/")
        files, path = open_store(url)
        self._files: AbstractFileSystem = files
        self._folder = path.rstrip("/")
        protocols = {files.protocol} if isinstance(files.protocol, str) else {*files.protocol}
        if protocols & {"http", "https"}:
            raise UserError(f"--out {url}: nothing can be written there; name a folder or a store")
        self._whole = bool(protocols & _OBJECTS)

    def write(self, name: str, content: bytes) -> None:
        path = f"{self._folder}/{name}"
        try:
            if self._whole:
                self._files.pipe_file(path, content)
                return
            folder, _, last = path.rpartition("/")
            self._files.makedirs(folder, exist_ok=True)
            self._files.pipe_file(f"{folder}/.{last}.partial", content)
            if self._files.exists(path):
                self._files.rm_file(path)
            self._files.mv(f"{folder}/.{last}.partial", path)
        except Exception as error:  # each store has errors of its own
            raise UserError(f"cannot write {self.name}/{name}: {one_line(error)}") from error

    def open(self, name: str) -> IO[bytes]:
        handle: IO[bytes] = self._files.open(f"{self._folder}/{name}", "rb")
        return handle

    def has(self, name: str) -> bool:
        return bool(self._files.isfile(f"{self._folder}/{name}"))

    def files(self) -> Iterator[str]:
        with suppress(FileNotFoundError):
            for entry in self._files.ls(self._folder, detail=True):
                name = entry["name"].rstrip("/").rpartition("/")[2]
                if not name.startswith("."):
                    yield name

    @contextmanager
    def alone(self) -> Iterator[None]:
        yield
