"""Finding the pictures of label files, which have their names but for the ending."""

import os
from pathlib import Path

from ..reading.sources import PICTURES
from .find import Pictures, is_file, walk
from .record import NO_PICTURE, BrokenRow

# Folders of labels, and what the one of their pictures may be called.
_LABELS = ("labels", "annotations", "Annotations", "label", "txt", "xml", "json")
_IMAGES = ("images", "JPEGImages", "image", "imgs", "img")
# The first ones of a folder that has several.
_USUAL = (".jpg", ".png", ".jpeg")


class Beside:
    """Finds pictures by their label files: beside them, in the folder that goes with theirs, or below another one.

    pictures: that other one, which is looked through first; None for none. Each folder is listed once: of a file for
    each ending that there may be, asking for all of them takes longer than all else.
    """

    def __init__(self, pictures: Path | None) -> None:
        self._below = None if pictures is None else Pictures(pictures)
        paths = () if pictures is None else walk(pictures, PICTURES)
        self._endings_below = _by_use({path.suffix for path in paths})
        self._places: dict[Path, list[tuple[Path, list[str]]]] = {}

    def find(self, label: Path) -> Path:
        """Return the picture of a label file; raises BrokenRow where there is none."""
        return self._found_below(label) or self._found_beside(label)

    def _found_below(self, label: Path) -> Path | None:
        if self._below is None:
            return None
        # Folders tell pictures of one name apart; more than two of them seldom do.
        name = Path(*label.parts[-3:])
        for ending in self._endings_below:
            try:
                return self._below.find(name.with_suffix(ending).as_posix())
            except BrokenRow:
                continue
        return None

    def _found_beside(self, label: Path) -> Path:
        if label.parent not in self._places:
            self._places[label.parent] = _places(label.parent)
        for folder, endings in self._places[label.parent]:
            for ending in endings:
                path = folder / f"{label.stem}{ending}"
                if is_file(path):  # the ending may be longer than the label's
                    return path
        raise BrokenRow(NO_PICTURE, f"there is no picture called {label.stem}")


def _places(folder: Path) -> list[tuple[Path, list[str]]]:
    """Return where pictures of a folder of labels may be, with the endings of those that are there."""
    folders = [folder]
    parts = folder.parts
    for place in range(len(parts) - 1, -1, -1):
        if parts[place] in _LABELS:
            folders += [Path(*parts[:place], name, *parts[place + 1 :]) for name in _IMAGES]
            folders.append(Path(*parts[:place], *parts[place + 1 :]))
            break
    return [(one, _endings(one)) for one in folders]


def _endings(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return _by_use({Path(entry.name).suffix for entry in entries})
    except OSError:
        return []


def _by_use(endings: set[str]) -> list[str]:
    """Return those of some endings that pictures have, the usual ones first."""
    known = [ending for ending in endings if ending.lower() in PICTURES]
    return sorted(known, key=lambda one: (one not in _USUAL, one.lower() not in _USUAL, one))
