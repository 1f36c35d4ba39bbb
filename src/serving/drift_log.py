"""The log of what is watched of each picture, for `src.drift`: a file that never grows beyond its bound."""

import os
from pathlib import Path

from ..collecting.folder import locked
from ..common.errors import UserError
from ..monitoring.observation import Observation, as_facts
from .log import line
from .log_writer import LogWriter


class RotatingWriter(LogWriter):
    """Lines to a file, which becomes FILE.1 where it is full, in place of the one before.

    Both together are at most so many bytes, whatever other processes write to them too. Raises UserError where the file
    cannot be written.
    """

    def __init__(self, path: Path, most_bytes: int) -> None:
        self._path, self._older = path, path.with_name(f"{path.name}.1")
        self._half = most_bytes // 2
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = path.with_name(f".{path.name}.lock")
            self._lock = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            super().__init__(self._open())
        except OSError as error:
            raise UserError(
                f"{path}: no log can be written there ({error.strerror}); name a file that the server may write"
            ) from error

    def _open(self) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        return os.open(self._path, flags, 0o600)

    def _write(self, text: bytes) -> bool:
        try:
            with locked(self._lock):
                self._turn(len(text))
                return super()._write(text)
        except OSError:
            return False

    def _turn(self, count: int) -> None:
        """Have so many bytes go to the file of that name, which has room for them."""
        there = self._path.stat() if self._path.exists() else None
        if there is not None and there.st_size + count + 1 > self._half:
            self._path.replace(self._older)
            there = None
        held = os.fstat(self._descriptor)
        # Another process may have turned it.
        if there is None or (held.st_dev, held.st_ino) != (there.st_dev, there.st_ino):
            # The new one first: where it cannot be opened, the old one is still this one's.
            held_before, self._descriptor = self._descriptor, self._open()
            os.close(held_before)
            self._torn = False


class DriftLog:
    """Writes a line for each picture. model: its version and plate format."""

    def __init__(self, path: Path, most_bytes: int, model: dict[str, str]) -> None:
        self._writer, self._model = RotatingWriter(path, most_bytes), model

    def write(self, seen: Observation) -> None:
        """Write what was seen of a picture; nobody waits for the disk."""
        facts = {"model": self._model, "seen": as_facts(seen)}
        self._writer.write(line("info", facts) + "\n")

    def close(self, seconds: float) -> None:
        """Write what waits, for so many seconds at most."""
        self._writer.wait(seconds)
