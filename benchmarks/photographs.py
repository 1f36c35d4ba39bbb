"""Labelled photographs by which networks are compared one at a time, where the corners of plates are known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from src.common.geometry import quad_iou
from src.common.progress import progress
from src.datasets.decode import read_picture
from src.datasets.photos import Photo
from src.generators.formats.base import PlateFormat
from src.inference.detection import Detection
from src.inference.reader import PlateReader
from src.metrics.detection import FOUND_IOU
from src.metrics.reading import agrees
from src.stack.photos import names_of, photos_to_measure

# How many plates were found or read, of how many.
Count = tuple[int, int]


@dataclass(frozen=True)
class Photographs:
    """Photographs by the name of their folder; their plates with corners count, for readers those with a text."""

    folders: Mapping[str, Sequence[Photo]]

    @classmethod
    def of(cls, folders: Sequence[Path], plate_format: PlateFormat) -> "Photographs":
        """Return the photographs of folders that are for measuring; raises UserError for a folder that is none."""
        return cls({n: photos_to_measure(f, plate_format) for n, f in names_of(folders).items()})

    def found(self, reader: PlateReader) -> dict[str, Count]:
        """Return by folder how many plates a reader's localizer finds, with half of their area in common."""
        return {name: _found(reader, name, photos) for name, photos in self.folders.items()}

    def read(self, reader: PlateReader) -> dict[str, Count]:
        """Return by folder how many texts a reader reads without a mistake where the corners are told to it."""
        return {name: _read(reader, name, photos) for name, photos in self.folders.items()}


def _found(reader: PlateReader, name: str, photos: Sequence[Photo]) -> Count:
    hits = total = 0
    for photo in progress(photos, len(photos), f"find {name}"):
        plates = [plate.quad for plate in photo.plates if plate.quad is not None]
        if not plates:
            continue
        quads = [found.quad for found in reader.detect(read_picture(photo.path))]
        hits += sum(any(quad_iou(true, q) >= FOUND_IOU for q in quads) for true in plates)
        total += len(plates)
    return hits, total


def _read(reader: PlateReader, name: str, photos: Sequence[Photo]) -> Count:
    hits = total = 0
    for photo in progress(photos, len(photos), f"read {name}"):
        plates = [plate for plate in photo.plates if plate.text and plate.quad is not None]
        if not plates:
            continue
        picture = read_picture(photo.path)
        for plate in plates:
            # Where nobody has said how many rows there are, most plates have one.
            told = Detection(plate.known_quad, 1.0, plate.lines or 1)
            readings = reader.read_at(picture, [told])
            hits += any(agrees(plate.known_text, reading.text) for reading in readings)
        total += len(plates)
    return hits, total
