"""PaddleOCR and PPOCRLabel: lines of a path, a tab, and texts with four points each, or the text of a picture."""

from collections.abc import Iterator
from pathlib import Path

from ...common.errors import UserError
from ..corners import four_corners
from ..documents import listing, mapping, numbers, parse
from ..find import Pictures, split_of
from ..record import BROKEN, Asked, BrokenRow, Labelled, Labels, Plate, Point, Rejected
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
    total = sum(_lines(path) for path in paths)
    return Labels(total, (one for path in paths for one in _rows(path, root, asked)))


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)


def _rows(path: Path, root: Path, asked: Asked) -> Iterator[Labelled | Rejected]:
    # Paths begin with the folder's own name, or below it.
    pictures = Pictures(*filter(None, (asked.pictures, path.parent, path.parent.parent, root)))
    side = split_of(path.relative_to(root).with_suffix("").parts)
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        for place, line in enumerate(file, start=1):
            if not line.strip():
                continue
            where = f"{path.name}:{place}"
            name, tab, content = line.rstrip("\r\n").partition("\t")
            try:
                if not tab:
                    raise BrokenRow(BROKEN, "has no tab between path and text")
                yield Labelled(pictures.find(name), _plates(content, asked), where, side)
            except BrokenRow as error:
                yield error.rejected(where, name)
            except ValueError as error:
                yield Rejected(where, name, BROKEN, f"the JSON {error}")


def _plates(content: str, asked: Asked) -> tuple[Plate, ...]:
    if not content.lstrip().startswith("["):
        return (Plate(_readable(content.strip()), WHOLE, True, True),)
    plates = []
    for entry in listing(parse(content)):
        thing = mapping(entry)
        points: list[Point] = []
        for point in listing(thing.get("points")):
            values = numbers(point)
            if len(values) != 2:
                raise BrokenRow(BROKEN, "has points that are not x and y")
            points.append((values[0], values[1]))
        text = _readable(str(thing.get(asked.text or "transcription") or ""))
        plates.append(Plate(text, four_corners(points), own_order=asked.given_order))
    return tuple(plates)


def _readable(text: str) -> str:
    return "" if text in _UNREADABLE else text


FORMAT = LabelFormat("PaddleOCR and PPOCRLabel: paths, tabs, and texts with points or alone", read)
