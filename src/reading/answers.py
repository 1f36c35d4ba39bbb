"""Formats of an answer about a picture or a vehicle: table, JSON lines or CSV."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..bundle.endpoint import describe
from ..collecting.rows import corner_cells, label_quad
from ..common.plates import NUMBER_KEY, PREFIX_KEY
from ..common.texts import printable
from ..inference.reader import Reading
from ..inference.region import Region
from .votes import Vehicle

# The first ten make a file that src.datasets.photos reads: correct it by hand, and it is a labelled set.
COLUMNS = (
    *("image_path", "plate_text", "x1", "y1", "x2", "y2", "x3", "y3", "x4", "y4"),
    *(PREFIX_KEY, NUMBER_KEY, "confidence", "confidence_min", "score", "partial"),
    *("first_s", "last_s", "frames", "best_s", "best_frame"),
    *("region", "region_confidence", "subdivision"),
)
_PATH_WIDTH, _TEXT_WIDTH = 32, 9


@dataclass(frozen=True)
class Answer:
    """What was read in a picture of a size in pixels, the surest first; or the one reading of a video's vehicle."""

    path: Path
    width: int
    height: int
    readings: tuple[Reading, ...]
    vehicle: Vehicle | None = None


Form = Callable[[Answer], str]
"""Returns an answer's text, whole lines."""


def as_table(answer: Answer, unseen: bool = False) -> str:
    """Return a line for each plate: path, text, confidence, box x1,y1,x2,y2; of a vehicle when it was seen; "partial".

    unseen: give the text with UNSEEN for the characters that cannot be seen.
    """
    path = f"{printable(str(answer.path)):<{_PATH_WIDTH}}"
    if not answer.readings:
        return f"{path}  -\n"
    lines = []
    for reading in answer.readings:
        box = ",".join(f"{value:.0f}" for value in reading.box.tolist())
        line = f"{path}  {_text(reading, unseen):<{_TEXT_WIDTH}}  {reading.confidence:6.1%}  {box}"
        part = "  partial" if reading.partial else ""
        lines.append(f"{line}{_seen(answer.vehicle)}{part}\n")
    return "".join(lines)


def as_json(answer: Answer) -> str:
    """Return one line: the path, what the server answers of the same picture, and of a vehicle when it was seen."""
    content: dict[str, Any] = {"path": str(answer.path)}
    content |= describe(answer.readings, answer.width, answer.height)
    if answer.vehicle is not None:
        content["vehicle"] = _moments(answer.vehicle)
    text = json.dumps(content, allow_nan=False, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # a file name that is no UTF-8, which JSON has to be
        text = json.dumps(content, allow_nan=False)
    return f"{text}\n"


def as_csv(answer: Answer, unseen: bool = False) -> str:
    """Return a row for each plate, as RFC 4180 has it; for none, a row with the path alone. unseen: as in `as_table`.

    Corners beyond the picture's edge are moved to it, as labels have them; where no area is left, there are none.
    """
    path = str(answer.path)
    moments = {} if answer.vehicle is None else _moments(answer.vehicle)
    rows = [_row(reading, answer, moments, unseen) for reading in answer.readings] or [{}]
    return _rows([{"image_path": path, **row} for row in rows])


def csv_header() -> str:
    """Return the row with the names of the columns."""
    return _rows([dict(zip(COLUMNS, COLUMNS, strict=True))])


def _text(reading: Reading, unseen: bool) -> str:
    return reading.pattern if unseen else reading.text


def _row(
    reading: Reading, answer: Answer, moments: Mapping[str, float], unseen: bool
) -> dict[str, Any]:
    corners = corner_cells(label_quad(reading.quad, answer.width, answer.height))
    return {
        "plate_text": _text(reading, unseen),
        **dict(zip(COLUMNS[2:10], corners, strict=False)),
        PREFIX_KEY: reading.prefix,
        NUMBER_KEY: reading.number,
        "confidence": f"{reading.confidence:.4f}",
        "confidence_min": f"{reading.confidence_min:.4f}",
        "score": f"{reading.score:.4f}",
        "partial": "yes" if reading.partial else "",
        **moments,
        **_of_region(reading.region),
    }


def _of_region(region: Region | None) -> dict[str, str]:
    if region is None:
        return {}
    return {
        "region": region.code,
        "region_confidence": f"{region.confidence:.4f}",
        "subdivision": "" if region.subdivision is None else region.subdivision.code,
    }


def _rows(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO(newline="")
    csv.DictWriter(text, COLUMNS, restval="").writerows(rows)
    return text.getvalue()


def _moments(vehicle: Vehicle) -> dict[str, float]:
    """When a vehicle was seen, in seconds from the video's start, and in which frames, from 0."""
    return {
        "first_s": round(vehicle.first, 3),
        "last_s": round(vehicle.last, 3),
        "frames": vehicle.frames,
        "best_s": round(vehicle.best, 3),
        "best_frame": vehicle.best_frame,
    }


def _seen(vehicle: Vehicle | None) -> str:
    if vehicle is None:
        return ""
    return f"  {vehicle.first:.1f} s to {vehicle.last:.1f} s, {vehicle.frames} frames, best {vehicle.best_frame}"
