"""YOLO's data.yaml: classes, key points, and which pictures are on which side of a split."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..common.errors import UserError
from .documents import open_text, read_lines, read_yaml
from .find import is_dir, is_file, split_of, walk

_SIDES = {"train": "train", "val": "val", "valid": "val", "test": "test"}


@dataclass(frozen=True)
class Data:
    """What is known of a set before its labels are read.

    roots: folders below which its labels and pictures are. names: classes by number, empty where nobody says.
    keypoints: how many of how many values. folders: sides of the split by folder, and of those that were asked for.
    files: sides by the names of pictures.
    """

    roots: list[Path]
    names: dict[int, str] = field(default_factory=dict)
    keypoints: tuple[int, int] | None = None
    folders: dict[Path, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def split(self, picture: Path) -> str:
        """Return the side that a picture is on, "" where nobody says."""
        side = self._side(picture.parent)
        return self.files.get(picture.name, side) if self.files else side

    def _side(self, folder: Path) -> str:
        if folder not in self.folders:
            above = next((one for one in folder.parents if one in self.folders), None)
            root = next((root for root in self.roots if folder.is_relative_to(root)), None)
            told = split_of(folder.relative_to(root).parts) if root else ""
            self.folders[folder] = told if above is None else self.folders[above]
        return self.folders[folder]


def read_data(source: Path) -> Data:
    """Return what a data.yaml says, or of the one in a folder; where there is none, nothing but the folder.

    Raises UserError where it cannot be read.
    """
    if source.is_dir():
        found = [p for p in sorted((*source.glob("*.yaml"), *source.glob("*.yml"))) if _is_data(p)]
        if not found:
            return Data([source])
        source = found[0]
    try:
        content = read_yaml(source)
        names = _names(content.get("names"))
        keypoints = _keypoints(content.get("kpt_shape"))
    except (ValueError, TypeError, OverflowError, OSError) as error:
        raise UserError(f"{source} {error}; correct it, or name the folder of labels") from error
    here = source.parent
    said = here / str(content.get("path") or ".")
    base = said if is_dir(said) else here
    roots = [here] if base.resolve().is_relative_to(here.resolve()) else [base, here]
    data = Data(roots, names, keypoints)
    for key, side in _SIDES.items():
        values = content.get(key)
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, str) and value:
                _add(data, (base, here), value, side)
    return data


def class_names(roots: Iterable[Path]) -> dict[int, str]:
    """Return classes by number where no data.yaml lists them: of labelImg's classes.txt, else the numbers in use."""
    for root in roots:
        for path in walk(root, frozenset({".txt"})):
            if path.name == "classes.txt":
                return dict(enumerate(line.strip() for line in read_lines(path) if line))
    used: set[int] = set()
    for root in roots:
        for path in walk(root, frozenset({".txt"})):
            try:
                with open_text(path, errors="replace") as file:
                    first = (line.split(maxsplit=1)[0] for line in file if line.strip())
                    used |= {int(cell) for cell in first if cell.isdecimal() and len(cell) < 10}
            except (ValueError, OSError):
                continue  # it is named when the pictures are read
    return {number: str(number) for number in used}


def _add(data: Data, bases: tuple[Path, ...], value: str, side: str) -> None:
    """Note which side a folder or a list of pictures is on.

    Roboflow writes ``../train/images`` for what lies beside data.yaml: what leads nowhere is looked for without dots.
    """
    plain = value.replace("\\", "/")
    while plain.startswith("../"):
        plain = plain[3:]
    for path in (*(base / value for base in bases), *(base / plain for base in bases)):
        if is_dir(path):
            data.folders[_clean(path)] = side
            return
        if is_file(path) and path.suffix == ".txt":
            lines = (line.strip() for line in read_lines(path))
            data.files.update({Path(line).name: side for line in lines if line})
            return


def _clean(path: Path) -> Path:
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        else:
            parts.append(part)
    return Path(*parts)


def _is_data(path: Path) -> bool:
    try:
        return "names" in read_yaml(path)
    except (ValueError, OSError):
        return False


def _names(value: Any) -> dict[int, str]:
    if value is None:
        return {}
    if isinstance(value, list):
        return {number: str(name) for number, name in enumerate(value)}
    if isinstance(value, dict):
        return {int(number): str(name) for number, name in value.items()}
    raise ValueError("has names that are neither a list nor a mapping")


def _keypoints(value: Any) -> tuple[int, int] | None:
    if value is None:
        return None
    if isinstance(value, list) and len(value) == 2 and value[1] in (2, 3):
        return int(value[0]), int(value[1])
    raise ValueError(f"has kpt_shape {value!r}, which is not [number, 2] or [number, 3]")
