"""How often something is read where a photograph has no plate.

python3 -m benchmarks.no_plates FOLDER … [--model PATH|release|own]

FOLDER holds photographs with annotations.csv, as in docs/photographs.md. Of each photograph the parts above, below,
left and right of all its labelled plates are read, each as a picture of its own, as far as they lie a plate's height
away from them. Plates that nobody has labelled count as mistakes: out/photos/no_plates.jpg shows all parts in which
something was read. Git ignores it: it shows the photographs.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.report import machine, table
from src.bundle.choose import add_model_option, choose_model
from src.common.config import OUT
from src.common.errors import UserError, run_main
from src.common.geometry import quad_box, quad_size
from src.common.plates import LabelledPlate
from src.common.progress import progress, tell
from src.datasets.decode import read_picture
from src.generators.formats import get_format
from src.inference.reader import PlateReader, Reading
from src.metrics.proportion import wilson_interval
from src.pictures.draw import MISTAKE, Overlay, contact_sheet, draw_tile, write_picture
from src.pipeline.stage import command_line
from src.stack.photos import photos_to_measure

Picture = NDArray[np.uint8]
# A part of a photograph that is lower or narrower than this, in pixels, shows next to nothing.
LEAST = 96
# A reading counts as sure from this confidence on.
SURE = 0.9
HEAD = ("set", "parts", "something read", "95% interval", f"at {SURE:.0%}", "partial alone")
# Where git ignores what shows photographs.
SHEET = OUT / "photos" / "no_plates.jpg"
_TILE = (240, 320)
_ACROSS = 5


@dataclass(frozen=True)
class Part:
    """A part of a photograph without a labelled plate, and what was read in it."""

    picture: Picture
    readings: tuple[Reading, ...]

    @property
    def texts(self) -> tuple[Reading, ...]:
        """The readings that are given as whole texts."""
        return tuple(reading for reading in self.readings if not reading.partial)


def parts_of(picture: Picture, plates: Sequence[LabelledPlate]) -> Iterator[Picture]:
    """Yield what lies above, below, left and right of all plates of a photograph (H, W), where that is large enough.

    Nothing where it is not known of a plate where it is; the whole photograph where there is none.
    """
    if any(plate.quad is None for plate in plates):
        return
    if not plates:
        yield picture
        return
    height, width = picture.shape
    left, top, right, bottom = float(width), float(height), 0.0, 0.0
    for quad in (plate.known_quad for plate in plates):
        box, room = quad_box(quad).tolist(), quad_size(quad)[1]
        left, top = min(left, box[0] - room), min(top, box[1] - room)
        right, bottom = max(right, box[2] + room), max(bottom, box[3] + room)
    x1, y1, x2, y2 = (max(0, round(v)) for v in (left, top, right, bottom))
    for part in (picture[:y1], picture[y2:], picture[:, :x1], picture[:, x2:]):
        if min(part.shape) >= LEAST:
            yield np.ascontiguousarray(part)


def measure(reader: PlateReader, folder: Path, model_format: str) -> list[Part]:
    """Read the parts of a folder's photographs; raises UserError when it is not there, or its labels are broken."""
    photos = photos_to_measure(folder, get_format(model_format))
    return [
        Part(part, tuple(reader.read(part)))
        for photo in progress(photos, len(photos), folder.name)
        for part in parts_of(read_picture(photo.path), photo.plates)
    ]


def row_of(name: str, parts: Sequence[Part]) -> list[str]:
    """Return a line of the table."""
    some = sum(bool(part.texts) for part in parts)
    sure = sum(any(reading.confidence >= SURE for reading in part.texts) for part in parts)
    partial = sum(bool(part.readings) and not part.texts for part in parts)
    low, high = wilson_interval(some, len(parts))
    shares = f"{some} ({some / len(parts):.1%})", f"{low:.1%} to {high:.1%}"
    return [name, str(len(parts)), *shares, str(sure), str(partial)]


def main(options: Namespace) -> None:
    """Measure the chosen model and write the sheet; folders without such a part are named on stderr."""
    bundle = choose_model(options.model)
    tell(bundle.title)
    found = {
        folder: measure(bundle.reader, folder, bundle.card.plate_format)
        for folder in options.folders
    }
    everything = [part for parts in found.values() for part in parts]
    if not everything:
        raise UserError("no photograph has a part without a plate: label where plates are")
    for folder in (folder for folder, parts in found.items() if not parts):
        tell(f"{folder}: no photograph has a part without a plate, left out")
    rows = [row_of(folder.name, parts) for folder, parts in found.items() if parts]
    if len(rows) > 1:
        rows.append(row_of("all", everything))
    print(f"{bundle.title}. {machine(['onnxruntime', 'opencv-python-headless'])}\n")
    print(table(HEAD, rows, 1))
    shown = [_tile(part) for part in everything if part.readings]
    write_picture(SHEET, contact_sheet(shown, _ACROSS, *_TILE))
    print(f"\nwrote {SHEET}: {len(shown)} parts in which something was read")


def _tile(part: Part) -> Picture:
    overlays = [Overlay(r.quad, f"{r.pattern} {r.confidence:.0%}", MISTAKE) for r in part.readings]
    return draw_tile(part.picture, overlays, *_TILE)


def add_options(parser: ArgumentParser) -> None:
    """Add what a user may choose."""
    add_model_option(parser)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="of photographs")


if __name__ == "__main__":
    cv2.setNumThreads(0)
    asked = command_line(add_options)
    run_main(lambda: main(asked))
