"""YOLO: a text file for each picture, with boxes, turned boxes, polygons or key points in shares of its sides."""

import csv
import marshal
from pathlib import Path

from ...common.errors import UserError
from ...reading.sources import PICTURES
from ..classes import plate_classes
from ..corners import box, four_corners, pairs
from ..documents import number, open_text, read_text
from ..find import copies_of, count, walk
from ..one_by_one import rejected, usable
from ..record import BROKEN, Asked, BrokenRow, Labelled, Labels, Plate, Rejected, nothing_found
from ..yolo_data import Data, class_names, read_data
from ..yolo_write import FIELDS, TEXTS, write
from .base import LabelFormat


def read(source: Path, asked: Asked) -> Labels:
    """Return the pictures of a folder in YOLO's layout, or of the one that a data.yaml lies in.

    A picture whose label file is empty or missing has no plate. Texts are those of `TEXTS`, where an export wrote it.
    """
    data = read_data(source)
    roots = [asked.pictures] if asked.pictures else data.roots
    labels = [path for root in data.roots for path in walk(root, frozenset({".txt"}))][:1]
    total = sum(count(root, PICTURES) for root in roots)
    if not labels or not total:
        raise nothing_found(source, "pictures with labels/*.txt")
    names = data.names or class_names(data.roots)
    reader = _Reader(data, plate_classes(names, asked), names, asked, _Texts(data.roots[0]))
    pictures = (path for root in roots for path in walk(root, PICTURES))
    return Labels(total, (usable(path.name, path.name, reader.picture, path) for path in pictures))


class _Texts:
    """What an export has written of each line of a label file, by file and line; line 0 is the picture.

    Files and lines are known by hashes, and the rest is held as bytes: there may be hundreds of thousands.
    """

    def __init__(self, root: Path) -> None:
        self._packed: dict[int, bytes] = {}
        path = root / TEXTS
        if not path.is_file():
            return
        try:
            with open_text(path, newline="") as file:
                for row in csv.DictReader(file):
                    key = hash((row["label"], int(row["line"])))
                    self._packed[key] = marshal.dumps([row[name] or "" for name in FIELDS])
        except (ValueError, KeyError, TypeError, csv.Error) as error:
            raise UserError(f"{path} is damaged ({error}): export again, or remove it") from error

    def of(self, label: str, line: int) -> dict[str, str]:
        """Return `FIELDS` with what is written in them; nothing where nothing was written."""
        packed = self._packed.get(hash((label, line)))
        return {} if packed is None else dict(zip(FIELDS, marshal.loads(packed), strict=True))


