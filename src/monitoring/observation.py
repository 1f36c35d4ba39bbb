"""What is watched of a picture and of what was read in it: numbers only, no text and no picture."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..common.geometry import quad_size
from ..generators.formats.base import PlateFormat
from ..inference.reader import Reading

LONG_SIDE = 640
"""Pictures are looked at in at most so many pixels, so that cameras of any size are alike, and none takes long."""

_MOST_PLATES = 100


@dataclass(frozen=True)
class SeenPlate:
    """A plate that was read. confidence: in [0, 1]. height: in pixels of the picture.

    length: characters that were read. known: whether the plate format has such a text. Both are None where a part of
    the plate cannot be seen, which says nothing of either.
    """

    confidence: float
    height: float
    length: int | None
    known: bool | None


@dataclass(frozen=True)
class Observation:
    """A picture. brightness: the mean of its greys, 0 to 255. blur: the variance of its Laplacian, low if out of focus.

    Source of the second: Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy: a comparative study",
    ICPR 2000.
    """

    brightness: float
    blur: float
    plates: tuple[SeenPlate, ...]


def observe(
    image: NDArray[np.uint8], readings: Sequence[Reading], plate_format: PlateFormat
) -> Observation:
    """Return what is watched of a picture uint8 (H, W), and of what was read in it."""
    height, width = image.shape
    scale = LONG_SIDE / max(height, width)
    seen = image
    if scale < 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        seen = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    blur = float(np.asarray(cv2.Laplacian(seen, cv2.CV_32F)).var())
    plates = tuple(_plate(reading, plate_format) for reading in readings[:_MOST_PLATES])
    return Observation(round(float(seen.mean()), 2), round(blur, 2), plates)


def as_facts(observation: Observation) -> dict[str, Any]:
    """Return an observation as JSON has it."""
    return asdict(observation)


def from_facts(facts: Mapping[str, Any]) -> Observation:
    """Return the observation that `as_facts` has written; raises ValueError for anything else."""
    try:
        plates = tuple(
            SeenPlate(
                _number(plate["confidence"], 1.0),
                _number(plate["height"]),
                None if plate["length"] is None else int(_number(plate["length"])),
                None if plate["known"] is None else bool(plate["known"]),
            )
            for plate in facts["plates"]
        )
        return Observation(_number(facts["brightness"], 255.0), _number(facts["blur"]), plates)
    except (KeyError, TypeError) as error:
        raise ValueError(f"it lacks {error}, or has something else there") from error


def _plate(reading: Reading, plate_format: PlateFormat) -> SeenPlate:
    height = round(quad_size(reading.quad)[1], 2)
    confidence = round(float(reading.confidence), 4)
    if reading.partial:
        return SeenPlate(confidence, height, None, None)
    known = plate_format.parse(reading.text) is not None
    return SeenPlate(confidence, height, len(reading.text), known)


def _number(value: Any, most: float = float("inf")) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise ValueError(f"it holds {value!r} where a number from 0 to {most:g} is expected")
    return float(value)
