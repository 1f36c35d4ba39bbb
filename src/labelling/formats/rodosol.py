"""RodoSol-ALPR: a text file beside each picture, and split.txt."""

from functools import partial
from pathlib import Path

from ..beside import Beside
from ..documents import read_lines
from ..find import label_files, split_of
from ..key_values import corners_of, lines_of, read_pairs
from ..one_by_one import each_file
from ..record import BROKEN, Asked, BrokenRow, Labelled, Labels, Plate
from .base import LabelFormat

_SPLIT = "split.txt"
_SUFFIXES = frozenset({".txt"})


def read(source: Path, asked: Asked) -> Labels:
    """Return the pictures of a folder. Plates of motorcycles have two rows of text."""
    total, files = label_files(source, _SUFFIXES, "*.txt beside pictures")
    sides = _sides(source)
    labels = (path for path in files if path.name != _SPLIT)
    return Labels(
        total, each_file(labels, source, partial(_picture, source, Beside(asked.pictures), sides))
    )


def _picture(root: Path, beside: Beside, sides: dict[str, str], path: Path, where: str) -> Labelled:
    picture = beside.find(path)
    pairs = read_pairs(path)
    if "plate" not in pairs:
        raise BrokenRow(BROKEN, "has no plate:")
    region, lines = pairs.get("layout", ""), lines_of(pairs)
    plate = Plate(pairs["plate"], corners_of(pairs), False, True, region, lines)
    # Pictures of a folder that is called txt may lie beside it.
    below = picture.relative_to(root).as_posix() if picture.is_relative_to(root) else ""
    return Labelled(picture, (plate,), where, sides.get(below) or sides.get(picture.name, ""))


def _sides(root: Path) -> dict[str, str]:
    """Return the sides of split.txt, `path;training|validation|testing`, by path and by name."""
    path = root / _SPLIT
    if not path.is_file():
        return {}
    sides = {}
    for name, _, side in (line.rpartition(";") for line in read_lines(path) if line.strip()):
        plain = name.strip().removeprefix("./")
        sides[plain] = sides[Path(plain).name] = split_of((side.strip(),))
    return sides


FORMAT = LabelFormat("RodoSol-ALPR: key: value beside the pictures, split.txt", read)
