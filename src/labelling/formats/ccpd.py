"""CCPD and CCPD-Green: Chinese plates, whose labels stand in the pictures' names."""

import re
from functools import partial
from pathlib import Path

from ...reading.sources import PICTURES
from ..documents import read_lines
from ..find import count, split_of, walk
from ..one_by_one import each_file
from ..record import BROKEN, REPEATED, Asked, BrokenRow, Labelled, Labels, Plate, nothing_found
from .base import LabelFormat

_PROVINCES = "皖沪津渝冀晋蒙辽吉黑苏浙京闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新警学O"
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZO"
_ADS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789O"
# Area, tilt, box, vertices, indices, brightness, blur.
_NAME = re.compile(
    r"\d+-\d+_\d+-(-?\d+&-?\d+_-?\d+&-?\d+)-((?:-?\d+&-?\d+_){3}-?\d+&-?\d+)-((?:\d+_)+\d+)-\d+-\d+"
)
_NO_PLATE = "ccpd_np"
# Their labels are for measuring; the others' sides are told by files or folders.
_MEASURED = ("blur", "db", "fn", "rotate", "tilt", "challenge", "weather")


def read(source: Path, asked: Asked) -> Labels:
    """Return the pictures of a folder of CCPD's, or of one subset.

    Subsets share pictures: of each name the first is taken. The side of the split is that of ``splits/*.txt`` or of a
    folder's name; the subsets that are made for measuring are test.
    """
    root = source if source.is_dir() else source.parent
    total = count(root, PICTURES)
    if not total:
        raise nothing_found(source, "pictures")
    sides = _sides(root)
    seen: set[str] = set()
    return Labels(
        total, each_file(walk(root, PICTURES), root, partial(_picture, root, sides, seen))
    )


def _picture(root: Path, sides: dict[str, str], seen: set[str], path: Path, where: str) -> Labelled:
    if path.name in seen:
        raise BrokenRow(REPEATED, "another subset has a picture of this name")
    seen.add(path.name)
    folders = (root.name, *path.relative_to(root).parts[:-1])
    if _NO_PLATE in folders:
        return Labelled(path, (), where)
    match = _NAME.fullmatch(path.stem)
    if match is None:
        raise BrokenRow(BROKEN, "the name is not of CCPD's grammar")
    text = _text([int(index) for index in match[3].split("_")])
    if text is None:
        raise BrokenRow(BROKEN, f"the indices {match[3]} are no plate")
    vertices = [tuple(map(float, pair.split("&"))) for pair in match[2].split("_")]
    # They come bottom right, bottom left, top left, top right.
    corners = tuple((x, y) for x, y in (vertices[i] for i in (2, 3, 0, 1)))
    plate = Plate(text, corners, own_order=True, region=text[0], lines="1")
    return Labelled(path, (plate,), where, _side(folders, path.name, sides))


def _text(indices: list[int]) -> str | None:
    """Return the text that indices stand for: seven, or eight on green plates; None for any others."""
    if len(indices) not in (7, 8):
        return None
    tables = [_PROVINCES, _ALPHABET, *[_ADS] * (len(indices) - 2)]
    if any(index >= len(table) for index, table in zip(indices, tables, strict=True)):
        return None
    characters = [table[index] for index, table in zip(indices, tables, strict=True)]
    # The last character of each table stands for none.
    lasts = [index == len(table) - 1 for index, table in zip(indices, tables, strict=True)]
    if any(lasts[:-1]):
        return None
    return "".join(characters[:-1] if lasts[-1] else characters)


def _side(folders: tuple[str, ...], name: str, sides: dict[str, str]) -> str:
    if any(part.removeprefix("ccpd_") in _MEASURED for part in folders):
        return "test"
    return sides.get(name) or split_of(folders[1:])


def _sides(root: Path) -> dict[str, str]:
    """Return the sides that splits/train.txt, val.txt and test.txt give to pictures, by name."""
    sides: dict[str, str] = {}
    for folder in (root / "splits", root.parent / "splits"):
        for side in ("test", "val", "train"):
            path = folder / f"{side}.txt"
            if path.is_file():
                for line in read_lines(path):
                    sides.setdefault(Path(line.strip()).name, side)
    return sides


FORMAT = LabelFormat("CCPD and CCPD-Green: labels in the pictures' names", read)
