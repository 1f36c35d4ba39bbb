"""Pictures that are nearly the same: bursts, copies in other sizes or qualities, frames of a car that waits."""

from collections import deque
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
        buckets: dict[tuple[int, bytes], deque[int]] = {}
        finders = {folder: PictureFinder(folder) for folder in folders}
        known: list[tuple[NDArray[np.uint8], NDArray[np.float32]] | None] = []
        for number, (folder, image) in enumerate(progress(places, len(places), "look for copies")):
            levels = _levels(finders[folder], image)
            known.append(levels)
            if levels is None:
                continue
            keys = [(band, levels[0][2 * band : 2 * band + 2].tobytes()) for band in range(_BANDS)]
            others = dict.fromkeys(one for key in keys for one in buckets.get(key, ()))
            for one in others:
                if _are_alike(levels, known[one]):
                    yield places[one], (folder, image)
            for key in keys:
                buckets.setdefault(key, deque(maxlen=_COMPARED)).append(number)


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


def _are_alike(
    one: tuple[NDArray[np.uint8], NDArray[np.float32]],
    other: tuple[NDArray[np.uint8], NDArray[np.float32]] | None,
) -> bool:
    if other is None:
        return False
    differing = int(np.bitwise_count(one[0] ^ other[0]).sum())
    return differing <= _BITS and float(one[1] @ other[1]) >= _ALIKE
