"""OpenALPR's benchmark: a text file with a line for each plate: file, x, y, width, height, text, between tabs."""

from pathlib import Path

from ..corners import box
from ..documents import number, read_text
from ..find import Pictures, label_file_or_files
from ..record import BROKEN, Asked, BrokenRow, Labelled, Labels, Plate, Rejected
from .base import LabelFormat

_SUFFIXES = frozenset({".txt"})


def read(source: Path, asked: Asked) -> Labels:
    """Return the pictures of a folder of such files, or of one file."""
    total, files = label_file_or_files(source, _SUFFIXES, "*.txt")
    return Labels(total, (one for path in files for one in _pictures(path, asked)))


def _pictures(path: Path, asked: Asked) -> list[Labelled | Rejected]:
    """Return the pictures that a file is about: commonly one."""
    try:
        lines = read_text(path).splitlines()
    except (ValueError, OSError) as error:
        return [Rejected(path.name, path.name, BROKEN, f"{path.name} {error}")]
    found: dict[str, tuple[list[Plate], list[Rejected]]] = {}
    for place, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        cells = line.rstrip("\n").split("\t")
        plates, faults = found.setdefault(cells[0].strip(), ([], []))
        try:
            if len(cells) != 6:
                raise BrokenRow(BROKEN, f"has {len(cells)} cells between tabs, not 6")
            x, y, width, height = (number(cell) for cell in cells[1:5])
            plate = Plate(cells[5], box(x, y, width, height), own_order=True)
            plates.append(plate.at(f"{path.name}:{place}"))
        except BrokenRow as error:
            faults.append(error.rejected(f"{path.name}:{place}", cells[0]))
    pictures = Pictures(*filter(None, (asked.pictures, path.parent)))
    labels: list[Labelled | Rejected] = []
    for name, (plates, faults) in found.items():
        try:
            picture = pictures.find(name)
        except BrokenRow as error:
            labels += [*faults, *(error.rejected(plate.where, name) for plate in plates)]
            continue
        labels.append(Labelled(picture, tuple(plates), path.name, faults=tuple(faults)))
    return labels


FORMAT = LabelFormat("OpenALPR's benchmark: boxes and texts between tabs", read)
