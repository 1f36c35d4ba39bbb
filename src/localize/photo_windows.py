"""Photographs as the localizer's prepared sets freeze them: a window round each plate, and one without plates."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..common.geometry import quad_box
from ..common.plates import LabelledPlate
from ..common.texts import UNSEEN
from ..datasets.annotation_checks import Split
from ..datasets.decode import read_picture
from ..datasets.prepared import Sample
from ..datasets.teaching import NO_PLACE, NO_START, LeftOut, TeachingPhoto
from ..datasets.windows import Size, Window, seen_share, width_to_hold, window_about
from .photo_scenes import HIDDEN, WHOLE, PhotoScenes

# Height and width of a frozen window in pictures of the localizer, so that plates can be seen closer.
LARGER = 3
# A window's width in those of its plate, unless a picture of that many pixels shows more without enlarging anything.
AROUND = 5.0
# Least width of a window in those of its plate, where the picture is small.
CLOSE = 1.1
NEIGHBOUR = "the place of another plate of its picture is not known"


@dataclass(frozen=True)
class PhotoWindow:
    """A window of a picture and the plates in it, that about which it lies first; corners in the picture's pixels."""

    path: Path
    window: Window
    plates: tuple[LabelledPlate, ...]


def windows_to_search(photo: TeachingPhoto, size: Size) -> Iterator[PhotoWindow | LeftOut]:
    """Yield the windows of a photograph that teach finding plates, and why plates do not.

    A picture teaches by all of its plates or not at all: one whose place is not known would count as none. A box says
    where a plate is; where nothing says more, the localizer learns that, and nothing of corners or rows.

    size: height and width of the localizer's pictures.
    """
    plates = [
        _whole(label, placed)
        for label, placed in zip(photo.photo.plates, photo.placed, strict=True)
    ]
    known = [plate for plate in plates if plate is not None]
    if len(known) < len(plates):
        for label, plate in zip(photo.photo.plates, plates, strict=True):
            own = NO_PLACE if photo.searched else NO_START
            yield photo.left_out(label, own if plate is None else NEIGHBOUR)
        return
    shape = size[0] * LARGER, size[1] * LARGER
    path = photo.photo.path
    for number, plate in enumerate(known):
        others = known[:number] + known[number + 1 :]
        window = _window(plate, others, shape, photo.size)
        seen = [
            one for one in others if seen_share(window.moved(one.known_quad, shape), shape) > WHOLE
        ]
        yield PhotoWindow(path, window, (plate, *seen))
    if not known:
        rows, columns = photo.size
        width = min(columns, rows * shape[1] / shape[0])
        middle = (columns - 1) / 2, (rows - 1) / 2
        yield PhotoWindow(path, window_about(middle, width, shape, photo.size), ())


def _whole(label: LabelledPlate, placed: LabelledPlate | None) -> LabelledPlate | None:
    """Return a plate with a place, a text and rows; None where its place is not known.

    The text of one that nobody can read is UNSEEN.
    """
    text = label.text or UNSEEN
    if placed is not None:
        return replace(placed, text=text)
    return None if label.quad is None else replace(label, text=text, lines=label.lines or 1)


def _window(
    plate: LabelledPlate, others: Sequence[LabelledPlate], shape: Size, picture: Size
) -> Window:
    """Return the window about a plate, large enough to cut none of the others."""
    box = quad_box(plate.known_quad)
    needed = width_to_hold(box, shape)
    room = min(picture[1], picture[0] * shape[1] / shape[0])
    width = max(min(max(AROUND * needed, shape[1]), room), CLOSE * needed)
    for _ in range(len(others) + 1):
        middle = ((box[:2] + box[2:]) / 2).tolist()
        window = window_about(middle, width, shape, picture)
        cut = [other.known_quad for other in others if _is_cut(other.known_quad, window, shape)]
        if not cut:
            break
        box = quad_box(np.concatenate([box.reshape(2, 2), *cut]))
        width = max(width, CLOSE * width_to_hold(box, shape))
    return window


def _is_cut(quad: NDArray[np.float32], window: Window, shape: Size) -> bool:
    return HIDDEN < seen_share(window.moved(quad, shape), shape) <= WHOLE


@dataclass(frozen=True)
class FrozenWindows:
    """Draws photographed window ``index``. size: height and width of the localizer's pictures."""

    windows: Sequence[PhotoWindow]
    size: Size

    def __call__(self, index: int) -> Sample:
        """Return a picture of LARGER times the size and its plates."""
        seen = self.windows[index]
        shape = self.size[0] * LARGER, self.size[1] * LARGER
        image = seen.window.pixels(read_picture(seen.path), shape)
        plates = (replace(p, quad=seen.window.moved(p.known_quad, shape)) for p in seen.plates)
        return Sample(image, tuple(plates))


def photo_windows(
    split: Split, windows: Sequence[PhotoWindow], seed: int, size: Size
) -> Callable[[int], Sample]:
    """Return what is frozen of windows, by number: the windows to train on, one crop of each to validate on."""
    frozen = FrozenWindows(windows, size)
    return frozen if split == "train" else PhotoScenes(frozen, seed, None, size)
