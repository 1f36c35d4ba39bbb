"""Files that are either whole or not there."""

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from src.common.errors import UserError

_FULL_DISK_BYTES = 1 << 20


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Write a file so that a reader, or a later run, only ever sees the whole of it.

    Yields a hidden path next to `path` (same folder, same suffix, so that writers which look at
    the suffix behave). On success the file is flushed to disk and renamed onto `path`; on any
    exception it is removed and the old `path` stays. The hidden name is always the same: what a
    killed process leaves behind is overwritten by the next run instead of piling up. Hence one
    writer per path at a time.

    Raises:
        UserError: the disk is full.
        FileNotFoundError: the body did not write the file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.stem}.partial{path.suffix}")
    try:
        yield partial
        _sync(partial)
        partial.replace(path)
        _sync(path.parent)
    except OSError as error:
        if _is_disk_full(error, path.parent):
            message = f"no space left to write {path}: free some disk space and run again"
            raise UserError(message) from error
        raise
    finally:
        partial.unlink(missing_ok=True)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_json(path: Path, content: Any) -> None:
    """Write `content` as JSON: sorted keys, two spaces, a final newline; numpy scalars allowed.

    The text is made before the file is touched, so a refusal leaves the old file alone.

    Raises:
        ValueError: a number is not finite (JSON has no NaN, and a metric must not be one).
        TypeError: something JSON cannot hold.
        UserError: the disk is full.
    """
    text = json.dumps(
        content, allow_nan=False, default=_plain, ensure_ascii=False, indent=2, sort_keys=True
    )
    with atomic_path(path) as partial:
        partial.write_text(text + "\n", encoding="utf-8")


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


def _is_disk_full(error: OSError, folder: Path) -> bool:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    # numpy reports a short write as an OSError without a number
    return error.errno is None and shutil.disk_usage(folder).free < _FULL_DISK_BYTES
