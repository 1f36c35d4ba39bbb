"""Writing Label Studio's tasks, with the interface that they are for."""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from ..datasets.decode import picture_size
from .find import is_address
from .formats.base import Export
from .record import Labelled

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
OWN = "clockwise from the plate's own top left"
"""Of a task's data: what export says of the order of its corners."""


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
    """Return a task's data: the picture's address and split.

    url: what the address begins with. A path is left as it is, in an address some characters stand for others.
    """
    name = quote(picture.name) if is_address(url) else picture.name
    return {"image": f"{url}{name}", "split": picture.split, "corners": OWN}


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
