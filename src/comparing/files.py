"""The matrix as files: JSON with all of it, and CSV for a spreadsheet."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..common.files import atomic_path, write_json
from .matrix import NUMBERS, Cell, Matrix, Pair


def write_files(folder: Path, matrix: Matrix) -> list[Path]:
    """Write matrix.json, matrix.csv, pairs.csv and mistakes.csv.

    The tables have a row for each cell, for every two models on a set, and for every two characters that were confused.
    """
    cells = [_cell(cell) for cell in matrix.cells.values()]
    pairs = [_pair(pair) for pair in matrix.pairs()]
    wrong = [
        {"model": cell.model, "set": cell.photos, **asdict(mistake)}
        for cell in matrix.cells.values()
        for mistake in cell.mistakes
    ]
    written = [folder / name for name in ("matrix.json", "matrix.csv", "pairs.csv", "mistakes.csv")]
    content = {
        "models": [{"name": name, "title": title} for name, title in matrix.models.items()],
        "sets": [{"name": name, "folder": str(path)} for name, path in matrix.sets.items()],
        "cells": cells,
        "pairs": pairs,
        "mistakes": wrong,
        "problems": list(matrix.problems),
    }
    write_json(written[0], content)
    _write_csv(written[1], CELL_COLUMNS, cells)
    _write_csv(written[2], PAIR_COLUMNS, pairs)
    _write_csv(written[3], MISTAKE_COLUMNS, wrong)
    return written


CELL_COLUMNS = (
    *("model", "set", "pictures", "plates"),
    *(f"{name}{end}" for name in NUMBERS for end in ("", "_low", "_high")),
)
PAIR_COLUMNS = (
    *("set", "base", "head", "both", "gained", "lost", "neither"),
    *("difference", "difference_low", "difference_high", "p"),
)
MISTAKE_COLUMNS = ("model", "set", "truth", "read", "count", "share")


def _cell(cell: Cell) -> dict[str, Any]:
    ends = {
        f"{name}_{end}": None if interval is None else interval[place]
        for name, interval in cell.intervals.items()
        for place, end in enumerate(("low", "high"))
    }
    return {"model": cell.model, "set": cell.photos, **cell.numbers, **ends}


def _pair(pair: Pair) -> dict[str, Any]:
    counts = {name: getattr(pair, name) for name in ("both", "gained", "lost", "neither")}
    d = pair.difference
    ends = {"difference": d.value, "difference_low": d.low, "difference_high": d.high}
    return {"set": pair.photos, "base": pair.base, "head": pair.head, **counts, **ends, "p": pair.p}


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    with atomic_path(path) as partial, partial.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
