"""A folder that is written atomically, with checksums that `sha256sum --check SHA256SUMS` reads."""

import re
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ..common.files import atomic_path, sha256, writing
from ..common.untrusted import check_file
from ..inference.runtime import MAX_BYTES

SUMS = "SHA256SUMS"
# Larger lists are not opened; one has a few lines.
MAX_SUMS_BYTES = 10_000
_LINE = re.compile(r"([0-9a-f]{64}) [ *]([\w.-]+)")


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Write a folder's files so that it is never seen with some of them.

    Yields a new hidden folder beside it, which takes its place on success and is removed on any exception; what stood
    there before, a file included, is replaced. One writer at a time. For the blink of an eye there is no folder: one
    with something in it cannot be replaced in one step. Raises UserError when the disk is full.
    """
    partial, old = (folder.with_name(f".{folder.name}.{kind}") for kind in ("partial", "old"))
    _remove(partial)
    try:
        with writing(folder):
            partial.mkdir(parents=True)
            yield partial
        _remove(old)
        if folder.exists():
            folder.rename(old)
        partial.rename(folder)
        _remove(old)
    finally:
        _remove(partial)


def copy_whole(source: Path, target: Path) -> None:
    """Copy a file, flushed to the disk; raises UserError when that is full."""
    with atomic_path(target) as partial:
        shutil.copyfile(source, partial)


def write_sums(folder: Path, names: Collection[str]) -> None:
    """Write the checksums of a folder's files."""
    lines = [f"{sha256(folder / name)}  {name}\n" for name in sorted(names)]
    with atomic_path(folder / SUMS) as partial:
        partial.write_text("".join(lines), encoding="ascii")


def check_sums(folder: Path, known: Collection[str]) -> Mapping[str, str]:
    """Return the checksums of the files that a folder's list names, which are as the list says.

    known: names that may stand there. Raises ValueError for a list that is none, a name that is not known, a file that
    is too large, no plain file or differs; OSError for one that cannot be read.
    """
    check_file(folder / SUMS, MAX_SUMS_BYTES)
    sums: dict[str, str] = {}
    for line in (folder / SUMS).read_text(encoding="ascii").splitlines():
        parts = _LINE.fullmatch(line)
        if parts is None or parts[2] not in known or parts[2] in sums:
            raise ValueError(f"{SUMS} has the line {line[:80]!r}")
        sums[parts[2]] = parts[1]
    for name, expected in sums.items():
        check_file(folder / name, MAX_BYTES)
        if sha256(folder / name) != expected:
            raise ValueError(f"{name} is not the file that {SUMS} was written for")
    return sums


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
