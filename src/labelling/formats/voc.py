"""Pascal VOC: an XML file for each picture, with boxes."""

from functools import partial
from pathlib import Path
from xml.etree.ElementTree import Element

from ..beside import Beside
from ..classes import role
from ..corners import between
from ..documents import number, read_lines
from ..find import label_file_or_files, split_of
from ..one_by_one import each_file
from ..record import BROKEN, Asked, BrokenRow, Labelled, Labels, Plate
from ..xml_elements import read_elements
from .base import LabelFormat

_SUFFIXES = frozenset({".xml"})
_SIDES = ("xmin", "ymin", "xmax", "ymax")
# What labelImg, which counts pixels from 0, writes where VOC has the name of its set.
_FROM_ZERO = ("", "unknown", "unspecified")
_TEXTS = ("text", "plate_text", "plate", "number", "transcription")


def read(source: Path, asked: Asked) -> Labels:
    """Return the pictures of a folder of XML files, or of one. The name of an object may be the plate's text."""
    total, files = label_file_or_files(source, _SUFFIXES, "*.xml")
    root = source if source.is_dir() else source.parent
    sides = _sides(root)
    beside = Beside(asked.pictures)
    return Labels(total, each_file(files, root, partial(_picture, root, beside, sides, asked)))


def _picture(
    root: Path, beside: Beside, sides: dict[str, str], asked: Asked, path: Path, where: str
) -> Labelled:
    # By the XML's own name, for what it says inside is often that of another computer.
    picture = beside.find(path)
    annotation = next(read_elements(path, frozenset({"annotation"})), None)
    if annotation is None:
        raise BrokenRow(BROKEN, "holds no annotation")
    database = (annotation.findtext("source/database") or "").strip().casefold()
    first = 0 if database in _FROM_ZERO else 1
    plates, others, faults = [], [], []
    for place, thing in enumerate(annotation.findall("object"), start=1):
        name = (thing.findtext("name") or "").strip()
        kind = role(name, asked)
        if kind == "other":
            others.append(name)
            continue
        try:
            plate = _plate(thing, name if kind == "text" else "", first, asked)
            plates.append(plate.at(f"{where}, object {place}"))
        except BrokenRow as error:
            faults.append(error.rejected(f"{where}, object {place}", path.stem))
    side = sides.get(path.stem) or split_of(path.relative_to(root).parts[:-1])
    return Labelled(
        picture, tuple(plates), where, side, _size(annotation), tuple(others), tuple(faults)
    )


def _plate(thing: Element, text: str, first: int, asked: Asked) -> Plate:
    values = [number(thing.findtext(f"bndbox/{side}")) for side in _SIDES]
    # Of pixels that are counted from 1, the last one is in the box.
    x1, y1, x2, y2 = values[0] - first, values[1] - first, values[2], values[3]
    if values[2] <= values[0] or values[3] <= values[1]:
        raise BrokenRow(BROKEN, f"the box {values} has no area")
    fields = {element.tag: (element.text or "").strip() for element in thing}
    fields |= {
        (one.findtext("name") or "").strip(): (one.findtext("value") or "").strip()
        for one in thing.iter("attribute")
    }
    names = (asked.text,) if asked.text and asked.text != "label" else _TEXTS
    said = next((fields[key] for key in names if fields.get(key)), "")
    return Plate(text or said, between(x1, y1, x2, y2), region=fields.get("region", ""))


def _size(annotation: Element) -> tuple[int, int] | None:
    try:
        width = int(number(annotation.findtext("size/width")))
        return width, int(number(annotation.findtext("size/height")))
    except BrokenRow:
        return None


def _sides(root: Path) -> dict[str, str]:
    """Return the sides of ImageSets/Main/train.txt, val.txt and test.txt, by the stem of the picture."""
    sides: dict[str, str] = {}
    for folder in (root / "ImageSets/Main", root.parent / "ImageSets/Main"):
        for side in ("test", "val", "train"):
            path = folder / f"{side}.txt"
            if path.is_file():
                lines = read_lines(path)
                sides = {line.split()[0]: side for line in lines if line.strip()} | sides
    return sides


FORMAT = LabelFormat("Pascal VOC: an XML a picture, with boxes", read)
