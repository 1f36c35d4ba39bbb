"""Folders that are written whole, and the rows of folders of photographs."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..bundle.files import whole_folder
from ..common.errors import UserError
from ..datasets.annotation_checks import named
from ..datasets.annotation_rows import Row, read_rows
from ..datasets.photos import ANNOTATIONS, SPLITS
from ..datasets.picture_paths import PictureFinder
from .sides import key_of_file


def require_place(folder: Path) -> None:
    """Make a folder, with those above it, where it is not there; raises UserError where no file can be made in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UserError(
            f"{folder}: nothing can be written there ({error.strerror}); choose another place"
        ) from error


def require_place_below(folder: Path) -> None:
    """Raise UserError where a folder that is not there yet, and files in it, could not be made; make nothing."""
    require_place(next(one for one in (folder, *folder.absolute().parents) if one.exists()))


def give_back(target: Path) -> None:
    """Give a folder its name back where a run that was to replace it was killed between `whole_folder`'s renames."""
    old = target.with_name(f".{target.name}.old")
    if old.exists() and not target.exists():
        old.rename(target)


@contextmanager
def new_folder(target: Path, replace: bool) -> Iterator[Path]:
    """Write a folder as `whole_folder` does, which yields a hidden one, but not in the place of what is not to go.

    A folder that was to be replaced comes back where a run was killed before the new one had its name.

    Raises UserError where the folder is there already and is not to be replaced, or is no folder of this program's, and
    as `require_place` does.
    """
    give_back(target)
    if target.exists() or target.is_symlink():
        if not replace:
            raise UserError(f"{target} is there already: choose another name, or --replace it")
        if target.is_symlink() or not (target.is_dir() and _is_ours(target)):
            raise UserError(f"{target} is no folder that this program wrote: choose another name")
    require_place(target.parent)
    with whole_folder(target) as partial:
        yield partial


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


class FileKeys:
    """What the pictures that rows of a folder name share with others: their files, by whatever name."""

    def __init__(self, folder: Path) -> None:
        self._finder = PictureFinder(folder)
        self._last: tuple[str, list[str]] = ("", [])

    def of(self, image: str) -> list[str]:
        """Return the key of the picture that is named; none where there is no such file."""
        if image != self._last[0]:  # rows of one picture mostly follow each other
            self._last = (image, self._key(image))
        return self._last[1]

    def _key(self, image: str) -> list[str]:
        try:
            key = key_of_file(self._finder.find(image))
        except UserError:
            return []
        return [key] if key else []


def rows_in(folder: Path) -> Iterator[Row]:
    """Yield the rows of a folder of photographs; raises UserError as `read_rows` does."""
    return read_rows(folder / ANNOTATIONS)


def rows_with_sides(table: Path) -> Iterator[Row]:
    """Yield the rows of an `annotations.csv` whose sides are those of a split, or "".

    Raises UserError as `read_rows` does, and for the first row with another side: nobody knows on which one its plates
    are to stay.
    """
    for row in read_rows(table):
        if row.split not in ("", *SPLITS):
            wrong = named(row, f"split {row.split!r} is none of {', '.join(SPLITS)}")
            check = f"`python3 -m src.photos check {table.parent}` names all such rows"
            raise UserError(f"{table}: {wrong}; correct it there, {check}")
        yield row
