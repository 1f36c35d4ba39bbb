"""What is wrong with folders of photographs, and copies of them that are right."""

from collections.abc import Sequence
from pathlib import Path

from ..common.errors import UserError
from ..common.progress import progress
from ..common.texts import printable
from ..datasets.photos import photo_folders, validate
from .folders import rows_in
from .importing import Counts, import_labels
from .intake import Put, link
from .record import Asked
from .sides import keys_of, measured_as


def check_folders(folders: Sequence[Path], alphabet: str | None = None) -> dict[Path, list[str]]:
    """Return every problem of each folder, a line each.

    Rows and pictures are looked at, the latter decoded whole; and plates and groups that are on two sides of the split,
    those of the folders beside it too.

    alphabet: the characters that texts may have; None for all.
    """
    problems = {f: validate(f, alphabet) for f in progress(folders, len(folders), "check")}
    for parent in sorted({folder.resolve().parent for folder in folders}):
        beside = [folder for folder in folders if folder.resolve().parent == parent]
        known = {folder.resolve() for folder in beside}
        # Those that are only looked at first: what differs from them is named.
        beside[:0] = [folder for folder in photo_folders(parent) if folder.resolve() not in known]
        for folder, line in _on_two_sides([folder for folder in beside if _has_rows(folder)]):
            if folder in problems:
                problems[folder].append(line)
    return problems


def repaired(folder: Path) -> Path:
    """Return where the repaired copy of a folder is written: ``photos-repaired/NAME`` for ``photos/NAME``.

    It is no neighbour of the folder: beside it, the same plates would be measured and trained on twice.
    """
    whole = folder.resolve()
    return whole.parent.with_name(f"{whole.parent.name}-repaired") / whole.name


def repair(folder: Path, target: Path, put: Put = link, replace: bool = False) -> Counts:
    """Write a copy of a folder with the rows that can be used, and return what came of it.

    Corners that run the wrong way round are put in order, texts and paths are written in one way, repeated rows left
    out; what cannot be repaired is in the copy's rejected.csv. Raises UserError as `import_labels` does.
    """
    return import_labels("annotations", folder, target, Asked(target.name), put, replace)


def _has_rows(folder: Path) -> bool:
    try:
        return any(True for _ in rows_in(folder))
    except UserError:  # named where the folder itself is checked
        return False


def _on_two_sides(folders: Sequence[Path]) -> list[tuple[Path, str]]:
    first: dict[str, tuple[str, Path, int]] = {}
    found = []
    for folder in folders:
        for row in rows_in(folder):
            side = measured_as(row.split)
            for key in keys_of(row, str(folder))[1:]:
                there, where, number = first.setdefault(key, (side, folder, row.number))
                if there != side:
                    kind, _, name = key.partition("\0")
                    what = "plate" if kind == "t" else "group"
                    here = f"row {row.number} ({printable(row.image)}): the {what} {printable(name)} is on"
                    other = (
                        f"in row {number} of {where} on {there}; `src.photos split` puts it on one"
                    )
                    line = f"{here} the side {side}, and {other}"
                    found.append((folder, line))
    return found