class _Reader:
    def __init__(
        self,
        data: Data,
        plates: frozenset[int],
        names: dict[int, str],
        asked: Asked,
        texts: _Texts,
    ) -> None:
        self._data, self._plates, self._names, self._asked = data, plates, names, asked
        self._texts = texts
        self._folders: dict[Path, tuple[Path, str]] = {}

    def picture(self, path: Path) -> Labelled | Rejected:
        label, key = self._label(path)
        where = label.name
        try:
            lines = read_text(label).splitlines()
        except FileNotFoundError as error:
            if label.is_symlink():  # there are labels, and nobody can read them
                return rejected(error, where, path.name)
            lines = []
        except (ValueError, OSError) as error:
            return rejected(error, where, path.name)
        if self._texts.of(key, len(lines) + 1):
            why = f"has fewer lines than {TEXTS} has texts: nobody can tell whose they are"
            return Rejected(where, path.name, BROKEN, why)
        plates, others, faults = [], [], []
        for place, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                plate = self._plate(line.split(), self._texts.of(key, place), path.name)
            except BrokenRow as error:
                faults.append(error.rejected(f"{where}:{place}", path.name))
                continue
            if plate is None:
                others.append(self._names.get(int(line.split()[0]), line.split()[0]))
            else:
                plates.append(plate.at(f"{where}:{place}"))
        said = self._texts.of(key, 0).get("split")
        split = self._data.split(path) if said is None else said
        return Labelled(path, tuple(plates), where, split, None, tuple(others), tuple(faults))

    def _label(self, picture: Path) -> tuple[Path, str]:
        """Return the label file of a picture, and how `TEXTS` names it."""
        if picture.parent not in self._folders:
            self._folders[picture.parent] = self._labels_of(picture.parent)
        folder, key = self._folders[picture.parent]
        name = f"{picture.stem}.txt"
        return folder / name, f"{key}{name}"

    def _labels_of(self, pictures: Path) -> tuple[Path, str]:
        """Return the folder with the labels of a folder of pictures, and how `TEXTS` begins their names."""
        root, folder = self._data.roots[0], pictures
        parts = list(pictures.parts)
        places = [place for place, part in enumerate(parts) if part == "images"]
        if places:
            parts[places[-1]] = "labels"
            folder = Path(*parts)
        if self._asked.pictures and not folder.is_dir():
            below = pictures.relative_to(self._asked.pictures)
            folders = [root / "labels" / below for root in self._data.roots]
            folder = next((one for one in folders if one.is_dir()), folder)
        key = f"{folder.relative_to(root).as_posix()}/" if folder.is_relative_to(root) else ""
        return folder, key.removeprefix("./")

    def _plate(self, cells: list[str], text: dict[str, str], picture: str) -> Plate | None:
        """Return the plate of a line; None for a thing of another class."""
        if not cells[0].isdecimal() or len(cells[0]) > 9:
            raise BrokenRow(BROKEN, f"the class {cells[0][:20]!r} is no number that can be")
        if int(cells[0]) not in self._plates:
            return None
        values = [number(cell) for cell in cells[1:]]
        group = text.get("group", "")
        if not text and (copied := copies_of(picture)):
            group = f"{self._asked.name}:{copied}"
        return Plate(
            text.get("plate_text", ""),
            _corners(values, self._data.keypoints),
            True,
            bool(text) or self._asked.given_order,
            text.get("region", ""),
            text.get("lines", ""),
            group,
        )


def _corners(
    values: list[float], keypoints: tuple[int, int] | None
) -> tuple[tuple[float, float], ...]:
    """Return the corners, in shares, of a line's values behind the class."""
    if len(values) < 4:
        raise BrokenRow(BROKEN, f"has {len(values)} values behind the class; a box has 4")
    x, y, width, height = values[:4]
    whole = box(x - width / 2, y - height / 2, width, height) if width > 0 and height > 0 else None
    if len(values) == 4:
        return whole or box(x, y, width, height)
    points = _key_points(values, keypoints)
    if points is not None and whole is not None:
        return whole if len(points) != 4 else points
    if keypoints is not None or len(values) % 2:
        raise BrokenRow(
            BROKEN, f"has {len(values)} values behind the class; that is no box and no polygon"
        )
    return four_corners(pairs(values))


def _key_points(
    values: list[float], keypoints: tuple[int, int] | None
) -> tuple[tuple[float, float], ...] | None:
    """Return the key points that are labelled behind a box; None where the values are none.

    Where nobody says how many there are, they are four, and lie in their box: a polygon's points do not lie in the box
    that its first four values would be.
    """
    behind = values[4:]
    shapes = [keypoints] if keypoints else [(4, 2), (4, 3)]
    for number_of, size in shapes:
        if len(behind) != number_of * size:
            continue
        rows = [behind[i : i + size] for i in range(0, len(behind), size)]
        seen = tuple((row[0], row[1]) for row in rows if size == 2 or row[2] > 0)
        if keypoints or _within(seen, values[:4]):
            return seen
    return None


def _within(points: tuple[tuple[float, float], ...], around: list[float]) -> bool:
    x, y, width, height = around
    return all(
        abs(px - x) <= 0.55 * width + 1e-3 and abs(py - y) <= 0.55 * height + 1e-3
        for px, py in points
    )


FORMAT = LabelFormat("YOLO: boxes, turned boxes, polygons, key points; data.yaml", read, write)
