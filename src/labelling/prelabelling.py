"""Labels that a model makes for pictures without any, for people to correct: the least sure first."""

import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..collecting.rows import KeptRow, RowWriter, label_quad
from ..common.errors import UserError
from ..common.files import atomic_path
from ..common.progress import progress, tell
from ..datasets.annotation_rows import Row
from ..datasets.decode import read_picture
from ..datasets.photos import ANNOTATIONS
from ..inference.reader import Reading
from ..reading.sources import find_sources
from .collected import is_doubted, is_told, told_plates
from .formats import cvat
from .labelstudio_write import CONFIG, results, task_data
from .record import Labelled, Plate

TASKS, INTERFACE, CVAT = "labelstudio.json", "labelstudio.xml", "cvat.xml"

# Control characters, and bytes that are not UTF-8.
_UNWRITABLE = ("Cc", "Cs")

Read = Callable[[NDArray[np.uint8]], Sequence[Reading]]
"""Returns what is read in a picture uint8 (H, W)."""


@dataclass(frozen=True)
class Guess:
    """A picture with what a model reads in it.

    sureness: in [0, 1], of its least sure character, and of a plate that is partly hidden no more than of all of its
    text; 0 where it found no plate, for there may be one that it missed, and where somebody has said that it was read
    wrongly.
    """

    picture: Labelled
    sureness: float


def guess_labels(
    folder: Path, read: Read, known: Mapping[str, Sequence[KeptRow]] = MappingProxyType({})
) -> tuple[list[Guess], int]:
    """Return guesses for all pictures of a folder, the least sure first, and how many pictures could not be read.

    known: what servers that collected pictures have written of them, by their paths below the folder: what clients say
    counts more than what is read. Raises UserError where there are no pictures.
    """
    paths = [s.path for s in find_sources([str(folder)]) if s.kind == "picture"]
    if not paths:
        raise UserError(f"{folder}: holds no pictures")
    guesses, broken = [], 0
    for path in progress(paths, len(paths), "read"):
        try:
            name = _name(path, folder)
            picture = read_picture(path)
            guess = _guess(path, name, picture, read(picture))
            guesses.append(_with_rows(guess, known[name]) if name in known else guess)
        except UserError as error:
            tell(f"error: {error}")
            broken += 1
    if not guesses:
        raise UserError(f"{folder}: none of its pictures can be read; see the errors above")
    return sorted(guesses, key=lambda guess: (guess.sureness, guess.picture.name)), broken


def label_files(folder: Path, replace: bool = False) -> list[Path]:
    """Return the files that guesses are written to; raises UserError where one is there and is not to be replaced."""
    files = [folder / name for name in (ANNOTATIONS, TASKS, INTERFACE, CVAT)]
    there = [path.name for path in files if path.exists()]
    if there and not replace:
        raise UserError(
            f"{folder} has {', '.join(there)} already: --replace them, or move them away"
        )
    return files


def write_guesses(
    folder: Path, guesses: Sequence[Guess], model: str, url: str, replace: bool = False
) -> list[Path]:
    """Write guesses into a folder: as `annotations.csv`, as tasks for Label Studio with its interface, and for CVAT.

    model: what made them. url: what pictures' addresses begin with in Label Studio. Returns the files.
    Raises UserError as `label_files` does.
    """
    files = label_files(folder, replace)
    with atomic_path(files[0]) as partial, partial.open("w", encoding="utf-8", newline="") as file:
        writer = RowWriter(file, ("confidence",))
        for guess in guesses:
            for row in _rows(guess.picture):
                writer.write(row, (f"{guess.sureness:.4f}",))
    tasks = [_task(guess, model, url) for guess in guesses]
    with atomic_path(files[1]) as partial:
        text = ",\n".join(json.dumps(task, ensure_ascii=False, allow_nan=False) for task in tasks)
        partial.write_text(f"[\n{text}\n]\n", encoding="utf-8")
    with atomic_path(files[2]) as partial:
        partial.write_text(CONFIG, encoding="utf-8")
    with atomic_path(files[3]) as partial:
        images = [cvat.image_element(n, guess.picture) for n, guess in enumerate(guesses)]
        partial.write_text("".join((cvat.HEAD, *images, cvat.TAIL)), encoding="utf-8")
    return files


def _name(path: Path, folder: Path) -> str:
    """Return how a picture is named in labels; raises UserError where no table or XML can hold its name."""
    name = path.relative_to(folder).as_posix()
    if any(unicodedata.category(char) in _UNWRITABLE for char in name):
        raise UserError(f"{path}: the name has control characters or is not in UTF-8; rename it")
    return name


def _guess(path: Path, name: str, picture: NDArray[np.uint8], readings: Sequence[Reading]) -> Guess:
    size = (picture.shape[1], picture.shape[0])
    plates = tuple(_plate(reading, size) for reading in readings)
    sureness = min(map(_sureness, readings), default=0.0)
    return Guess(Labelled(path, plates, name, size=size, name=name), sureness)


def _sureness(reading: Reading) -> float:
    return min(reading.confidence_min, reading.confidence if reading.partial else 1.0)


def _with_rows(guess: Guess, rows: Sequence[KeptRow]) -> Guess:
    """Return a guess after what a server has kept of the picture: its group, and what a client has said."""
    plates = guess.picture.plates
    plates = told_plates(rows) if is_told(rows) else plates
    grouped = tuple(replace(plate, group=rows[0].row.group) for plate in plates)
    sureness = 0.0 if is_doubted(rows) else guess.sureness
    return Guess(replace(guess.picture, plates=grouped), sureness)


def _plate(reading: Reading, size: tuple[int, int]) -> Plate:
    """Return a reading as a label: within the picture, with a ? for what cannot be seen."""
    quad = label_quad(reading.quad, *size)
    corners = None if quad is None else tuple((float(x), float(y)) for x, y in quad.tolist())
    return Plate(reading.pattern, corners, own_order=True, lines=str(reading.lines))


def _rows(picture: Labelled) -> list[Row]:
    rows = []
    for plate in picture.plates:
        corners = tuple(f"{value:.2f}" for point in plate.corners or () for value in point)
        rows.append(Row(0, picture.name, plate.text, corners, group=plate.group, lines=plate.lines))
    return rows or [Row(0, picture.name, "", ())]


def _task(guess: Guess, model: str, url: str) -> dict[str, Any]:
    """Return a task with a prediction, which is no label before somebody has looked at it."""
    result = results(guess.picture)
    prediction = {"model_version": model, "score": round(guess.sureness, 4), "result": result}
    return {"data": task_data(guess.picture, url), "predictions": [prediction]}
