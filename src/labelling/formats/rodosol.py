"""RodoSol-ALPR: a text file beside each picture, and split.txt."""

from pathlib import Path

from ...common.errors import UserError
from ..documents import read_text
from ..find import label_files, picture_beside, split_of
from ..key_values import corners_of, lines_of, read_pairs
from ..record import BROKEN, Asked, BrokenRow, Labelled, Labels, Plate, Rejected
from .base import LabelFormat

_SPLIT = "split.txt"
_SUFFIXES = frozenset({".txt"})


def read(source: Path, asked: Asked) -> Labels:
    """Return the pictures of a folder. Plates of motorcycles have two rows of text."""
    total, files = label_files(source, _SUFFIXES, "*.txt beside pictures")
    sides = _sides(source)
    return Labels(total, (_picture(path, source, sides) for path in files if path.name != _SPLIT))


def _picture(path: Path, root: Path, sides: dict[str, str]) -> Labelled | Rejected:
    where = path.relative_to(root).as_posix()
    try:
        picture = picture_beside(path)
        pairs = read_pairs(path)
        if "plate" not in pairs:
            raise BrokenRow(BROKEN, "has no plate:")
        region, lines = pairs.get("layout", ""), lines_of(pairs)
        plate = Plate(pairs["plate"], corners_of(pairs), False, True, region, lines)
    except BrokenRow as error:
        return error.rejected(where, path.stem)
    side = sides.get(picture.relative_to(root).as_posix()) or sides.get(picture.name, "")
    return Labelled(picture, (plate,), where, side)


def _sides(root: Path) -> dict[str, str]:
    """Return the sides of split.txt, `path;training|validation|testing`, by path and by name."""
    path = root / _SPLIT
    if not path.is_file():
        return {}
    try:
        lines = [line.rpartition(";") for line in read_text(path).splitlines() if line.strip()]
    except (ValueError, OSError) as error:
        raise UserError(f"{path} {error}; correct or remove it") from error
    sides = {}
    for name, _, side in lines:
        plain = name.strip().removeprefix("./")
        sides[plain] = sides[Path(plain).name] = split_of((side.strip(),))
    return sides


FORMAT = LabelFormat("RodoSol-ALPR: key: value beside the pictures, split.txt", read)
