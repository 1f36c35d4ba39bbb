"""fast-plate-ocr: a CSV of pictures that show one plate each, and its text."""

import csv
from collections.abc import Iterator
from pathlib import Path

from ...common.errors import UserError
from ...datasets.csv_records import read_records
from ..documents import count_lines, open_text
from ..find import Pictures, split_of
from ..one_by_one import rejected, usable
from ..record import BROKEN, Asked, BrokenRow, Labelled, Labels, Plate, Rejected
from .base import LabelFormat

WHOLE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
"""Corners, in shares, of a plate that fills its picture."""


def read(source: Path, asked: Asked) -> Labels:
    """Return the pictures of a CSV, or of all in a folder, whose names tell sides. An empty text is an empty plate."""
    paths = sorted(source.rglob("*.csv")) if source.is_dir() else [source]
    if not paths:
        raise UserError(f"{source}: holds no *.csv; name the file")
    total = sum(count_lines(path) for path in paths)
    root = source if source.is_dir() else source.parent
    return Labels(total, (one for path in paths for one in _rows(path, root, asked)))


def _rows(path: Path, root: Path, asked: Asked) -> Iterator[Labelled | Rejected]:
    pictures = Pictures(*filter(None, (asked.pictures, path.parent, root)))
    side = split_of(path.relative_to(root).with_suffix("").parts)
    column = asked.text or "plate_text"
    broken: list[Rejected] = []

    def reject(number: int, why: str) -> None:
        broken.append(Rejected(f"{path.name}:{number}", "", BROKEN, why))

    try:
        with open_text(path, errors="surrogateescape", newline="") as file:
            records = read_records(file.read(), broken=reject)
        _, header = next(records, (1, []))
        missing = {"image_path", column} - set(header)
        if missing:
            raise UserError(f"{path}: the header lacks {', '.join(sorted(missing))}")
        for number, cells in records:
            if len(cells) > len(header):
                reject(number, "has more cells than the header")
            elif cells:
                row = dict(zip(header, cells, strict=False))
                where, name = f"{path.name}:{number}", row.get("image_path", "").strip()
                yield usable(where, name, _picture, pictures, row, column, where, side)
    except csv.Error as error:
        raise UserError(f"{path} cannot be read ({error}); save it as CSV in UTF-8") from error
    except (ValueError, OSError) as error:
        yield rejected(error, path.name, "")
    yield from broken


def _picture(
    pictures: Pictures, row: dict[str, str], column: str, where: str, side: str
) -> Labelled:
    # Texts are read as they are: one that begins with zeros is no number.
    name, text, region = (
        row.get(key, "").strip() for key in ("image_path", column, "plate_region")
    )
    if _has_foreign_bytes(f"{name}{text}{region}"):
        raise BrokenRow(BROKEN, "is not in UTF-8; save the file as CSV in UTF-8")
    return Labelled(pictures.find(name), (Plate(text, WHOLE, True, True, region),), where, side)


def _has_foreign_bytes(text: str) -> bool:
    return any("\udc80" <= char <= "\udcff" for char in text)


FORMAT = LabelFormat("fast-plate-ocr: a CSV of pictures that show one plate each", read)
