"""TAO's LPRNet: images/ that show one plate each, labels/ with a text each, characters_list.txt."""

from functools import partial
from pathlib import Path

from ...datasets.plate_texts import clean_text
from ..beside import Beside
from ..documents import read_lines, read_text
from ..find import label_files, split_of
from ..one_by_one import each_file
from ..record import BAD_TEXT, Asked, BrokenRow, Labelled, Labels, Plate
from .base import LabelFormat
from .fast_plate_ocr import WHOLE

_CHARACTERS = "characters_list.txt"
_SUFFIXES = frozenset({".txt"})


def read(source: Path, asked: Asked) -> Labels:
    """Return the pictures of a folder. Texts have the characters of the list, where there is one."""
    total, files = label_files(source, _SUFFIXES, "labels/*.txt")
    alphabet = _alphabet(source)
    labels = (path for path in files if not path.name.endswith("_list.txt"))
    return Labels(
        total,
        each_file(labels, source, partial(_picture, source, Beside(asked.pictures), alphabet)),
    )


def _picture(
    root: Path, beside: Beside, alphabet: frozenset[str], path: Path, where: str
) -> Labelled:
    picture = beside.find(path)
    text = read_text(path).strip()
    foreign = "".join(sorted(set(clean_text(text)) - alphabet)) if alphabet else ""
    if foreign:
        raise BrokenRow(BAD_TEXT, f"text {text!r} has what {_CHARACTERS} has not: {foreign}")
    plate = Plate(text, WHOLE, shares=True, own_order=True)
    return Labelled(picture, (plate,), where, split_of(path.relative_to(root).parts[:-1]))


def _alphabet(root: Path) -> frozenset[str]:
    found = sorted(root.rglob("*characters_list.txt"))
    lines = [line.strip().upper() for path in found for line in read_lines(path)]
    return frozenset(line for line in lines if line)


FORMAT = LabelFormat("TAO's LPRNet: images/, labels/ and characters_list.txt", read)
