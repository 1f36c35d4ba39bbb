"""Reading pictures from Python: what `import plates` gives."""

import os
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from .bundle.choose import choose_model
from .common.errors import UserError
from .datasets.decode import read_picture
from .inference.reader import Reading

__all__ = ["Reader", "Reading", "UserError", "read"]

Picture = str | os.PathLike[str] | NDArray[np.uint8]
"""A picture file, or pixels: grey (H, W) or red, green and blue (H, W, 3), uint8, the right way up."""
# Models that `read` keeps loaded.
_KEPT = 4


class Reader:
    """Reads pictures with one saved model, which it loads once. Threads may share it."""

    def __init__(
        self, model: str | os.PathLike[str] | None = None, min_confidence: float | None = None
    ) -> None:
        """Load and try out a model.

        model: a saved model's folder; "release", the one in the package ("release/NAME": another one in it); or in a
            checkout "own", out/models/stack. By default the released one, and in a checkout the own one where
            it is there and is no smoke test.
        min_confidence: what a reading needs to be given, in [0, 1]; by default the model's own.

        Raises UserError when there is no model in the folder, or it is damaged. Raises ValueError when
        `min_confidence` is not in [0, 1].
        """
        if min_confidence is not None and not 0 <= min_confidence <= 1:
            raise ValueError(f"min_confidence is a number from 0 to 1, not {min_confidence}")
        bundle = choose_model(None if model is None else os.fspath(model))
        self._reader, self._least = bundle.reader, min_confidence or 0.0
        if min_confidence is not None:
            self._reader = bundle.reader.with_min_confidence(min_confidence)
        self.title = bundle.title
        """One line: which model this is, how good on test scenes, how old, and from where."""

    def read(self, picture: Picture) -> list[Reading]:
        """Return what is read in a picture, as `read` does."""
        readings = self._reader.read(_grey(picture))
        return [reading for reading in readings if reading.confidence >= self._least]


def read(picture: Picture, model: str | os.PathLike[str] | None = None) -> list[Reading]:
    """Find and read all licence plates of a picture.

    picture: the path of a picture file, which is read as it is shown (EXIF orientation, transparency over white); or
        an array uint8, grey (H, W) or colours (H, W, 3) in the order red, green, blue. OpenCV's order is reversed: pass
        `image[..., ::-1]`.
    model: as `Reader` takes it. It is loaded at the first call and kept.

    Returns the readings, the surest first; none where there is no plate.
    Raises UserError when the file is missing, is no picture, is damaged or over 80 megapixels; or the model is.
    Raises TypeError when the picture is neither a path nor an array of uint8. Raises ValueError when the array is
    empty, or neither (H, W) nor (H, W, 3).
    """
    return _kept(None if model is None else os.fspath(model)).read(picture)


@lru_cache(_KEPT)
def _kept(model: str | None) -> Reader:
    return Reader(model)


def _grey(picture: Picture) -> NDArray[np.uint8]:
    """Return a picture's pixels (H, W), grey as `read_picture` makes them."""
    if isinstance(picture, str | os.PathLike):
        return read_picture(Path(picture))
    if not isinstance(picture, np.ndarray):
        raise TypeError(
            f"a picture is a path or a numpy array, not {type(picture).__name__}: np.asarray(image.convert('RGB')) "
            "makes one of Pillow's"
        )
    if picture.dtype != np.uint8:
        raise TypeError(f"a picture's pixels are uint8, from 0 to 255, not {picture.dtype}")
    if not picture.size or picture.ndim not in (2, 3) or picture.shape[2:] not in ((), (3,)):
        raise ValueError(
            f"a picture is grey (H, W) or red, green and blue (H, W, 3), and not empty; this one is {picture.shape}"
        )
    pixels = np.ascontiguousarray(picture)
    if pixels.ndim == 2:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
