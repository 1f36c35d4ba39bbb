"""Scoring folders of real photographs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from src.common.errors import UserError
from src.common.progress import progress
from src.datasets.decode import read_picture
from src.datasets.photos import ANNOTATIONS, load_photos
from src.stack.reader import PlateReader
from src.stack.score import Truth, score_pictures
from src.stack.sheets import badness, save_sheet

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


def photo_folders(parent: Path) -> list[Path]:
    """Return the folders under a parent that hold annotated photographs, by name."""
    return sorted(path.parent for path in parent.glob(f"*/{ANNOTATIONS}"))


def score_folder(reader: PlateReader, folder: Path, out: Path, count: int) -> dict[str, Any]:
    """Return the numbers of a folder, and write ``photos_NAME.jpg``, mistakes first, under ``out``.

    Raises UserError when the folder is not there or its annotations are broken.
    """
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder; give one that holds {ANNOTATIONS}")
    photos = load_photos(folder).photos
    pictures = ((read_picture(p.path), [Truth(t.text, t.quad) for t in p.plates]) for p in photos)
    score = score_pictures(reader, progress(pictures, len(photos), f"read {folder.name}"))
    worst = sorted(range(len(photos)), key=lambda i: -badness(score.answers[i]))[:count]
    shown = ((read_picture(photos[i].path), score.answers[i]) for i in worst)
    save_sheet(out / f"photos_{folder.name}.jpg", shown)
    return score.summary()


def print_table(rows: Mapping[str, Mapping[str, Any]]) -> None:
    """Print one line per folder."""
    print(
        f"{'set':<20}"
        + "".join(f"{name.replace('_per_picture', '/pic'):>11}" for name, _ in _COLUMNS)
    )
    for name, row in rows.items():
        cells = ("-" if row[key] is None else format(row[key], form) for key, form in _COLUMNS)
        print(f"{name:<20}" + "".join(f"{cell:>11}" for cell in cells))
