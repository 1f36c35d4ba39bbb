"""Pictures that are nearly the same: bursts, copies in other sizes or qualities, frames of a car that waits."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..common.errors import UserError
from ..common.progress import progress
from ..datasets.decode import read_picture, upright_grey
from ..datasets.picture_paths import PictureFinder
from .folders import rows_in

Place = tuple[Path, str]
"""A folder of photographs, and a picture's path in it as it is written there."""

_SIDE = 16
# Of 256 bits so many may differ: fewer than there are bands, so that one band at least is the same.
_BITS, _BANDS = 12, 16
_ALIKE = 0.97
# Of the pictures that share a band: the last ones, for a film has thousands.
_COMPARED = 64
# Grey levels; flatter pictures have nothing to be known by.
_CONTRAST = 2.0


class Near:
    """Finds pairs of pictures that are nearly the same.

    Of each picture 16×16 grey levels are kept. Two are nearly the same where the signs of their horizontal gradients
    differ in at most 12 of 256 places, and the levels correlate by at least 0.97.
    """

    def pairs(self, folders: Sequence[Path]) -> Iterator[tuple[Place, Place]]:
        """Yield pairs of a picture and an earlier one. Pictures that cannot be read are like no other."""
        places = [(folder, image) for folder in folders for image in _images(folder)]
        finders = {folder: PictureFinder(folder) for folder in folders}
        known = _Known(len(places))
        for number, (folder, image) in enumerate(progress(places, len(places), "look for copies")):
            levels = _levels(finders[folder], image)
            if levels is not None:
                yield from ((places[one], (folder, image)) for one in known.alike(*levels))
                known.add(number, *levels)


class _Known:
    """The pictures that were seen, by the bands of bits that they share with others. count: how many there may be.

    They are rows of arrays: of a hundred thousand pictures, lists of those in each band would take a gigabyte.
    """

    def __init__(self, count: int) -> None:
        self._signs = np.empty((count, 2 * _BANDS), np.uint8)
        self._levels = np.empty((count, _SIDE * _SIDE), np.float16)
        # By band and value the last picture that has it; by picture and band the one before. -1 is none.
        self._last = np.full((_BANDS, 1 << 16), -1, np.int32)
        self._before = np.full((count, _BANDS), -1, np.int32)

    def alike(self, signs: NDArray[np.uint8], levels: NDArray[np.float32]) -> Iterator[int]:
        """Yield the numbers of known pictures that are nearly the same."""
        others: dict[int, None] = {}
        for band, value in enumerate(signs.view(np.uint16).tolist()):
            one = int(self._last[band, value])
            for _ in range(_COMPARED):
                if one < 0:
                    break
                others[one] = None
                one = int(self._before[one, band])
        if others:
            rows = np.fromiter(others, np.int32)
            differing = np.bitwise_count(self._signs[rows] ^ signs).sum(1)
            rows = rows[differing <= _BITS]
            yield from rows[self._levels[rows].astype(np.float32) @ levels >= _ALIKE].tolist()

    def add(self, number: int, signs: NDArray[np.uint8], levels: NDArray[np.float32]) -> None:
        """Know a picture from now on."""
        self._signs[number], self._levels[number] = signs, levels
        values = signs.view(np.uint16)
        bands = np.arange(_BANDS)
        self._before[number] = self._last[bands, values]
        self._last[bands, values] = number


def _images(folder: Path) -> list[str]:
    return list(dict.fromkeys(row.image for row in rows_in(folder)))


def _levels(
    finder: PictureFinder, image: str
) -> tuple[NDArray[np.uint8], NDArray[np.float32]] | None:
    """Return 32 bytes of gradients' signs and 256 levels of mean 0 and length 1; None for what cannot be compared."""
    try:
        path = finder.find(image)
        grey = _small(path) if path.is_file() else None
    except UserError:
        return None
    if grey is None:
        return None
    small = cv2.resize(grey, (_SIDE + 1, _SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    if small.std() < _CONTRAST:
        return None
    signs = np.packbits(small[:, 1:] > small[:, :-1])
    levels = small[:, 1:].ravel() - small[:, 1:].mean()
    return signs, (levels / max(float(np.linalg.norm(levels)), 1e-6)).astype(np.float32)


def _small(path: Path) -> NDArray[np.uint8]:
    """Return a picture in grey; of a large JPEG, as small as its decoder makes it at once."""
    try:
        with path.open("rb") as file, Image.open(file, formats=("JPEG",)) as image:
            image.draft("L", (4 * _SIDE, 4 * _SIDE))
            return upright_grey(image)
    except Exception:  # no JPEG, or a damaged one, of which the other says more
        return read_picture(path)
