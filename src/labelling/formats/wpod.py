"""WPOD (alpr-unconstrained): a text file beside each picture: `4,` four x, four y, a label, in shares of the size."""

from functools import partial
from pathlib import Path

from ..beside import Beside
from ..classes import role
from ..documents import number, read_text
from ..find import label_files, split_of
from ..one_by_one import each_file
from ..record import BROKEN, Asked, BrokenRow, Labelled, Labels, Plate
from .base import LabelFormat

_SUFFIXES = frozenset({".txt"})


def read(source: Path, asked: Asked) -> Labels:
    """Return the pictures of a folder."""
    total, files = label_files(source, _SUFFIXES, "*.txt beside pictures")
    return Labels(
        total, each_file(files, source, partial(_picture, source, Beside(asked.pictures), asked))
    )


def _picture(root: Path, beside: Beside, asked: Asked, path: Path, where: str) -> Labelled:
    picture = beside.find(path)
    plates, faults = [], []
    for place, line in enumerate(read_text(path).splitlines(), start=1):
        if line.strip():
            try:
                plates.append(_plate(line.strip().split(","), asked).at(f"{where}:{place}"))
            except BrokenRow as error:
                faults.append(error.rejected(f"{where}:{place}", path.stem))
    split = split_of(path.relative_to(root).parts[:-1])
    return Labelled(picture, tuple(plates), where, split, faults=tuple(faults))


def _plate(cells: list[str], asked: Asked) -> Plate:
    if len(cells) < 10 or cells[0] != "4":
        raise BrokenRow(BROKEN, "is not 4, four x, four y, label")
    values = [number(cell) for cell in cells[1:9]]
    label = cells[9]
    text = label if role(label, asked) == "text" else ""
    # First all x, then all y.
    corners = tuple(zip(values[:4], values[4:], strict=True))
    return Plate(text, corners, shares=True, own_order=asked.given_order)


FORMAT = LabelFormat("WPOD (alpr-unconstrained): four x, four y, label, in shares", read)
