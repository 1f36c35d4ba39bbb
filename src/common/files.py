"""Files that are either whole or not there."""

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from .errors import UserError

_FULL_DISK_BYTES = 1 << 20
# Links there lead to devices and open files: a file renamed onto one would take its place for everybody.
_DEVICES = ("dev", "proc")


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Write a file so that a reader, or a later run, only ever sees the whole of it.

    Yields a hidden path next to `path` (same folder, same suffix, so that writers which look at
    the suffix behave). On success the file is flushed to disk and renamed onto `path`; on any
    exception it is removed and the old `path` stays. The hidden name is always the same: what a
    killed process leaves behind is overwritten by the next run instead of piling up. Hence one
    writer per path at a time.

    Raises UserError as `writing` does, and where `path` is a device or a pipe. Raises FileNotFoundError when the body
    did not write the file.
    """
    with writing(path):
        if not path.name or _is_device(path):
            raise UserError(
                f"{str(path)!r} is no file, and none can take its place: choose another name"
            )
        partial = path.with_name(f".{path.stem}.partial{path.suffix}")
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield partial
            _sync(partial)
            partial.replace(path)
            _sync(path.parent)
        finally:
            partial.unlink(missing_ok=True)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Name what could not be written: for bodies that write `path`, a file or a folder, or have a library do it.

    Raises UserError when the disk is full, or the file would be larger than the system lets one be.
    """
    try:
        yield
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise UserError(
                f"{path} would be larger than the system lets a file be: raise that limit (`ulimit -f`) and run again"
            ) from error
        if (full := _full_disk(error, path)) is None:
            raise
        raise UserError(
            f"no space left to write {path}: free some disk space in {full} and run again"
        ) from error


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_json(path: Path, content: Any) -> None:
    """Write `content` as JSON: sorted keys, two spaces, a final newline; numpy scalars allowed.

    The text is made before the file is touched, so a refusal leaves the old file alone.

    Raises ValueError when a number is not finite (JSON has no NaN, and a metric must not be one). Raises TypeError
    for what JSON cannot hold. Raises UserError when the disk is full.
    """
    text = json.dumps(
        content, allow_nan=False, default=_plain, ensure_ascii=False, indent=2, sort_keys=True
    )
    with atomic_path(path) as partial:
        partial.write_text(text + "\n", encoding="utf-8")


def _is_device(path: Path) -> bool:
    special = path.exists() and not (path.is_file() or path.is_dir())
    # Folders in memory, /dev/shm, are as good as others.
    return special or (path.is_symlink() and path.absolute().parts[1] in _DEVICES)


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} does not go into JSON")


def _sync(path: Path) -> None:
    """Flush a file, or a folder's list of names, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _full_disk(error: OSError, path: Path) -> Path | None:
    """Return the folder whose disk an error says is full, or None for any other error.

    Libraries put what they have in hand into the folder for temporary files, whose disk may be another one.
    """
    here = next(folder for folder in path.absolute().parents if folder.is_dir())
    full = [
        folder
        for folder in (here, Path(tempfile.gettempdir()))
        if shutil.disk_usage(folder).free < _FULL_DISK_BYTES
    ]
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return full[0] if full else here
    # numpy reports a short write as an OSError without a number
    return full[0] if error.errno is None and full else None
