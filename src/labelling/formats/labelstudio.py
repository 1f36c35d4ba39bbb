"""Label Studio's JSON: tasks with rectangles or polygons in percent, and texts in a field of the same region."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...common.errors import UserError
from ...datasets.decode import picture_size
from ..classes import role
from ..corners import four_corners, turned_box
from ..documents import listing, mapping, number, numbers, read_items, words
from ..find import Pictures
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
from .base import Export, LabelFormat

TASKS = "tasks.json"
CONFIG = """<View>
  <Image name="image" value="$image"/>
  <PolygonLabels name="plate" toName="image"><Label value="plate"/></PolygonLabels>
  <TextArea name="text" toName="image" editable="true" perRegion="true" required="false"/>
  <TextArea name="region" toName="image" editable="true" perRegion="true" required="false"/>
  <TextArea name="lines" toName="image" editable="true" perRegion="true" required="false"/>
  <TextArea name="group" toName="image" editable="true" perRegion="true" required="false"/>
</View>
"""
"""The interface that the tasks are for; it goes into a project's settings."""
_OWN = "clockwise from the plate's own top left"
_FIELDS = ("region", "lines", "group")


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
        result = [mapping(item) for item in listing(done[-1].get("result"))]
    except BrokenRow as error:
        return error.rejected(where, name)
    own = data.get("corners") == _OWN or asked.given_order
    plates, others, faults, whole = [], [], [], None
    texts = _texts(result)
    for item in result:
        try:
            value = mapping(item.get("value", {}))
            labels = (
                value.get("rectanglelabels") or value.get("polygonlabels") or value.get("labels")
            )
            is_shape = "points" in value or "width" in value
            if not is_shape or (labels is None and item.get("type") in ("textarea", "choices")):
                continue
            label = str((listing(labels) or ["plate"])[0])
            kind = role(label, asked)
            if kind == "other":
                others.append(label)
                continue
            fields = texts.pop(str(item.get("id")), {})
            text = label if kind == "text" else _text(fields, asked)
            whole = _size(item) or whole
            extra = [fields.get(key, "") for key in _FIELDS]
            plates.append(Plate(text, _corners(item, value), True, own, *extra))
        except BrokenRow as error:
            faults.append(error.rejected(where, name))
    if not faults:
        plates = _with_texts_of_the_picture(plates, texts, asked)
    split = str(data.get("split") or "")
    return Labelled(picture, tuple(plates), where, split, whole, tuple(others), tuple(faults))


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


def _texts(result: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Return the fields that people have filled in, by the region's id; those of no region have ids of their own."""
    found: dict[str, dict[str, str]] = {}
    for item in result:
        value = item.get("value") or {}
        written = value.get("text") if isinstance(value, dict) else None
        if written is None:
            continue
        lines = written if isinstance(written, list) else [written]
        fields = found.setdefault(str(item.get("id")), {})
        fields[str(item.get("from_name") or "text")] = "".join(
            words(line) for line in lines
        ).strip()
    return found


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
        points = [numbers(point) for point in listing(value["points"])]
        if any(len(point) != 2 for point in points):
            raise BrokenRow(BROKEN, "has points that are not x and y")
        return tuple((x / 100, y / 100) for x, y in four_corners([(p[0], p[1]) for p in points]))
    x, y, width, height = (number(value.get(key)) for key in ("x", "y", "width", "height"))
    turned = number(value.get("rotation") or 0)
    size = _size(item)
    if turned and size is None:
        raise BrokenRow(BROKEN, "a turned rectangle needs original_width and original_height")
    across, down = size or (100, 100)
    sides = (across / 100, down / 100)
    corners = turned_box(x * sides[0], y * sides[1], width * sides[0], height * sides[1], turned)
    return tuple((px / across, py / down) for px, py in corners)


def write(pictures: Iterable[Labelled], export: Export) -> None:
    """Write the tasks with what is labelled, the interface for them, and the pictures."""
    (export.folder / "config.xml").write_text(CONFIG, encoding="utf-8")
    with (export.folder / TASKS).open("w", encoding="utf-8") as file:
        comma = "["
        for picture in pictures:
            export.place(picture, picture.name)
            done = {"annotations": [{"result": results(picture)}]}
            content = {"data": task_data(picture, export.url), **done}
            file.write(f"{comma}\n{json.dumps(content, ensure_ascii=False, allow_nan=False)}")
            comma = ","
        file.write("\n]\n")


def task_data(picture: Labelled, url: str) -> dict[str, str]:
    """Return a task's data: the picture's address and split."""
    return {"image": f"{url}{picture.name}", "split": picture.split, "corners": _OWN}


def results(picture: Labelled) -> list[dict[str, Any]]:
    """Return regions and their fields, as annotations and predictions hold them."""
    width, height = picture.size or picture_size(picture.picture)
    found: list[dict[str, Any]] = []
    for place, plate in enumerate(picture.plates, start=1):
        common: dict[str, Any] = {
            "original_width": width,
            "original_height": height,
            "image_rotation": 0,
        }
        common |= {"id": f"plate{place}", "to_name": "image"}
        shape: dict[str, Any] = {}
        if plate.corners is not None:
            points = [[100 * x / width, 100 * y / height] for x, y in plate.corners]
            shape = {"points": points, "closed": True}
            value = {**shape, "polygonlabels": ["plate"]}
            found.append({**common, "type": "polygonlabels", "from_name": "plate", "value": value})
        fields = {
            "text": plate.text,
            "region": plate.region,
            "lines": plate.lines,
            "group": plate.group,
        }
        for name, text in fields.items():
            if text:
                value = {**shape, "text": [text]}
                found.append({**common, "type": "textarea", "from_name": name, "value": value})
    return found


FORMAT = LabelFormat("Label Studio's JSON", read, write, without_corners=True)
