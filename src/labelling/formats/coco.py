"""COCO: one JSON with pictures, boxes, polygons and key points, whose texts are attributes."""

import marshal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...common.errors import UserError
from ..classes import plate_classes
from ..coco_write import OWN, write
from ..corners import box, four_corners, pairs
from ..documents import listing, mapping, number, numbers, read_items, words
from ..find import Pictures, copies_of, split_of
from ..one_by_one import rejected, usable
from ..record import BROKEN, CROWD, Asked, BrokenRow, Labelled, Labels, Plate, Point, Rejected
from .base import LabelFormat

_TWICE = "has the number (id) of another image: nobody can tell whose labels are whose"
# Where a plate's text may stand.
_TEXTS = ("text", "plate_text", "plate", "utf8_string", "caption", "transcription", "number")


@dataclass
class _File:
    """One file. images: by their numbers. labels: by the number of the picture, -1 for none. used: classes of labels.
    twice: numbers that several pictures have. broken: what cannot be told apart.

    Images and labels come in two lists, so all are held: as bytes, since objects would take many times the memory.
    """

    path: Path
    own_order: bool = False
    names: dict[int, str] = field(default_factory=dict)
    images: dict[int, bytes] = field(default_factory=dict)
    labels: dict[int, list[bytes]] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)
    twice: set[int] = field(default_factory=set)
    broken: list[Rejected] = field(default_factory=list)

    def add(self, key: str, value: Any) -> None:
        """Add one element of a list called ``key``; raises BrokenRow where it has no number."""
        if key == "info" and isinstance(value, dict):
            self.own_order = value.get("corners") == OWN
        elif key == "categories":
            category = mapping(value)
            self.names[_whole(category.get("id"))] = str(category.get("name", ""))
        elif key == "images":
            image = mapping(value)
            identity = _whole(image.get("id"))
            if identity in self.images:
                self.twice.add(identity)
                raise BrokenRow(BROKEN, _TWICE)
            self.images[identity] = marshal.dumps(image)
        elif key == "annotations":
            label = value if isinstance(value, dict) else {}
            owner = _whole_or_none(label.get("image_id"))
            self.labels.setdefault(-1 if owner is None else owner, []).append(marshal.dumps(value))
            category_of = _whole_or_none(label.get("category_id"))
            self.used |= set() if category_of is None else {category_of}


def _whole(value: object) -> int:
    """Return a number that counts or names; raises BrokenRow for anything else."""
    found = number(value)
    if not found.is_integer():
        raise BrokenRow(BROKEN, f"{str(value)[:40]!r} is no whole number")
    return int(found)


def _whole_or_none(value: object) -> int | None:
    try:
        return _whole(value)
    except BrokenRow:
        return None


def read(source: Path, asked: Asked) -> Labels:
    """Return the pictures of a file, or of all in a folder; of several, each one's name or folder tells its side."""
    paths = [source]
    if source.is_dir():
        paths = sorted(path for path in source.rglob("*.json") if not path.name.startswith("."))
        paths = [path for path in paths if _is_coco(path)]
    if not paths:
        raise UserError(f"{source}: holds no JSON with images and annotations; name the file")
    files = [_read(path) for path in paths]
    total = sum(len(one.images) for one in files)
    root = source if source.is_dir() else source.parent
    return Labels(total, (one for file in files for one in _pictures(file, root, asked)))


def _is_coco(path: Path) -> bool:
    try:
        return any(key == "images" for key, _ in read_items(path))
    except (ValueError, OSError):
        return False


def _read(path: Path) -> _File:
    file, places = _File(path), Counter[str]()
    try:
        for key, value in read_items(path):
            places[key] += 1
            try:
                file.add(key, value)
            except ValueError as error:
                name = value.get("file_name") if isinstance(value, dict) else ""
                where = f"{path.name}:{key} {places[key]}"
                file.broken.append(rejected(error, where, str(name or "")))
    except (ValueError, OSError) as error:
        raise UserError(f"{path} {error}; export the labels again as COCO") from error
    if not file.images:
        raise UserError(f"{path}: holds no images; export the labels again as COCO")
    return file


