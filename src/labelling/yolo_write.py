"""Writing YOLO's layout, with the texts beside it."""

import csv
from collections.abc import Iterable
from pathlib import PurePosixPath

from ..datasets.decode import picture_size
from .formats.base import Export
from .record import Labelled, Plate

TEXTS = "texts.csv"
"""What YOLO's labels cannot hold: text, group, region and lines of each line; and the split of each picture."""
FIELDS = ("plate_text", "split", "group", "region", "lines")
"""Its columns behind those that say which line of which label file a row is about."""


def write(pictures: Iterable[Labelled], export: Export) -> None:
    """Write data.yaml, images/, labels/ and `TEXTS`."""
    with (export.folder / TEXTS).open("w", encoding="utf-8", newline="") as file:
        texts = csv.writer(file)
        texts.writerow(("label", "line", *FIELDS))
        for picture in pictures:
            name = PurePosixPath(picture.name.removeprefix("images/"))
            side = picture.split or "test"
            export.place(picture, f"images/{side}/{name}")
            label = f"labels/{side}/{name.with_suffix('.txt')}"
            path = export.folder / label
            path.parent.mkdir(parents=True, exist_ok=True)
            size = picture.size or picture_size(picture.picture)
            lines = [_line(plate, size, export.shape) for plate in picture.plates]
            path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
            texts.writerow((label, 0, "", picture.split, "", "", ""))
            for number, plate in enumerate(picture.plates, start=1):
                optional = (plate.group, plate.region, plate.lines)
                texts.writerow((label, number, plate.text, picture.split, *optional))
    for side in ("train", "val", "test"):
        (export.folder / "images" / side).mkdir(parents=True, exist_ok=True)
    points = "kpt_shape: [4, 2]\nflip_idx: [1, 0, 3, 2]\n" if export.shape == "pose" else ""
    (export.folder / "data.yaml").write_text(
        "# Made by python3 -m src.photos export; the corners run from the plate's own top left, clockwise.\n"
        "path: .\ntrain: images/train\nval: images/val\ntest: images/test\n"
        f"{points}names:\n  0: plate\n",
        encoding="utf-8",
    )


def _line(plate: Plate, size: tuple[int, int], shape: str) -> str:
    width, height = size
    points = [(x / width, y / height) for x, y in plate.corners or ()]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    middle = ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
    box = [*middle, max(xs) - min(xs), max(ys) - min(ys)]
    flat = [value for point in points for value in point]
    values = {"obb": flat, "box": box, "pose": [*box, *flat]}[shape]
    return " ".join(["0", *(f"{value:.9g}" for value in values)])
