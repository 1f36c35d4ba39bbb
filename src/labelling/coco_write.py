"""Writing COCO, with corners and texts as attributes."""

import json
from collections.abc import Iterable
from typing import Any

from ..datasets.decode import picture_size
from .formats.base import Export
from .record import Labelled, Plate

TABLE = "annotations.json"
OWN = "clockwise from the plate's own top left"
"""Of the file's info: what export says of the order of corners."""


def write(pictures: Iterable[Labelled], export: Export) -> None:
    """Write `TABLE` and the pictures; corners stand as polygons and as key points, texts as attributes."""
    points = ["top left", "top right", "bottom right", "bottom left"]
    category = {"id": 1, "name": "plate", "keypoints": points}
    labels = export.folder / ".annotations"
    with (export.folder / TABLE).open("w", encoding="utf-8") as file:
        file.write(f'{{"info": {_json({"corners": OWN})},\n"categories": [{_json(category)}],\n')
        file.write('"images": [')
        comma = "\n"
        count = 0
        # Two lists grow at once, so one waits in a file of its own.
        with labels.open("w+", encoding="utf-8") as waiting:
            for number_of, picture in enumerate(pictures, start=1):
                export.place(picture, picture.name)
                width, height = picture.size or picture_size(picture.picture)
                image = {"id": number_of, "file_name": picture.name, "width": width}
                image |= {"height": height, "split": picture.split}
                file.write(f"{comma}{_json(image)}")
                comma = ",\n"
                for plate in picture.plates:
                    count += 1
                    label = {"id": count, "image_id": number_of, **_label(plate)}
                    waiting.write(f"{',' if count > 1 else ''}\n{_json(label)}")
            file.write('\n],\n"annotations": [')
            waiting.seek(0)
            file.writelines(waiting)
        file.write("\n]}\n")
    labels.unlink()


def _label(plate: Plate) -> dict[str, Any]:
    corners = plate.corners or ()
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    sides = (max(xs) - min(xs), max(ys) - min(ys))
    area = abs(sum(xs[i - 1] * ys[i] - xs[i] * ys[i - 1] for i in range(4))) / 2
    fields = {"text": plate.text, "region": plate.region, "lines": plate.lines}
    return {
        "category_id": 1,
        "bbox": [min(xs), min(ys), *sides],
        "area": area,
        "iscrowd": 0,
        "segmentation": [[value for point in corners for value in point]],
        "keypoints": [value for point in corners for value in (*point, 2)],
        "num_keypoints": 4,
        "attributes": {**fields, "group": plate.group},
    }


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, allow_nan=False)
