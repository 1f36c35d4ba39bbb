"""One JSON a picture, in four channels, as SageMaker's object detection takes them: train, validation, their labels."""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from ...datasets.decode import picture_size
from ...reading.sources import PICTURES
from ..classes import plate_classes
from ..corners import box
from ..documents import listing, mapping, number, numbers, read_document, words
from ..find import count, split_of, walk
from ..one_by_one import usable
from ..record import (
    BROKEN,
    Asked,
    BrokenRow,
    Labelled,
    Labels,
    Plate,
    Point,
    Rejected,
    nothing_found,
)
from .base import Export, LabelFormat

_CHANNELS = {"train": "train", "val": "validation", "test": "test"}
_LABELS = "_annotation"
CLASSES = "classes.json"
"""The name of each class by its number, which count from 0 without a gap."""
_SUFFIXES = frozenset({".json"})


def read(source: Path, asked: Asked) -> Labels:
    """Return the pictures of a folder with such channels, or of one with pictures and JSON files beside each other.

    A picture of a channel that has no JSON has no plate. A third channel, test, is read too.
    """
    root = asked.pictures or source
    channels = [p for p in (root / name for name in _CHANNELS.values()) if p.is_dir()]
    labels = {one: source / f"{one.name}{_LABELS}" for one in channels} or {root: source}
    total = sum(count(one, PICTURES) for one in labels)
    if not any(count(one, _SUFFIXES) for one in labels.values()) or not total:
        raise nothing_found(source, "pictures with a JSON each")
    names = _classes(source, labels.values())
    classes = plate_classes(names, asked)
    return Labels(total, _pictures(labels, classes, names, bool(channels), asked))


def _pictures(
    labels: dict[Path, Path],
    classes: frozenset[int],
    names: dict[int, str],
    channels: bool,
    asked: Asked,
) -> Iterator[Labelled | Rejected]:
    for pictures, folder in labels.items():
        side = split_of((pictures.name,)) if channels else ""
        for path in walk(pictures, PICTURES):
            label = (folder / path.relative_to(pictures)).with_suffix(".json")
            if not os.path.lexists(label):
                yield Labelled(path, (), f"{pictures.name}/{path.name}", side)
                continue
            yield usable(label.name, path.name, _picture, path, label, side, classes, names, asked)


def _picture(
    path: Path,
    label: Path,
    side: str,
    classes: frozenset[int],
    names: dict[int, str],
    asked: Asked,
) -> Labelled:
    content = read_document(label)
    plates, others, faults = [], [], []
    for place, entry in enumerate(listing(content.get("annotations")), start=1):
        where = f"{label.name}, annotation {place}"
        try:
            thing = mapping(entry)
            kind = int(number(thing.get("class_id")))
            if kind not in classes:
                others.append(names.get(kind, str(kind)))
                continue
            plates.append(_plate(thing, asked).at(where))
        except BrokenRow as error:
            faults.append(error.rejected(where, path.name))
    sizes = listing(content.get("image_size"))
    size = None
    if sizes:
        given = mapping(sizes[0])
        size = int(number(given.get("width"))), int(number(given.get("height")))
    said = content.get("split")
    split = said if isinstance(said, str) else side
    return Labelled(path, tuple(plates), label.name, split, size, tuple(others), tuple(faults))


def _plate(thing: dict[str, Any], asked: Asked) -> Plate:
    text = words(thing.get(asked.text or "text"))
    extra = [words(thing.get(key)) for key in ("region", "lines", "group")]
    corners: tuple[Point, ...]
    if points := numbers(listing(thing.get("corners"))):
        if len(points) != 8:
            raise BrokenRow(BROKEN, f"has {len(points)} of 8 values of corners")
        corners = tuple(zip(points[::2], points[1::2], strict=True))
        return Plate(text, corners, False, True, *extra)
    sides = (number(thing.get(key)) for key in ("left", "top", "width", "height"))
    return Plate(text, box(*sides), False, False, *extra)


def _classes(source: Path, folders: Iterable[Path]) -> dict[int, str]:
    """Return the names of the classes in use, by the number that annotations have.

    Annotations count from 0. The categories beside them may keep the numbers of another set, with gaps: then they come
    in the order of the annotations, one each, and the first annotation of a class says what it is.
    """
    names: dict[int, str] = {}
    used: set[int] = set()
    for folder in folders:
        for path in walk(folder, _SUFFIXES):
            if path == source / CLASSES:
                continue
            try:
                content = read_document(path)
                things = [mapping(one) for one in listing(content.get("annotations"))]
                kinds = [int(number(thing.get("class_id"))) for thing in things]
                listed = [mapping(one) for one in listing(content.get("categories"))]
                pairs = [(int(number(one.get("class_id"))), str(one.get("name"))) for one in listed]
            except (ValueError, OSError):
                continue  # it is named when the pictures are read
            used |= set(kinds)
            known = dict(pairs)
            if set(kinds) - set(known) and len(pairs) == len(kinds):
                known = dict(zip(kinds, (name for _, name in pairs), strict=True))
            for kind in kinds:
                if kind in known:
                    names.setdefault(kind, known[kind])
    return {kind: names.get(kind, str(kind)) for kind in used}


def write(pictures: Iterable[Labelled], export: Export) -> None:
    """Write the channels, and `CLASSES`. Texts and corners stand beside the boxes, where readers of boxes skip them."""
    classes = [{"class_id": 0, "name": "plate"}]
    for picture in pictures:
        channel = _CHANNELS[picture.split or "test"]
        name = PurePosixPath(picture.name.removeprefix("images/"))
        export.place(picture, f"{channel}/{name}")
        label = export.folder / f"{channel}{_LABELS}" / name.with_suffix(".json")
        if not picture.plates and picture.split:
            continue  # a picture without annotations has no file
        width, height = picture.size or picture_size(picture.picture)
        content = {
            "file": name.as_posix(),
            "image_size": [{"width": width, "height": height, "depth": 3}],
            "annotations": [_annotation(plate) for plate in picture.plates],
            "categories": classes if picture.plates else [],
            "split": picture.split,
        }
        label.parent.mkdir(parents=True, exist_ok=True)
        label.write_text(json.dumps(content, ensure_ascii=False, allow_nan=False), encoding="utf-8")
    for channel in ("train", "validation"):
        for folder in (channel, f"{channel}{_LABELS}"):
            (export.folder / folder).mkdir(exist_ok=True)
    (export.folder / CLASSES).write_text(json.dumps(classes), encoding="utf-8")


def _annotation(plate: Plate) -> dict[str, Any]:
    """Return a plate's box, in whole pixels around it, its corners and its text."""
    corners = plate.corners or ()
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    left, top = int(min(xs)), int(min(ys))
    fields = {
        "text": plate.text,
        "region": plate.region,
        "lines": plate.lines,
        "group": plate.group,
    }
    return {
        "class_id": 0,
        "left": left,
        "top": top,
        "width": max(1, round(max(xs)) - left),
        "height": max(1, round(max(ys)) - top),
        "corners": [value for point in corners for value in point],
        **{key: value for key, value in fields.items() if value},
    }


FORMAT = LabelFormat(
    "one JSON a picture, in the channels of SageMaker's object detection", read, write
)
