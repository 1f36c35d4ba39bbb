"""UFPR-ALPR: a text file beside each picture, which are frames of tracks."""

from functools import partial
from pathlib import Path

from ..beside import Beside
from ..find import label_files, split_of
from ..key_values import corners_of, lines_of, read_pairs
from ..one_by_one import each_file
from ..record import BROKEN, Asked, BrokenRow, Labelled, Labels, Plate
from .base import LabelFormat

_SUFFIXES = frozenset({".txt"})


def read(source: Path, asked: Asked) -> Labels:
    """Return the pictures of a folder. A track's frames, in a folder of their own, are one group."""
    total, files = label_files(source, _SUFFIXES, "*.txt beside pictures")
    return Labels(
        total, each_file(files, source, partial(_picture, source, Beside(asked.pictures), asked))
    )


def _picture(root: Path, beside: Beside, asked: Asked, path: Path, where: str) -> Labelled:
    picture = beside.find(path)
    pairs = read_pairs(path)
    if "plate" not in pairs:
        raise BrokenRow(BROKEN, "has no plate:")
    track = path.parent.name if path.parent != root else ""
    group = f"{asked.name}:{track}" if track else ""
    plate = Plate(pairs["plate"], corners_of(pairs), False, True, "", lines_of(pairs), group)
    return Labelled(picture, (plate,), where, split_of(path.relative_to(root).parts[:-1]))


FORMAT = LabelFormat("UFPR-ALPR: key: value beside the pictures, in tracks", read)
