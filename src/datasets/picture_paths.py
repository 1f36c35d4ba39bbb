"""Resolving paths of a table to files, however they are spelled."""

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

from ..common.errors import UserError


class PictureFinder:
    """Finds files by paths relative to a folder, as they were written on this system or on another.

    A path may have Windows' separators and case, and another Unicode form than the file's name; and it may lead to the
    folder from wherever `src.read` was run: ``photos/a.jpg`` and ``/data/photos/a.jpg`` are ``a.jpg`` of
    ``/data/photos``. What is there as it is written comes first.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ways = {_keys(p.parts) for p in (folder.absolute(), folder.resolve())}
        self._listed: dict[Path, dict[str, list[str]]] = {}

    def find(self, written: str) -> Path:
        """Return the file that is meant; where there is none, the path as it is written, below the folder.

        Raises UserError when that leads out of the folder from the root.
        """
        absolute = written.startswith("/") or bool(PureWindowsPath(written).drive)
        if not absolute and os.path.lexists(self._folder / written):
            return self._folder / written
        for parts in self._readings(written):
            found = self._walk(parts)
            if found is not None:
                return found
        if absolute:
            raise UserError("the path must be relative to the CSV")
        return self._folder / written

    def _readings(self, written: str) -> Iterator[tuple[str, ...]]:
        """Yield the ways below the folder that a path may stand for, the likeliest first."""
        for way in dict.fromkeys((written, written.replace("\\", "/"))):
            parts = PurePosixPath(way).parts
            if not way.startswith("/"):
                yield parts
            inner = tuple(part for part in parts if part != "..")
            keys = _keys(inner)
            for length in range(len(inner) - 1, 0, -1):
                if any(known[-length:] == keys[:length] for known in self._ways):
                    yield inner[length:]

    def _walk(self, parts: tuple[str, ...]) -> Path | None:
        path = self._folder
        for part in parts:
            there = part if os.path.lexists(path / part) else self._alike(path, part)
            if there is None:
                return None
            path /= there
        return path

    def _alike(self, folder: Path, name: str) -> str | None:
        """Return the one name in a folder that differs from another in its spelling alone."""
        if folder not in self._listed:
            self._listed[folder] = _by_key(folder)
        alike = self._listed[folder].get(_key(name), [])
        form = unicodedata.normalize("NFC", name)
        same = [there for there in alike if unicodedata.normalize("NFC", there) == form]
        return next((names[0] for names in (same, alike) if len(names) == 1), None)


def _by_key(folder: Path) -> dict[str, list[str]]:
    """Return the names in a folder grouped by `_key`; none where it cannot be listed."""
    names: dict[str, list[str]] = {}
    try:
        for path in sorted(folder.iterdir()):
            names.setdefault(_key(path.name), []).append(path.name)
    except OSError:
        return {}
    return names


def _keys(parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_key(part) for part in parts)


def _key(name: str) -> str:
    """Return a key that is equal for names that differ only in case, Unicode form or outer spaces."""
    plain = unicodedata.normalize("NFD", name.strip()).casefold()
    return unicodedata.normalize("NFC", plain)
