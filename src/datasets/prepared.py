"""Prepared sets: frozen pixels in one ``.npy`` that numpy maps from disk, and what they show in one CSV."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from ..common.errors import UserError
from ..common.files import atomic_path
from ..common.plates import LabelledPlate
from ..common.progress import progress
from ..common.workers import do, lost_workers_told, start_workers

_CORNERS = tuple(f"{a}{i}" for i in range(1, 5) for a in "xy")
HEADER = ("image", "plate_text", "prefix", "lines", "country", *_CORNERS)
_CHUNK = 64


@dataclass(frozen=True)
class Sample:
    """A picture (H, W) grey uint8 and its plates, possibly none; text, rows and corners of each are known."""

    image: NDArray[np.uint8]
    plates: tuple[LabelledPlate, ...]


Render = Callable[[int], Sample]


def photo_set(split: str) -> str:
    """Return the name of the set of photographs of a split, which lies beside the drawn one."""
    return f"{split}_photos"


def write_prepared(folder: Path, name: str, render: Render, count: int, workers: int) -> None:
    """Draw pictures 0 to count - 1 and freeze them as ``name.npy`` and ``name.csv``; the CSV comes last.

    Same render, same count → same bytes, whatever the number of workers. Memory does not grow with the count.
    Raises UserError for a count below 1.
    """
    if count < 1:
        raise UserError(
            f"the {name} set would have {count} pictures: raise MAX_IMAGES (or change TRAIN_SPLIT)"
        )
    folder.mkdir(parents=True, exist_ok=True)
    # Pixels without their table are no set, and would take up the room that the new ones need.
    for suffix in ("csv", "npy"):
        (folder / f"{name}.{suffix}").unlink(missing_ok=True)
    samples = progress(_drawn(render, count, workers), count, f"draw {folder.name}/{name}")
    with (
        atomic_path(folder / f"{name}.csv") as table,
        atomic_path(folder / f"{name}.npy") as pixels,
        table.open("w", newline="", encoding="utf-8") as rows,
        pixels.open("wb") as frozen,
    ):
        writer = csv.writer(rows, lineterminator="\n")
        writer.writerow(HEADER)
        for index, sample in enumerate(samples):
            if index == 0:
                _write_header(frozen, (count, *sample.image.shape))
            # Written and not memory-mapped: a full disk is then an error that can be reported, not a bus error.
            frozen.write(np.ascontiguousarray(sample.image).tobytes())
            writer.writerows(_rows(index, sample))


def read_prepared(folder: Path, name: str) -> "PreparedSet":
    """Open a frozen set; raises UserError when it is missing or its parts do not fit each other."""
    table, pixels = folder / f"{name}.csv", folder / f"{name}.npy"
    if not table.is_file() or not pixels.is_file():
        raise UserError(
            f"no prepared set {name} in {folder}: run `dvc repro` (or `dvc pull`) first"
        )
    try:
        images = np.load(pixels, mmap_mode="r", allow_pickle=False)
        plates: list[list[LabelledPlate]] = [[] for _ in images]
        listed: set[int] = set()
        with table.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                listed.add(int(row["image"]))
                if row["lines"]:
                    plates[int(row["image"])].append(_plate(row))
        if listed != set(range(len(images))):
            raise ValueError(f"{len(listed)} pictures are listed, {len(images)} are there")
    except (ValueError, KeyError, IndexError, TypeError, EOFError) as error:
        raise UserError(
            f"{table} and {pixels.name} are damaged ({error}): draw them anew with `dvc repro -f`"
        ) from error
    return PreparedSet(images, tuple(tuple(p) for p in plates))


@dataclass(frozen=True)
class PreparedSet:
    """Pictures (N, H, W) uint8, mapped from disk, and each one's plates."""

    images: NDArray[np.uint8]
    plates: tuple[tuple[LabelledPlate, ...], ...]

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> Sample:
        return Sample(np.array(self.images[index]), self.plates[index])

    def __iter__(self) -> Iterator[Sample]:
        return (self[index] for index in range(len(self)))


def _drawn(render: Render, count: int, workers: int) -> Iterator[Sample]:
    if workers < 2:
        yield from map(render, range(count))
        return
    chunks = [range(start, min(start + _CHUNK, count)) for start in range(0, count, _CHUNK)]
    with lost_workers_told(), start_workers(workers, partial(_draw_chunk, render)) as pool:
        for samples in pool.map(do, chunks):
            yield from samples


def _draw_chunk(render: Render, indices: range) -> list[Sample]:
    return [render(index) for index in indices]


def _write_header(file: BinaryIO, shape: tuple[int, ...]) -> None:
    header = {"descr": "|u1", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)


def _rows(index: int, sample: Sample) -> Iterator[list[object]]:
    """One row per plate; a picture without plates has one row with its number alone."""
    if not sample.plates:
        yield [index, *([""] * (len(HEADER) - 1))]
    for plate in sample.plates:
        corners = [f"{value:.3f}" for value in plate.known_quad.ravel()]
        known = plate.known_text, plate.prefix, plate.known_lines, plate.country
        yield [index, *known, *corners]


def _plate(row: dict[str, str]) -> LabelledPlate:
    corners = [float(row[name]) for name in _CORNERS]
    quad = np.array(corners, np.float32).reshape(4, 2)
    text, lines = row["plate_text"], int(row["lines"])
    return LabelledPlate(text, row["prefix"], lines, quad, country=row["country"])
