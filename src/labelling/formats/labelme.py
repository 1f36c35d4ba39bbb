"""LabelMe: a JSON beside each picture, with shapes whose label is often the text."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from ..beside import Beside
from ..classes import role
from ..corners import between, four_corners, points_of
from ..documents import listing, mapping, number, read_document, words
from ..find import Pictures, label_file_or_files, split_of
from ..one_by_one import each_file
from ..record import (
    BROKEN,
    Asked,
    BrokenRow,
    Labelled,
    Labels,
    Plate,
)
from .base import LabelFormat

_SUFFIXES = frozenset({".json"})
_SHAPES = ("polygon", "rectangle")


def read(source: Path, asked: Asked) -> Labels:
    """Return the pictures of a folder, or of one file. A text stands in the label or in the description."""
    total, files = label_file_or_files(source, _SUFFIXES, "*.json beside pictures")
    root = source if source.is_dir() else source.parent
    find = partial(_find, Beside(asked.pictures), Pictures(*filter(None, (asked.pictures, root))))
    return Labels(total, each_file(files, root, partial(_picture, root, find, asked)))


def _picture(
    root: Path,
    find: Callable[[Path, dict[str, Any]], Path],
    asked: Asked,
    path: Path,
    where: str,
) -> Labelled:
    content = read_document(path)
    if "shapes" not in content:
        raise BrokenRow(BROKEN, "holds no shapes")
    picture = find(path, content)
    shapes = listing(content["shapes"])
    size = None
    if content.get("imageWidth") and content.get("imageHeight"):
        size = int(number(content["imageWidth"])), int(number(content["imageHeight"]))
    plates, others, faults = [], [], []
    for place, entry in enumerate(shapes, start=1):
        try:
            shape = mapping(entry)
            label = str(shape.get("label") or "")
            kind = role(label, asked)
            if kind == "other":
                others.append(label)
                continue
            plate = _plate(shape, label if kind == "text" else "", asked)
            plates.append(plate.at(f"{where}, shape {place}"))
        except BrokenRow as error:
            faults.append(error.rejected(f"{where}, shape {place}", path.stem))
    split = split_of(path.relative_to(root).parts[:-1])
    return Labelled(picture, tuple(plates), where, split, size, tuple(others), tuple(faults))


def _find(beside: Beside, pictures: Pictures, path: Path, content: dict[str, Any]) -> Path:
    try:
        return beside.find(path)
    except BrokenRow:
        named = str(content.get("imagePath") or "").replace("\\", "/")
        return pictures.find((path.parent / named).as_posix() if named else "")


def _plate(shape: dict[str, Any], text: str, asked: Asked) -> Plate:
    kind = str(shape.get("shape_type") or "polygon")
    if kind not in _SHAPES:
        raise BrokenRow(BROKEN, f"a {kind} is no plate; draw a polygon or a rectangle")
    points = points_of(shape.get("points"))
    corners = between(*points[0], *points[1]) if len(points) == 2 else four_corners(points)
    fields = shape.get("flags") if asked.text and asked.text not in shape else shape
    said = fields.get(asked.text or "description") if isinstance(fields, dict) else ""
    own = asked.given_order and len(points) == 4
    return Plate(text or words(said), corners, own_order=own)


FORMAT = LabelFormat("LabelMe: a JSON beside each picture", read)
