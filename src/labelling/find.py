"""Finding label files and the pictures they are about."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qs, unquote, urlsplit

from ..reading.sources import PICTURES
from .record import NO_PICTURE, BrokenRow, nothing_found

_SPLITS = {
    **dict.fromkeys(("train", "training", "trainval"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev"), "val"),
    **dict.fromkeys(("test", "testing"), "test"),
}


def walk(root: Path, suffixes: frozenset[str]) -> Iterator[Path]:
    """Yield the files below a folder whose suffix, in lower case, is one of some; by folder and name.

    Hidden ones are left out. Links are followed, and no folder is entered twice. A folder that may not be listed comes
    as if it were such a file: whoever reads it says that it is none.
    """
    for folder, names in _names(root, suffixes):
        yield from (folder / name for name in names)


def count(root: Path, suffixes: frozenset[str]) -> int:
    """Return how many files `walk` yields."""
    return sum(len(names) for _, names in _names(root, suffixes))


def label_files(source: Path, suffixes: frozenset[str], what: str) -> tuple[int, Iterator[Path]]:
    """Return how many label files a folder holds, and those as `walk` yields them.

    what: they are, for the message of the UserError that is raised where there is none.
    """
    total = count(source, suffixes)
    if not total:
        raise nothing_found(source, what)
    return total, walk(source, suffixes)


def label_file_or_files(
    source: Path, suffixes: frozenset[str], what: str
) -> tuple[int, Iterator[Path]]:
    """Return the same of a folder, and of a file that file alone."""
    return label_files(source, suffixes, what) if source.is_dir() else (1, iter([source]))


def _names(root: Path, suffixes: frozenset[str]) -> Iterator[tuple[Path, list[str]]]:
    seen: set[tuple[int, int]] = set()
    locked: list[Path] = []

    def note(error: OSError) -> None:
        if isinstance(error, PermissionError):
            locked.append(Path(error.filename))

    for here, folders, files in os.walk(root, followlinks=True, onerror=note):
        try:
            status = Path(here).stat()
        except OSError:  # it has gone meanwhile, as those of processes do
            folders.clear()
            continue
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        kept = (n for n in files if f".{n.rpartition('.')[2].lower()}" in suffixes)
        yield Path(here), sorted(name for name in kept if not name.startswith("."))
    yield from ((folder.parent, [folder.name]) for folder in locked)


def split_of(parts: tuple[str, ...]) -> str:
    """Return the side of a split that the names of folders, or of a file without its suffix, tell; else ""."""
    for part in reversed(parts):
        words = part.casefold().replace("-", "_").split("_")
        found = [_SPLITS[word] for word in (part.casefold(), *words) if word in _SPLITS]
        if found:
            return found[0]
    return ""


class Pictures:
    """Finds pictures by how labels name them: a path, the end of one, an address, or a name alone.

    roots: the folders below which they are, the likeliest first. A path never leads out of them.
    """

    def __init__(self, *roots: Path) -> None:
        self._roots = tuple(dict.fromkeys(roots))
        self._by_name: dict[str, list[Path]] | None = None

    def find(self, written: str) -> Path:
        """Return the picture; raises BrokenRow where there is none, or several that are as likely."""
        parts = tuple(
            part for part in PurePosixPath(local(written)).parts if part not in ("/", "..", ".")
        )
        if not parts:
            raise BrokenRow(NO_PICTURE, "names no picture")
        for root in self._roots:
            for start in range(len(parts)):
                path = root.joinpath(*parts[start:])
                if is_file(path):
                    return path
        return self._by_end(parts, written)

    def _by_end(self, parts: tuple[str, ...], written: str) -> Path:
        if self._by_name is None:
            self._by_name = {}
            for root in self._roots:
                for path in walk(root, PICTURES):
                    self._by_name.setdefault(path.name, []).append(path)
        for name in dict.fromkeys((parts[-1], without_upload_prefix(parts[-1]))):
            known = list(dict.fromkeys(self._by_name.get(name, [])))
            if len(known) > 1:
                longest = max(_common_end(path.parts, parts) for path in known)
                known = [path for path in known if _common_end(path.parts, parts) == longest]
            if len(known) > 1:
                raise BrokenRow(
                    NO_PICTURE, f"{written!r} may be any of {len(known)} pictures of that name"
                )
            if known:
                return known[0]
        raise BrokenRow(NO_PICTURE, f"there is no picture {written!r}")


def local(written: str) -> str:
    """Return the path in an address or a path of Windows; raises BrokenRow for an address that is none."""
    if is_address(written):
        try:
            address = urlsplit(written)
        except ValueError as error:
            raise BrokenRow(NO_PICTURE, f"{written!r} is no address ({error})") from error
        behind = parse_qs(address.query).get("d")
        return behind[0] if behind else unquote(address.path)
    return written.replace("\\", "/")


def is_address(written: str) -> bool:
    """Say whether a picture is named by an address, of which Label Studio has some without a host."""
    return "://" in written or written.startswith("/data/")


def without_upload_prefix(name: str) -> str:
    """Return a file's name as it was before Label Studio put eight hexadecimal digits and a hyphen before it."""
    prefix, hyphen, rest = name.partition("-")
    hexadecimal = len(prefix) == 8 and all(c in "0123456789abcdef" for c in prefix)
    return rest if hyphen and rest and hexadecimal else name


def copies_of(name: str) -> str:
    """Return what the augmented copies of a picture that Roboflow made share, "" where it made none: ``car_jpg``."""
    stem, made, rest = name.rpartition(".rf.")
    return stem if made and len(rest.partition(".")[0]) == 32 else ""


def is_file(path: Path) -> bool:
    """Say whether a path is that of a file; of a name that no file can have, that it is not."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_dir(path: Path) -> bool:
    """Say whether a path is that of a folder; of a name that no folder can have, that it is not."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _common_end(a: tuple[str, ...], b: tuple[str, ...]) -> int:
    length = 0
    while length < min(len(a), len(b)) and a[-1 - length] == b[-1 - length]:
        length += 1
    return length
