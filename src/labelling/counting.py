"""Numbers of folders of photographs: how many, how large, how long, how bright, and what never occurs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..common.geometry import quad_box, quad_size
from ..common.progress import progress
from ..common.texts import UNREADABLE_CHARACTER
from ..datasets.annotation_rows import read_rows
from ..datasets.decode import read_picture
from ..datasets.photos import ANNOTATIONS, Photo, load_photos


@dataclass
class Numbers:
    """What is counted over some folders.

    pictures: by side of the split. empty: pictures without plates. unreadable: plates that nobody could read. widths,
    heights: of plates in pixels. ratios: width over height. lengths, characters, regions, lines: how often each occurs;
    "" where it is not known. brightness: mean grey of plates, 0 to 255, in a sample of the pictures.
    """

    pictures: Counter[str] = field(default_factory=Counter)
    plates: int = 0
    empty: int = 0
    unreadable: int = 0
    texts: set[str] = field(default_factory=set)
    widths: list[float] = field(default_factory=list)
    heights: list[float] = field(default_factory=list)
    lengths: Counter[int] = field(default_factory=Counter)
    characters: Counter[str] = field(default_factory=Counter)
    regions: Counter[str] = field(default_factory=Counter)
    lines: Counter[str] = field(default_factory=Counter)
    brightness: list[float] = field(default_factory=list)

    def missing(self, alphabet: str) -> str:
        """Return the characters of an alphabet that no text has."""
        return "".join(char for char in alphabet if not self.characters[char])

    def table(self, alphabet: str) -> dict[str, str]:
        """Return all of it, by name."""
        total = sum(self.pictures.values())
        rare = [f"{c} {n}" for c, n in sorted(self.characters.items(), key=lambda i: (i[1], i[0]))]
        regions = [f"{name or 'not known'} {n:,}" for name, n in self.regions.most_common(12)]
        lines = [f"{name or 'not known'} {n:,}" for name, n in sorted(self.lines.items())]
        return {
            "pictures": f"{total:,}, {self.empty:,} of them without plates",
            "split": ", ".join(f"{side} {n:,}" for side, n in sorted(self.pictures.items())),
            "plates": f"{self.plates:,}, {len(self.texts):,} different, {self.unreadable:,} unreadable",
            "width in pixels": _spread(self.widths),
            "height in pixels": _spread(self.heights),
            "lengths": ", ".join(f"{n}: {count:,}" for n, count in sorted(self.lengths.items())),
            "rarest characters": ", ".join(rare[:10]) or "-",
            "never": self.missing(alphabet) or "none is missing",
            "regions": ", ".join(regions),
            "rows of text": ", ".join(lines),
            "brightness": _spread(self.brightness),
        }


def count_folders(folders: Sequence[Path], sample: int, seed: int = 0) -> Numbers:
    """Return the numbers of some folders together; of brightness, those of ``sample`` pictures that the seed draws.

    Raises UserError when annotations are broken or a picture cannot be read.
    """
    numbers = Numbers()
    photos: list[Photo] = []
    for folder in folders:
        photos += load_photos(folder).photos
        numbers.regions.update(
            row.region for row in read_rows(folder / ANNOTATIONS) if row.text or row.corners
        )
    for photo in photos:
        _count(photo, numbers)
    with_place = [photo for photo in photos if any(p.quad is not None for p in photo.plates)]
    drawn = np.random.default_rng(seed).permutation(len(with_place))[:sample]
    for index in progress(sorted(drawn.tolist()), len(drawn), "brightness"):
        numbers.brightness += _brightness(with_place[index])
    return numbers


def _count(photo: Photo, numbers: Numbers) -> None:
    numbers.pictures[photo.split] += 1
    numbers.empty += not photo.plates
    for plate in photo.plates:
        numbers.plates += 1
        numbers.lines[str(plate.lines or "")] += 1
        if plate.text:
            numbers.texts.add(plate.known_text)
            numbers.lengths[len(plate.known_text)] += 1
            numbers.characters.update(plate.known_text.replace(UNREADABLE_CHARACTER, ""))
        else:
            numbers.unreadable += 1
        if plate.quad is not None:
            width, height = quad_size(plate.quad)
            numbers.widths.append(width)
            numbers.heights.append(height)


def _brightness(photo: Photo) -> list[float]:
    picture = read_picture(photo.path)
    quads = [plate.quad for plate in photo.plates if plate.quad is not None]
    return [float(part.mean()) for part in (_inside(picture, quad) for quad in quads) if part.size]


def _inside(picture: NDArray[np.uint8], quad: NDArray[np.float32]) -> NDArray[np.uint8]:
    x1, y1, x2, y2 = (max(0, round(value)) for value in quad_box(quad).tolist())
    return picture[y1:y2, x1:x2]


def _spread(values: Sequence[float]) -> str:
    if not values:
        return "not known"
    low, middle, high = np.percentile(values, (5, 50, 95))
    return f"{middle:.0f}; 90% from {low:.0f} to {high:.0f}; {min(values):.0f} to {max(values):.0f}"
