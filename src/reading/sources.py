"""Finding the pictures, videos and cameras that a command line names."""

import glob
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Literal

from ..common.errors import UserError

PICTURES = frozenset(
    {
        *(".avif", ".bmp", ".gif", ".j2k", ".jfif", ".jp2", ".jpe", ".jpeg", ".jpg", ".jpx"),
        *(".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp"),
        # Photographs which may not be readable: that is said, where leaving them out would not be.
        *(".heic", ".heif", ".hif", ".jxl"),
    }
)
VIDEOS = frozenset({".avi", ".m4v", ".mkv", ".mov", ".mp4", ".webm"})
"""Suffixes of what is read in a folder; a file that is named itself may have any, and counts as a picture."""

# What a camera's sensor saw. Many are TIFFs by their structure, whose first page is a tiny preview.
_RAW = frozenset(
    {
        *(".3fr", ".arw", ".cr2", ".cr3", ".dng", ".erf", ".nef", ".nrw", ".orf", ".pef", ".raf"),
        *(".rw2", ".srw", ".x3f"),
    }
)

ARCHIVES = (".tar", ".tar.gz", ".tgz")
"""Endings of archives, which are read as such only where that is asked for."""

RAW_PROBLEM = "a camera's raw data, which is not read; develop it as JPEG"

Kind = Literal["picture", "video", "camera", "archive"]


@dataclass(frozen=True)
class Source:
    """One thing to read.

    path: of the file, as the user would write it; of a camera, its number. copy: where below a folder of copies its
    own belongs, with the suffix of the original. problem: why it cannot be read, where that is known beforehand.
    """

    kind: Kind
    path: Path
    copy: PurePath
    problem: UserError | None = None


def find_sources(
    names: Iterable[str], left_out: Path | None = None, archives: bool = False
) -> Iterator[Source]:
    """Yield what is named, in that order: files, folders with all below them, globs, and cameras by their number.

    Within a folder files come by name. Hidden files and folders are left out, and so is the folder ``left_out``. A
    folder is read once, however many links lead to it, and a file of a folder that was read is not read again.
    What exists is a path: a file called ``0`` is no camera. archives: tar files are wanted as well. No more than the
    names in the folders on the way to a file are held at a time.
    """
    visited = _VisitedFolders(left_out, archives)
    for name in names:
        if os.path.lexists(name):
            yield from _named(Path(name), visited)
        elif name.isascii() and name.isdecimal():
            yield Source("camera", Path(name), PurePath(f"camera-{int(name)}"))
        elif not name.strip():
            problem = UserError(
                f"{name!r} names nothing; give a picture, video, folder, glob or camera"
            )
            yield Source("picture", Path(name), PurePath(), problem)
        elif glob.has_magic(name):
            yield from _matching(name, visited)
        else:
            yield _broken(Path(name), "no such file or folder; check the path")


def require_some(sources: Iterable[Source]) -> None:
    """Raise UserError, with the first reason there is, unless one of the sources can be read as far as is known."""
    first = None
    for source in sources:
        if source.problem is None:
            return
        first = first or source.problem
    raise first or UserError("nothing to read: no pictures or videos are there")


class _VisitedFolders:
    """The folders that were walked, known by what they are and not by how they are called."""

    def __init__(self, left_out: Path | None, archives: bool) -> None:
        self._left_out = None if left_out is None else left_out.resolve()
        self._archives = archives
        self._folders: set[tuple[int, int]] = set()

    def enter(self, folder: Path) -> bool:
        """Say whether a folder has yet to be walked, and remember it."""
        if self.leaves_out(folder):
            return False
        key = _identity(folder)
        new = key not in self._folders
        self._folders.add(key)
        return new

    def holds(self, file: Path) -> bool:
        """Say whether the folder that a file lies in was walked."""
        return bool(self._folders) and _identity(file.parent) in self._folders

    def wants(self, path: Path) -> bool:
        """Say whether a file is one of those that folders are searched for."""
        return is_wanted(path) or (self.takes_apart(path) and not path.name.startswith("."))

    def takes_apart(self, path: Path) -> bool:
        """Say whether a file is an archive whose members are wanted."""
        return self._archives and path.name.lower().endswith(ARCHIVES)

    def leaves_out(self, path: Path) -> bool:
        """Say whether a path is the folder that is left out, or below it."""
        return self._left_out is not None and path.resolve().is_relative_to(self._left_out)


