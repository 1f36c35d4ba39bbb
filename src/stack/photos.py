"""Scoring folders of real photographs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..common.errors import UserError
from ..common.progress import progress, tell
from ..datasets.decode import read_picture
from ..datasets.photos import ANNOTATIONS, Photo, load_photos
from ..generators.formats.base import PlateFormat
from ..inference.reader import PlateReader
from ..pictures.samples import worst_first
from .score import Score, score_pictures
from .sheets import badness, save_sheet

# Strange labels that are named, of all folders together.
_NAMED = 6
# Photographs are read one by one and thrown away; those on the sheet are decoded again.
_COLUMNS = (
    ("pictures", "d"),
    ("plates", "d"),
    ("exact", ".1%"),
    ("cer", ".1%"),
    ("found", ".1%"),
    ("extra_per_picture", ".3f"),
    ("ms_per_picture", ".1f"),
)


def score_folders(
    reader: PlateReader,
    plate_format: PlateFormat,
    folders: Sequence[Path],
    out: Path,
    count: int,
) -> dict[str, dict[str, Any]]:
    """Return the numbers of each folder, by the shortest end of its path that no other one has.

    For each a sheet of ``count`` pictures, mistakes first, is written under ``out``: ``photos_NAME.jpg``, where a slash
    in the name is a hyphen; stderr says where. A folder that is given twice counts once. Labels that no plate of the
    reader's format can have count, for the plates of another country are such, and stderr names some of them: they may
    be slips. Pictures whose split is train or val are not for measuring; a folder with no others has no row, which
    stderr says.

    Raises UserError when a folder is not there, its annotations are broken, or a picture cannot be read to its end.
    """
    rows = {}
    taken: set[str] = set()
    sets = names_of(folders)
    for name, folder in sets.items():
        sheet, number = name.replace("/", "-"), 1
        while sheet in taken:
            number += 1
            sheet = f"{name.replace('/', '-')}-{number}"
        taken.add(sheet)
        photos = photos_to_measure(folder, plate_format, len(sets))
        if not photos:
            continue
        rows[name] = _score(reader, photos, folder, name, out / f"photos_{sheet}.jpg", count)
    return rows


def print_table(rows: Mapping[str, Mapping[str, Any]]) -> None:
    """Print one line per folder."""
    width = max(20, *(len(name) + 1 for name in rows))
    print(
        f"{'set':<{width}}"
        + "".join(f"{name.replace('_per_picture', '/pic'):>11}" for name, _ in _COLUMNS)
    )
    for name, row in rows.items():
        cells = ("-" if row[key] is None else format(row[key], form) for key, form in _COLUMNS)
        print(f"{name:<{width}}" + "".join(f"{cell:>11}" for cell in cells))


def photos_to_measure(folder: Path, plate_format: PlateFormat, sets: int = 1) -> Sequence[Photo]:
    """Return the photographs of a folder whose split is test, and say on stderr what is unusual about their labels.

    sets: how many folders are measured; of more of them, fewer labels are named each.
    Raises UserError when it is not there, or its annotations are broken.
    """
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder; give one that holds {ANNOTATIONS}")
    loaded = load_photos(folder, doubt=plate_format.doubt)
    photos = loaded.of("test")
    if others := len(loaded.photos) - len(photos):
        kept = "no row" if not photos else f"{len(photos)} measured"
        tell(f"note: {folder}: pictures for training and validation: {others}; {kept}")
    named = max(1, _NAMED // sets)
    for line in loaded.strange[:named]:
        tell(f"note: {folder / ANNOTATIONS}: {line}")
    if (more := len(loaded.strange) - named) > 0:
        tell(f"note: {folder / ANNOTATIONS}: and {more} more of this kind")
    open_places = sum(plate.unreadable_characters > 0 for photo in photos for plate in photo.plates)
    if open_places:
        tell(f"note: {folder}: texts with a ?: {open_places}; whatever is read there is right")
    return photos


def _score(
    reader: PlateReader,
    photos: Sequence[Photo],
    folder: Path,
    name: str,
    sheet: Path,
    count: int,
) -> dict[str, Any]:
    score = read_photos(reader, photos, folder, name)
    worst = worst_first([badness(match) for match in score.matches])[:count]
    save_sheet(sheet, ((read_picture(photos[i].path), score.matches[i]) for i in worst))
    shown = "all" if len(worst) == len(photos) else f"{len(worst):,} of {len(photos):,}"
    tell(f"wrote {sheet}: {shown} pictures, the worst first")
    return score.summary()


def read_photos(reader: PlateReader, photos: Sequence[Photo], folder: Path, name: str) -> Score:
    """Read the photographs of a folder, with a progress bar of that name, and hold the readings against the labels.

    Raises UserError when a picture cannot be read to its end.
    """
    pictures = ((_read(folder, photo), photo.plates) for photo in photos)
    return score_pictures(reader, progress(pictures, len(photos), f"read {name}"))


def _read(folder: Path, photo: Photo) -> NDArray[np.uint8]:
    notes: list[str] = []
    try:
        picture = read_picture(photo.path, notes.append)
    except UserError as error:
        raise UserError(f"{folder / ANNOTATIONS}: row {photo.row}: {error}") from error
    for note in notes:
        tell(f"note: {photo.path}: {note}")
    return picture


def names_of(folders: Sequence[Path]) -> dict[str, Path]:
    """Return each folder once, by the shortest end of its path that no other one has."""
    # A link counts by its own name; what stands for a folder without naming it, by the folder's.
    paths = {f.resolve() if f.name in ("", "..") else f.absolute(): f for f in folders}
    return {_name(path, set(paths) - {path}): folder for path, folder in paths.items()}


def _name(path: Path, others: set[Path]) -> str:
    parts = path.parts
    for length in range(1, len(parts)):
        if all(other.parts[-length:] != parts[-length:] for other in others):
            return "/".join(parts[-length:])
    return path.as_posix()
