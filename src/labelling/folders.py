"""Folders that are whole or not there, and the sets of photographs that lie beside each other."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..common.errors import UserError
from ..common.files import writing
from ..datasets.annotation_rows import Row, read_rows
from ..datasets.photos import ANNOTATIONS


@contextmanager
def whole_folder(target: Path, replace: bool) -> Iterator[Path]:
    """Write a folder so that it is only ever seen as a whole.

    Yields a hidden one beside it, empty, which takes its place in the end. What a killed run has left is thrown away by
    the next, and a folder that was to be replaced stays until then.

    Raises UserError where the folder is there already and is not to be replaced, or is no folder of this program's.
    """
    partial, old = (target.with_name(f".{target.name}.{word}") for word in ("partial", "old"))
    if old.exists() and not target.exists():  # killed between the two renames below
        old.rename(target)
    _clear(old)
    if target.exists() or target.is_symlink():
        if not replace:
            raise UserError(f"{target} is there already: choose another name, or --replace it")
        if target.is_symlink() or not (target.is_dir() and _is_ours(target)):
            raise UserError(f"{target} is no folder that this program wrote: choose another name")
    with writing(target):
        _clear(partial)
        partial.mkdir(parents=True)
        try:
            yield partial
            if target.exists():
                target.rename(old)
            partial.rename(target)
            _clear(old)
        finally:
            _clear(partial)


def _is_ours(folder: Path) -> bool:
    """Say whether a folder holds labels, or nothing: anything else is not to be thrown away."""
    return any((folder / name).is_file() for name in MARKS) or not any(folder.iterdir())


MARKS = (
    ANNOTATIONS,
    "data.yaml",
    "annotations.json",
    "tasks.json",
    "annotations.xml",
    "classes.json",
)
"""Files of which one lies in every folder that is written."""


def _clear(folder: Path) -> None:
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder)


def sets_in(parent: Path) -> list[Path]:
    """Return the folders of photographs below a folder, by name."""
    found = (path.parent for path in parent.glob(f"*/{ANNOTATIONS}"))
    return sorted(path for path in found if not path.name.startswith("."))


def rows_in(folder: Path) -> Iterator[Row]:
    """Yield the rows of a folder of photographs; raises UserError as `read_rows` does."""
    return read_rows(folder / ANNOTATIONS)