def _named(path: Path, visited: _VisitedFolders) -> Iterator[Source]:
    """Yield what a path that exists stands for."""
    if path.is_dir():
        yield from _walk(path, visited)
    elif problem := _no_file(path):
        yield problem
    elif not (visited.wants(path) and visited.holds(path)):
        yield _file(path, PurePath(path.name), visited)


def _matching(pattern: str, visited: _VisitedFolders) -> Iterator[Source]:
    """Yield what a glob matches, of files only those that a folder would be searched for."""
    anchor = Path(pattern).anchor
    try:
        found = sorted(Path(anchor).glob(str(Path(pattern).relative_to(anchor))))
    except ValueError as error:
        yield _broken(Path(pattern), f"no glob ({error}); ** stands for folders, by itself")
        return
    if not found:
        yield _broken(Path(pattern), "matches nothing; check the pattern")
    for path in found:
        shown = not path.name.startswith(".") and not visited.leaves_out(path)
        if shown and (path.is_dir() or visited.wants(path)):
            yield from _named(path, visited)


def _walk(top: Path, visited: _VisitedFolders) -> Iterator[Source]:
    """Yield the pictures and videos of a folder and all below it, however deep that is."""
    open_folders = [_entries(top, visited)]
    while open_folders:
        entry = next(open_folders[-1], None)
        if entry is None:
            open_folders.pop()
        elif isinstance(entry, Source):
            yield entry
        elif entry.is_dir():
            open_folders.append(_entries(entry, visited))
        elif visited.wants(entry):
            yield _no_file(entry) or _file(entry, entry.relative_to(top), visited)
        elif not entry.suffix and not entry.exists():  # it may have led to a folder of pictures
            yield _dangling(entry)


def _entries(folder: Path, visited: _VisitedFolders) -> Iterator[Path | Source]:
    """Yield the paths in a folder by name; none if it was walked before, a broken source if it cannot be listed."""
    try:
        if not visited.enter(folder):
            return
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if not entry.name.startswith("."))
    except OSError as error:
        yield _broken(folder, f"cannot be listed ({error.strerror}); check its rights")
        return
    for name in names:
        yield folder / name


def _no_file(path: Path) -> Source | None:
    """Return a broken source for what is no folder and cannot be read as a file either; None for a file."""
    if not path.exists():
        return _dangling(path)
    if not path.is_file():  # a pipe would never end
        return _broken(path, "neither a file nor a folder; name a picture or a video")
    return None


def _dangling(path: Path) -> Source:
    return _broken(path, "a link that leads nowhere; mend or remove it")


def is_wanted(path: PurePath) -> bool:
    """Say whether a file, by its name, is one of those that a folder is searched for: a picture or a video."""
    return not path.name.startswith(".") and path.suffix.lower() in PICTURES | VIDEOS | _RAW


def is_raw(path: PurePath) -> bool:
    """Say whether a file, by its name, holds a camera's raw data, which are not read."""
    return path.suffix.lower() in _RAW


def _file(path: Path, copy: PurePath, visited: _VisitedFolders) -> Source:
    if is_raw(path):
        return _broken(path, RAW_PROBLEM)
    if visited.takes_apart(path):
        return Source("archive", path, copy)
    return Source("video" if path.suffix.lower() in VIDEOS else "picture", path, copy)


def _broken(path: Path, why: str) -> Source:
    return Source("picture", path, PurePath(path.name), UserError(f"{path}: {why}"))


def _identity(folder: Path) -> tuple[int, int]:
    status = folder.stat()
    return status.st_dev, status.st_ino
