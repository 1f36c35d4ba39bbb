"""fast-plate-ocr: a CSV of pictures that show one plate each, and its text."""

import csv
from collections.abc import Iterator
from pathlib import Path

from ...common.errors import UserError
from ..find import Pictures, split_of
from ..record import BROKEN, Asked, BrokenRow, Labelled, Labels, Plate, Rejected
from .base import LabelFormat

WHOLE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
"""Corners, in shares, of a plate that fills its picture."""


def read(source: Path, asked: Asked) -> Labels:
    """Return the pictures of a CSV, or of all in a folder, whose names tell sides. An empty text is an empty plate."""
    paths = sorted(source.rglob("*.csv")) if source.is_dir() else [source]
    if not paths:
        raise UserError(f"{source}: holds no *.csv; name the file")
    total = sum(_lines(path) for path in paths)
    root = source if source.is_dir() else source.parent
    return Labels(total, (one for path in paths for one in _rows(path, root, asked)))


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)


def _rows(path: Path, root: Path, asked: Asked) -> Iterator[Labelled | Rejected]:
    pictures = Pictures(*filter(None, (asked.pictures, path.parent, root)))
    side = split_of(path.relative_to(root).with_suffix("").parts)
    column = asked.text or "plate_text"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            missing = {"image_path", column} - set(table.fieldnames or ())
            if missing:
                raise UserError(f"{path}: the header lacks {', '.join(sorted(missing))}")
            for row in table:
                where = f"{path.name}:{table.line_num}"
                name = (row["image_path"] or "").strip()
                try:
                    if None in row:
                        raise BrokenRow(BROKEN, "has more cells than the header")
                    picture = pictures.find(name)
                except BrokenRow as error:
                    yield error.rejected(where, name)
                    continue
                # Texts are read as they are: one that begins with zeros is no number.
                text = (row[column] or "").strip()
                region = (row.get("plate_region") or "").strip()
                yield Labelled(picture, (Plate(text, WHOLE, True, True, region),), where, side)
    except (csv.Error, UnicodeDecodeError) as error:
        raise UserError(f"{path} cannot be read ({error}); save it as CSV in UTF-8") from error


FORMAT = LabelFormat("fast-plate-ocr: a CSV of pictures that show one plate each", read)