def _pictures(file: _File, root: Path, asked: Asked) -> Iterator[Labelled | Rejected]:
    yield from file.broken
    plates = plate_classes(_used(file), asked)
    pictures = Pictures(*filter(None, (asked.pictures, file.path.parent, root)))
    inner = file.path.relative_to(root).with_suffix("").parts
    for number_of, packed in file.images.items():
        where = f"{file.path.name}:image {number_of}"
        image = marshal.loads(packed)
        name = str(image.get("file_name") or "")
        found = [marshal.loads(label) for label in file.labels.pop(number_of, [])]
        if number_of in file.twice:
            yield from (Rejected(where, name, BROKEN, _TWICE) for _ in found or (None,))
            continue
        try:
            picture = pictures.find(name)
        except BrokenRow as error:
            yield from (error.rejected(where, name) for _ in found or (None,))
            continue
        said = image.get("split")
        split = said if isinstance(said, str) else split_of(inner)
        one = _One(file, picture, name, where, split)
        yield usable(where, name, _picture, one, image, found, plates, asked)
    for label in (marshal.loads(label) for labels in file.labels.values() for label in labels):
        place = label.get("id") if isinstance(label, dict) else "?"
        why = "is about an image that is not listed"
        yield Rejected(f"{file.path.name}:annotation {place}", "", BROKEN, why)


@dataclass(frozen=True)
class _One:
    file: _File
    path: Path
    name: str
    where: str
    split: str


def _picture(
    one: _One, image: dict[str, Any], found: list[Any], classes: frozenset[int], asked: Asked
) -> Labelled:
    plates, others, faults = [], [], []
    copied = copies_of(Path(one.name).name)
    for label in found:
        place = label.get("id") if isinstance(label, dict) else "?"
        where = f"{one.where}, annotation {place}"
        try:
            entry = mapping(label)
            category = _whole(entry.get("category_id", next(iter(classes))))
            if category not in classes:
                others.append(one.file.names.get(category, str(category)))
                continue
            group = f"{asked.name}:{copied}" if copied else ""
            own = one.file.own_order or asked.given_order
            plates.append(_plate(entry, group, own, asked).at(where))
        except BrokenRow as error:
            faults.append(error.rejected(where, one.name))
    width, height = image.get("width"), image.get("height")
    size = (width, height) if isinstance(width, int) and isinstance(height, int) else None
    return Labelled(
        one.path, tuple(plates), one.where, one.split, size, tuple(others), tuple(faults)
    )


def _plate(entry: dict[str, Any], group: str, own: bool, asked: Asked) -> Plate:
    if entry.get("iscrowd"):
        raise BrokenRow(CROWD, "is a crowd (iscrowd): an area of things that nobody told apart")
    attributes = entry.get("attributes")
    fields = {**entry, **(attributes if isinstance(attributes, dict) else {})}
    names = (asked.text,) if asked.text else _TEXTS
    text = next((str(fields[key]) for key in names if isinstance(fields.get(key), str | int)), "")
    region, lines, given = (words(fields.get(key)) for key in ("region", "lines", "group"))
    corners, ordered = _corners(entry)
    own_order = own and ordered
    return Plate(text, corners, False, own_order, region, lines, given or group)


def _corners(entry: dict[str, Any]) -> tuple[tuple[Point, ...], bool]:
    """Return the corners of the best there is: four key points, a polygon, a box; and whether they may be in order."""
    points = numbers(listing(entry.get("keypoints")))
    if len(points) == 12 and all(seen > 0 for seen in points[2::3]):
        return tuple(zip(points[::3], points[1::3], strict=True)), True
    polygons = entry.get("segmentation")
    # Of a crowd it is an object of run lengths; in pieces where something is before the plate.
    if isinstance(polygons, list) and polygons:
        values = [numbers(polygon) for polygon in polygons]
        flat = [value for polygon in values for value in polygon]
        if len(flat) >= 6:
            return four_corners(pairs(flat)), len(flat) == 8
    sides = numbers(entry.get("bbox"))
    if len(sides) != 4:
        raise BrokenRow(BROKEN, "has neither a bbox of 4 values nor a polygon")
    return box(*sides), False


def _used(file: _File) -> dict[int, str]:
    """Return the classes that labels have; where none is listed, by their numbers."""
    return {key: file.names.get(key, str(key)) for key in file.used} or file.names or {1: "plate"}


FORMAT = LabelFormat("COCO: boxes, polygons or key points, texts as attributes", read, write)
