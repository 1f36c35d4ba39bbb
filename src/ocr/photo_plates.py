"""Photographed plates as the reader's prepared sets freeze them, with what surrounds them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..common.geometry import quad_box
from ..common.plates import LabelledPlate
from ..common.texts import UNREADABLE_CHARACTER
from ..datasets.annotation_checks import Split
from ..datasets.decode import read_picture
from ..datasets.prepared import Sample
from ..datasets.teaching import LeftOut, TeachingPhoto
from ..datasets.windows import Size, width_to_hold, window_about
from .photo_reading import PhotoReading
from .recipe import PlateOptions

# Height and width of a frozen plate with what surrounds it, in canvases of the reader: enough for its letters, for
# transformations and for corners that are cut too wide.
HIGH, WIDE = 4, 2
# The window's width and height in those of the plate.
AROUND = 1.6


@dataclass(frozen=True)
class PhotoPlate:
    """A plate that teaches reading: its picture, and its text, rows and corners in that."""

    path: Path
    plate: LabelledPlate
    size: Size


def plates_to_read(photo: TeachingPhoto, alphabet: str) -> Iterator[PhotoPlate | LeftOut]:
    """Yield the plates of a photograph that teach reading, and why others do not; alphabet: of the plate format."""
    for label, plate in zip(photo.photo.plates, photo.placed, strict=True):
        if plate is None:
            yield photo.left_out(label, photo.why_not_placed(label))
        elif reason := _unfit(label, alphabet):
            yield photo.left_out(label, reason)
        else:
            yield PhotoPlate(photo.photo.path, plate, photo.size)


def _unfit(label: LabelledPlate, alphabet: str) -> str | None:
    """Return why a plate's text cannot be learned, None where it can."""
    if not label.text:
        return "nobody can read it"
    if UNREADABLE_CHARACTER in label.known_text:
        return "nobody can read all of its characters"
    foreign = "".join(sorted(set(label.known_text) - set(alphabet)))
    return f"the plate format does not have {foreign}" if foreign else None


@dataclass(frozen=True)
class FrozenPlates:
    """Draws photographed plate ``index`` with what surrounds it. canvas: height and width of the reader's."""

    plates: Sequence[PhotoPlate]
    canvas: Size

    def __call__(self, index: int) -> Sample:
        """Return a picture (4 × height, 2 × width) and its plate; never enlarged, shrunk where the plate is larger."""
        seen = self.plates[index]
        shape = self.canvas[0] * HIGH, self.canvas[1] * WIDE
        quad = seen.plate.known_quad
        box = quad_box(quad)
        width = max(float(shape[1]), AROUND * width_to_hold(box, shape))
        middle = ((box[:2] + box[2:]) / 2).tolist()
        window = window_about(middle, width, shape, seen.size)
        image = window.pixels(read_picture(seen.path), shape)
        return Sample(image, (replace(seen.plate, quad=window.moved(quad, shape)),))


def photo_plates(
    split: Split, plates: Sequence[PhotoPlate], options: PlateOptions, seed: int
) -> Callable[[int], Sample]:
    """Return what is frozen of plates, by number: with surroundings to train on, rectified to validate on."""
    canvas = options.height, options.width
    frozen = FrozenPlates(plates, canvas)
    if split == "train":
        return frozen
    return PhotoReading(frozen, seed, None, options.corner_error, canvas)
