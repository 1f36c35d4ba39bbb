"""Label Studio's JSON: tasks with rectangles or polygons in percent, and texts in a field of the same region."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...common.errors import UserError
from ..classes import role
from ..corners import four_corners, points_of, turned_box
from ..documents import listing, mapping, number, read_items, words
from ..find import Pictures
from ..labelstudio_write import OWN, write
from ..one_by_one import usable
from ..record import (
    BROKEN,
    NOT_CORRECTED,
    Asked,
    BrokenRow,
    Labelled,
    Labels,
    Plate,
    Rejected,
)
from .base import LabelFormat

_FIELDS = ("region", "lines", "group")
# What is drawn in other ways than a plate is: a picture with it is not one without plates.
_DRAWN = ("brush", "ellipse", "keypoint", "vector", "bitmask")


def read(source: Path, asked: Asked) -> Labels:
    """Return the tasks of a JSON file, or of those in a folder, that somebody has labelled."""
    files = sorted(source.glob("*.json")) if source.is_dir() else [source]
    if not files:
        raise UserError(f"{source}: holds no JSON of Label Studio's; export the project as JSON")
    folder = files[0].parent
    pictures = Pictures(*filter(None, (asked.pictures, folder)))
    total = sum(1 for _ in _tasks(files))
    records = (
        usable(where, "", _task, task, where, pictures, asked) for where, task in _tasks(files)
    )
    return Labels(total, records)


def _tasks(files: list[Path]) -> Iterator[tuple[str, Any]]:
    for path in files:
        try:
            for place, (key, task) in enumerate(read_items(path), start=1):
                if key:
                    raise ValueError("is no list of tasks")
                yield f"{path.name}:{place}", task
        except (ValueError, OSError) as error:
            raise UserError(f"{path} {error}; export the project as JSON") from error


def _task(content: Any, where: str, pictures: Pictures, asked: Asked) -> Labelled | Rejected:
    name = ""
    try:
        task = mapping(content)
        data = mapping(task.get("data"))
        written = data.get("image") or next((v for v in data.values() if isinstance(v, str)), "")
        name = str(written)
        picture = pictures.find(name)
        done = [
            mapping(one)
            for one in listing(task.get("annotations") or task.get("completions"))
            if not mapping(one).get("was_cancelled")
        ]
        if not done:
            raise BrokenRow(NOT_CORRECTED, "nobody has labelled this task, or it was skipped")
        result = listing(done[-1].get("result"))
    except BrokenRow as error:
        return error.rejected(where, name)
    own = data.get("corners") == OWN or asked.given_order
    plates, others, whole = [], [], None
    texts, damaged = _texts(result)
    faults = []
    for place, entry in enumerate(result, start=1):
        here = f"{where}, region {place}"
        try:
            item = mapping(entry)
            value = mapping(item.get("value", {}))
            labels = _labels(item, value)
            if labels is None:
                continue
            label = str((labels or ["plate"])[0])
            kind = role(label, asked)
            if kind == "other":
                others.append(label)
                continue
            if broken := damaged.pop(str(item.get("id")), None):
                raise broken
            fields = texts.pop(str(item.get("id")), {})
            text = label if kind == "text" else _text(fields, asked)
            whole = _size(item) or whole
            extra = [fields.get(key, "") for key in _FIELDS]
            plates.append(Plate(text, _corners(item, value), True, own, *extra).at(here))
        except BrokenRow as error:
            faults.append(error.rejected(here, name))
    faults += [error.rejected(where, name) for error in damaged.values()]
    if not faults:
        plates = _with_texts_of_the_picture(plates, texts, asked)
    split = str(data.get("split") or "")
    return Labelled(picture, tuple(plates), where, split, whole, tuple(others), tuple(faults))


def _labels(item: dict[str, Any], value: dict[str, Any]) -> list[Any] | None:
    """Return the labels of a region that is drawn in the picture, mostly one; None for what is none, such as a text.

    Raises BrokenRow where they are no list.
    """
    labels = next((value[key] for key in value if key.endswith("labels") and value[key]), None)
    kind = str(item.get("type") or "")
    is_shape = "points" in value or "width" in value
    if labels is None and (kind in ("textarea", "choices") or not (is_shape or kind in _DRAWN)):
        return None
    return listing(labels)


def _with_texts_of_the_picture(
    plates: list[Plate], texts: dict[str, dict[str, str]], asked: Asked
) -> list[Plate]:
    """Return the plates with texts that belong to no region: of the one plate there is, or of some without a place."""
    alone = [fields for fields in texts.values() if _text(fields, asked)]
    if len(plates) == len(alone) == 1 and not plates[0].text:
        return [replace(plates[0], text=_text(alone[0], asked))]
    return plates + [
        Plate(_text(fields, asked), None, False, False, *[fields.get(key, "") for key in _FIELDS])
        for fields in alone
    ]


def _texts(
    result: list[Any],
) -> tuple[dict[str, dict[str, str]], dict[str, BrokenRow]]:
    """Return the fields that people have filled in, by the region's id, and what is wrong with others, by it too.

    Fields of no region have ids of their own.
    """
    found: dict[str, dict[str, str]] = {}
    damaged: dict[str, BrokenRow] = {}
    for item in result:
        value = item.get("value") if isinstance(item, dict) else None
        written = value.get("text") if isinstance(value, dict) else None
        if written is None:
            continue
        lines = written if isinstance(written, list) else [written]
        fields = found.setdefault(str(item.get("id")), {})
        try:
            text = "".join(words(line) for line in lines).strip()
        except BrokenRow as error:
            damaged[str(item.get("id"))] = error
            continue
        fields[str(item.get("from_name") or "text")] = text
    return found, damaged


def _text(fields: dict[str, str], asked: Asked) -> str:
    if asked.text:
        return fields.get(asked.text, "")
    if "text" in fields:
        return fields["text"]
    return next((text for key, text in fields.items() if key not in _FIELDS), "")


def _size(item: dict[str, Any]) -> tuple[int, int] | None:
    width, height = item.get("original_width"), item.get("original_height")
    return (int(number(width)), int(number(height))) if width and height else None


def _corners(item: dict[str, Any], value: dict[str, Any]) -> tuple[tuple[float, float], ...]:
    """Return the corners in shares: turned in pixels, about the top left, as Label Studio does."""
    if "points" in value:
        return tuple((x / 100, y / 100) for x, y in four_corners(points_of(value["points"])))
    if "height" not in value:
        kind = str(item.get("type") or "region")[:40].removesuffix("labels")
        raise BrokenRow(BROKEN, f"{kind!r} is no shape of a plate; draw a polygon or a rectangle")
    x, y, width, height = (number(value.get(key)) for key in ("x", "y", "width", "height"))
    turned = number(value.get("rotation") or 0)
    size = _size(item)
    if turned and size is None:
        raise BrokenRow(BROKEN, "a turned rectangle needs original_width and original_height")
    across, down = size or (100, 100)
    sides = (across / 100, down / 100)
    corners = turned_box(x * sides[0], y * sides[1], width * sides[0], height * sides[1], turned)
    return tuple((px / across, py / down) for px, py in corners)


FORMAT = LabelFormat("Label Studio's JSON", read, write, without_corners=True)
