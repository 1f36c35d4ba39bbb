"""The plates that were not read exactly, as a list that reports compare between revisions."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..common.files import atomic_path
from ..common.geometry import quad_size
from .score import PictureMatch

HEADER = ("image", "plate", "plate_text", "read", "confidence", "height_px")


def write_mistakes(path: Path, matches: Sequence[PictureMatch]) -> None:
    """Write a CSV with one row per plate whose text was not read: `HEADER`, numbers of scene and plate from 0.

    ``read`` is the reading's pattern; it is empty and ``confidence`` 0 where nothing was read. Plates that nobody can
    read are left out, as they are of the exact match, so the rows are as many as its misses.
    """
    with atomic_path(path) as partial, partial.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(_rows(matches))


def _rows(matches: Sequence[PictureMatch]) -> Iterator[list[object]]:
    for image, match in enumerate(matches):
        for plate, (truth, reading) in enumerate(zip(match.truth, match.matched, strict=True)):
            read = reading.pattern if reading else ""
            if not truth.text or read == truth.text:
                continue
            sure = f"{reading.confidence:.3f}" if reading else "0"
            height = 0.0 if truth.quad is None else quad_size(truth.quad)[1]
            yield [image, plate, truth.text, read, sure, f"{height:.1f}"]
