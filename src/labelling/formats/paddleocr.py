"""PaddleOCR and PPOCRLabel: lines of a path, a tab, and texts with four points each, or the text of a picture."""

import json
from collections.abc import Iterator
from pathlib import Path

from ...common.errors import UserError
from ..corners import four_corners, points_of
from ..documents import count_lines, listing, mapping, open_text, parse, words
from ..find import Pictures, split_of
from ..one_by_one import rejected, usable
from ..record import BROKEN, Asked, BrokenRow, Labelled, Labels, Plate, Rejected
from .base import LabelFormat
from .fast_plate_ocr import WHOLE

_UNREADABLE = ("###", "*")


def read(source: Path, asked: Asked) -> Labels:
    """Return the pictures of a file, or of all such files in a folder, whose names tell sides."""
    paths = [source]
    if source.is_dir():
        paths = sorted(source.rglob("Label.txt")) or sorted(source.rglob("*.txt"))
    if not paths:
        raise UserError(f"{source}: holds no *.txt; name the file")
    root = source if source.is_dir() else source.parent
    total = sum(count_lines(path) for path in paths)
    return Labels(total, (one for path in paths for one in _rows(path, root, asked)))


def _rows(path: Path, root: Path, asked: Asked) -> Iterator[Labelled | Rejected]:
    # Paths begin with the folder's own name, or below it.
    pictures = Pictures(*filter(None, (asked.pictures, path.parent, path.parent.parent, root)))
    side = split_of(path.relative_to(root).with_suffix("").parts)
    try:
        with open_text(path, errors="replace") as file:
            for place, line in enumerate(file, start=1):
                if line.strip():
                    where = f"{path.name}:{place}"
                    name, tab, content = line.rstrip("\r\n").partition("\t")
                    cells = (name, content) if tab else (name,)
                    yield usable(where, name, _picture, pictures, cells, where, side, asked)
    except (ValueError, OSError) as error:
        yield rejected(error, path.name, "")


def _picture(
    pictures: Pictures, cells: tuple[str, ...], where: str, side: str, asked: Asked
) -> Labelled:
    if len(cells) != 2:
        raise BrokenRow(BROKEN, "has no tab between path and text")
    name, content = cells
    picture = pictures.find(name)
    if not content.lstrip().startswith("["):
        plate = Plate(_readable(content.strip()), WHOLE, True, True)
        return Labelled(picture, (plate,), where, side)
    try:
        entries = listing(parse(content))
    except json.JSONDecodeError as error:
        raise BrokenRow(BROKEN, f"the JSON is damaged ({error})") from error
    plates, faults = [], []
    for place, entry in enumerate(entries, start=1):
        try:
            plates.append(_plate(entry, asked).at(f"{where}, plate {place}"))
        except BrokenRow as error:
            faults.append(error.rejected(f"{where}, plate {place}", name))
    return Labelled(picture, tuple(plates), where, side, faults=tuple(faults))


def _plate(entry: object, asked: Asked) -> Plate:
    thing = mapping(entry)
    points = points_of(thing.get("points"))
    text = _readable(words(thing.get(asked.text or "transcription")))
    return Plate(text, four_corners(points), own_order=asked.given_order)


def _readable(text: str) -> str:
    return "" if text in _UNREADABLE else text


FORMAT = LabelFormat("PaddleOCR and PPOCRLabel: paths, tabs, and texts with points or alone", read)
