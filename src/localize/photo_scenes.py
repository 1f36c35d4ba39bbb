"""Photographs by number, frozen ones: what the localizer trains on besides drawn scenes."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..common.geometry import is_upright_box, quad_box, stack_quads
from ..common.plates import LabelledPlate
from ..common.texts import UNSEEN
from ..datasets.mixture import BalancedOrder
from ..datasets.prepared import PreparedSet, Sample
from ..datasets.transforms import Transforms
from ..datasets.windows import Size, Window, seen_share, width_to_hold
from ..generators.draws import integer, uniform

# Width of the plate in a crop as a share of the crop's, drawn log-uniformly between these; less where it would have to
# be enlarged by more than ENLARGED.
SHARE = (0.15, 0.95)
ENLARGED = 1.5
# Crops without a plate are of at least this share of the window.
EMPTY_CROP = 0.35
# Crops that are tried before the whole window is taken, because they cut a plate.
TRIES = 12
# Plates less wide than this in pixels are no lesson: nobody could tell what they are.
LEAST_WIDTH = 10.0
# A plate of which a share between the two would be seen is cut: what it is then could be taken either way.
HIDDEN, WHOLE = 0.02, 0.98
# Of the random numbers of photographs, so that they are not those of the drawn scenes.
_PHOTOS = 3


def with_rough(sample: Sample) -> Sample:
    """Return a frozen window that says of which plates only the place is to be learned.

    Those that are known by a box, and those whose text is not wholly known: what nobody can read may be hidden or
    blurred, which are not the same to a refiner.
    """
    plates = (
        replace(plate, rough=is_upright_box(plate.known_quad) or UNSEEN in plate.known_text)
        for plate in sample.plates
    )
    return replace(sample, plates=tuple(plates))


@dataclass(frozen=True)
class PhotoScenes:
    """Draws photograph ``number`` as a scene: another crop of its window each time, transformed.

    windows: frozen window by number. transforms: None for none of them, to validate on. size: height and width of the
    scenes.
    """

    windows: Callable[[int], Sample]
    seed: int
    transforms: Transforms | None
    size: Size

    def __call__(self, number: int) -> Sample:
        """Return a scene and its plates, each whole; "rough" says of which only the place is known."""
        rng = np.random.default_rng([self.seed, number, _PHOTOS])
        window = with_rough(self.windows(number))
        crop = _crop(rng, window, self.size)
        image = crop.pixels(window.image, self.size)
        plates = [
            replace(plate, quad=crop.moved(plate.known_quad, self.size)) for plate in window.plates
        ]
        plates = [plate for plate in plates if seen_share(plate.known_quad, self.size) > WHOLE]
        if self.transforms is not None:
            quads = stack_quads(plate.known_quad for plate in plates)
            image, quads = self.transforms(rng, image, quads)
            plates = [replace(p, quad=quad) for p, quad in zip(plates, quads, strict=True)]
        return Sample(image, tuple(plate for plate in plates if _is_large(plate)))


def _is_large(plate: LabelledPlate) -> bool:
    return float(np.ptp(plate.known_quad[:, 0])) >= LEAST_WIDTH


def _crop(rng: np.random.Generator, window: Sample, size: Size) -> Window:
    """Return a crop of a window that holds its first plate, if it has one, and cuts none."""
    rows, columns = window.image.shape
    whole = Window(0, 0, columns, rows)
    for _ in range(TRIES):
        crop = _any_crop(rng, window, size)
        shares = [seen_share(crop.moved(p.known_quad, size), size) for p in window.plates]
        if not any(HIDDEN < share <= WHOLE for share in shares):
            return crop
    return whole


def _any_crop(rng: np.random.Generator, window: Sample, size: Size) -> Window:
    rows, columns = window.image.shape
    least = size[1] / ENLARGED
    if window.plates:
        box = quad_box(window.plates[0].known_quad)
        needed = width_to_hold(box, size)
        low, high = max(needed / SHARE[1], least), needed / SHARE[0]
    else:
        box = None
        low, high = max(columns * EMPTY_CROP, least), float(columns)
    high = min(high, float(columns))
    low = min(low, high)
    width = round(math.exp(uniform(rng, math.log(low), math.log(high))))
    height = min(round(width * size[0] / size[1]), rows)
    lefts, tops = _range(box, 0, width, columns), _range(box, 1, height, rows)
    return Window(integer(rng, *lefts), integer(rng, *tops), width, height)


def _range(box: NDArray[np.float32] | None, axis: int, length: int, whole: int) -> tuple[int, int]:
    """Return from where on and up to where, exclusively, a crop may begin to hold a box x1, y1, x2, y2."""
    first, last = 0, whole - length
    if box is not None:
        low, high = float(box[axis]), float(box[axis + 2])
        first = min(max(first, math.ceil(high + 0.5) - length), last)
        last = max(min(last, math.floor(low + 0.5)), first)
    return first, last + 1


@dataclass(frozen=True)
class BalancedWindows:
    """Frozen windows by number of training: plate texts take turns, two-line ones ``stacked`` times as often.

    Plates that nobody can read and pictures without plates take their turn each for itself.
    """

    frozen: PreparedSet
    order: BalancedOrder

    @classmethod
    def of(cls, frozen: PreparedSet, stacked: int, seed: int) -> "BalancedWindows":
        """Return a frozen set in balanced order."""
        keys, times = [], []
        for number, plates in enumerate(frozen.plates):
            first = plates[0] if plates else None
            readable = first is not None and first.known_text.strip(UNSEEN)
            keys.append(first.known_text if first and readable else f"\0{number}")
            times.append(stacked if first and first.lines == 2 else 1)
        return cls(frozen, BalancedOrder(keys, times, seed))

    def __call__(self, number: int) -> Sample:
        """Return the window that is number ``number`` of the training."""
        return self.frozen[self.order(number)]
