"""Labelled photographs that teach: those whose split is train or val, with their plates where they can be placed."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ..common.errors import UserError
from ..common.files import atomic_path
from ..common.plates import LabelledPlate
from ..common.progress import progress
from .annotation_checks import Split
from .decode import picture_size, read_picture
from .photos import ANNOTATIONS, Photo, load_photos
from .placing import FindPlates, needs_finds, place_plates

TEACHING: tuple[Split, ...] = ("train", "val")
"""The sides of a split that teach."""
LEFT_OUT_HEADER = ("folder", "row", "image_path", "split", "plate_text", "reason")
NO_PLACE = "only its text is known, and no such plate was found"
NO_CORNERS = "only a box is known, and no plate was found there"
NO_START = "its corners are not known, and start in params.yaml is none"


class LeftOut(NamedTuple):
    """A labelled plate that does not teach, as a row of a CSV; row: the first one that names the picture."""

    folder: str
    row: int
    image_path: str
    split: Split
    plate_text: str
    reason: str


@dataclass(frozen=True)
class TeachingPhoto:
    """A photograph that teaches. size: height and width. placed: its plates with corners and rows, None for unknown.

    searched: has a model been asked for what the labels do not say?
    """

    folder: Path
    photo: Photo
    size: tuple[int, int]
    placed: tuple[LabelledPlate | None, ...]
    searched: bool

    def why_not_placed(self, plate: LabelledPlate) -> str:
        """Return why one of the labelled plates has no corners."""
        if not self.searched:
            return NO_START
        return NO_PLACE if plate.quad is None else NO_CORNERS

    def left_out(self, plate: LabelledPlate, reason: str) -> LeftOut:
        """Return the row that says why one of the labelled plates does not teach."""
        photo = self.photo
        path = photo.path.relative_to(self.folder).as_posix()
        return LeftOut(self.folder.name, photo.row, path, photo.split, plate.text or "", reason)


def teaching_photos(folders: Sequence[Path]) -> list[tuple[Path, Photo]]:
    """Return the photographs of folders that teach, with their folders; raises UserError for a broken folder."""
    return [
        (folder, photo)
        for folder in folders
        for photo in load_photos(folder).photos
        if photo.split in TEACHING
    ]


def placed_photos(
    photos: Sequence[tuple[Path, Photo]], find: FindPlates | None
) -> Iterator[TeachingPhoto]:
    """Yield photographs with their plates placed. Pixels are read only of those that a model has to look at.

    find: the model's finds, None for no model. Raises UserError for a picture that cannot be read.
    """
    for folder, photo in progress(photos, len(photos), "place plates"):
        searched = find is not None and any(needs_finds(plate) for plate in photo.plates)
        if find is not None and searched:
            try:
                picture = read_picture(photo.path)
            except UserError as error:
                raise UserError(f"{folder / ANNOTATIONS}: row {photo.row}: {error}") from error
            size = picture.shape[0], picture.shape[1]
            placed = place_plates(photo.plates, find(picture), size)
        else:
            width, height = picture_size(photo.path)
            size, placed = (height, width), place_plates(photo.plates, ())
        yield TeachingPhoto(folder, photo, size, tuple(placed), searched)


def write_left_out(path: Path, rows: Sequence[LeftOut]) -> None:
    """Write what does not teach as a CSV with LEFT_OUT_HEADER; raises UserError when the disk is full."""
    with atomic_path(path) as partial, partial.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(LEFT_OUT_HEADER)
        writer.writerows(rows)
