"""Answers as lines of a file, which may be moved away at any time (logrotate): it is opened for each."""

import os
from pathlib import Path

from .outbox import AwayError
from .spool import Letter


class LineSender:
    """Appends letters to a file, each as a line of its own and on the disk when `send` returns."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, letter: Letter) -> None:
        """Write a letter; raises AwayError where that cannot be, as on a full disk, and leaves no part of it."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o640)
            try:
                size = os.fstat(handle).st_size
                # Whatever was killed half-way through a line, here or in another program.
                torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
                line = (b"\n" if torn else b"") + letter.content + b"\n"
                if os.write(handle, line) < len(line):
                    os.ftruncate(handle, size)
                    raise AwayError(f"{self._path.name}: the disk is full")
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise AwayError(f"{self._path.name} cannot be written ({error.strerror})") from error
