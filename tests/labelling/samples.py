"""Small made folders of labels in each format, with pictures that a program drew."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from src.datasets.annotation_rows import Row, read_rows
from src.datasets.photos import ANNOTATIONS, validate
from src.labelling.importing import Counts, import_labels
from src.labelling.record import Asked

WIDTH, HEIGHT = 200, 100


def picture(path: Path, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Path:
    """Write a picture of noise that is like no other: its name is the seed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(sum(ord(c) * 131**i for i, c in enumerate(path.as_posix())) % 2**63)
    grey = rng.integers(0, 256, (10, 20), np.uint8)
    Image.fromarray(grey).resize(size, Image.Resampling.NEAREST).save(path)
    return path


def text_file(path: Path, *lines: str) -> Path:
    """Write lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def json_file(path: Path, content: Any) -> Path:
    """Write JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def imported(
    name: str, source: Path, target: Path, **asked: Any
) -> tuple[dict[str, list[tuple[Any, ...]]], Counts]:
    """Import, check that the result is right, and return its rows by picture: text, corners, split, …"""
    counts = import_labels(name, source, target, Asked(target.name, **asked))
    assert validate(target) == []
    return rows_of(target), counts


def rows_of(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Rows by picture, in order, as tuples: text, corners as floats, split, group, region, lines."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for row in read_rows(folder / ANNOTATIONS):
        found.setdefault(row.image, []).append(_tuple(row))
    return found


def _tuple(row: Row) -> tuple[Any, ...]:
    corners = tuple(float(cell) for cell in row.corners)
    return row.text, corners, row.split, row.group, row.region, row.lines


def errors(folder: Path) -> list[list[str]]:
    """The cells of rejected.csv, without its header."""
    lines = (folder / "rejected.csv").read_text(encoding="utf-8").splitlines()
    return [line.split(",", 3) for line in lines[1:]]


def box(x: float, y: float, width: float, height: float) -> tuple[float, ...]:
    """Corners of a box, as a row has them."""
    return (x, y, x + width, y, x + width, y + height, x, y + height)
