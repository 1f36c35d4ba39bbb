"""From a picture to readings: the only path through both models, for evaluation, serving and the shell alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from src.common.geometry import is_readable_quad, quad_box, quad_cover, rectify
from src.generators.formats.base import PlateText
from src.models.base import Detection
from src.models.codec import Codec, Decoded
from src.stack.search import find_plates

Picture = NDArray[np.uint8]
# Runs the localizer on one picture (H, W): → its detections in that picture's pixels, best first.
Localize = Callable[[Picture], list[Detection]]
# Runs the reader on N rectified plates (N, height, width) → probabilities (N, columns, classes).
ReadPlates = Callable[[Picture], NDArray[np.float32]]

# Two readings whose plates share more than this of the smaller one are of the same plate.
SAME_PLATE = 0.4


@dataclass(frozen=True)
class Reading:
    """One plate that was found and read. All numbers are finite.

    text: as read. prefix, number: its parts by the plate format, or "" and the text where the format knows no such
    text. score: the localizer's, in [0, 1]. characters: each with its confidence in [0, 1]. quad: corners (4, 2)
    float32 in the picture's pixels, clockwise from the plate's top left. lines: rows of text.
    """

    text: str
    prefix: str
    number: str
    score: float
    characters: tuple[tuple[str, float], ...]
    quad: NDArray[np.float32]
    lines: int

    @cached_property
    def confidence(self) -> float:
        """Probability that the whole text is right, were its characters' mistakes independent."""
        return float(np.prod([strength for _, strength in self.characters]))

    @property
    def confidence_mean(self) -> float:
        """Mean over the characters."""
        return float(np.mean([strength for _, strength in self.characters]))

    @property
    def confidence_min(self) -> float:
        """The weakest character's."""
        return min(strength for _, strength in self.characters)

    @property
    def box(self) -> NDArray[np.float32]:
        """Upright box x1, y1, x2, y2 around the plate."""
        return quad_box(self.quad)


@dataclass(frozen=True)
class ReaderOptions:
    """Canvas of a rectified plate in pixels; the rest as in EvaluateStackParams."""

    height: int
    width: int
    min_score: float
    min_confidence: float
    long_sides: Sequence[int]


class PlateReader:
    """Finds and reads all plates of a picture of any size.

    localize, read_plates: the two networks. parse: the plate format's grammar.
    """

    def __init__(
        self,
        localize: Localize,
        read_plates: ReadPlates,
        codec: Codec,
        parse: Callable[[str], PlateText | None],
        options: ReaderOptions,
    ) -> None:
        self._localize = localize
        self._read_plates = read_plates
        self._codec = codec
        self._parse = parse
        self._options = options

    def read(self, image: Picture) -> list[Reading]:
        """Return the readings of a grey picture (H, W) uint8, the surest first; none where there is no plate.

        Raises ValueError when the picture is not a non-empty grey uint8 array.
        """
        if image.ndim != 2 or image.dtype != np.uint8 or not image.size:
            raise ValueError(
                f"a picture is uint8 (H, W) and not empty, got {image.dtype} {image.shape}"
            )
        found = find_plates(self._localize, image, self._options.long_sides)
        return self._distinct(self.read_at(image, found))

    def read_at(self, image: Picture, found: Sequence[Detection]) -> list[Reading]:
        """Return what is read where plates are said to be; nothing for those that are no plates after all."""
        found = [d for d in found if is_readable_quad(d.quad)]
        if not found:
            return []
        o = self._options
        plates = [rectify(image, d.quad, d.lines, o.height, o.width) for d in found]
        decoded = [self._codec.decode(one) for one in self._read_plates(np.stack(plates))]
        readings = (self._reading(d, text) for d, text in zip(found, decoded, strict=True))
        return [r for r in readings if r is not None]

    def _reading(self, detection: Detection, decoded: Decoded) -> Reading | None:
        if not decoded.text or decoded.mean < self._options.min_confidence:
            return None
        parts = self._parse(decoded.text) or PlateText(decoded.text, "", decoded.text)
        return Reading(
            decoded.text,
            parts.prefix,
            parts.number,
            detection.score,
            tuple(zip(decoded.text, decoded.confidences, strict=True)),
            detection.quad,
            detection.lines,
        )

    @staticmethod
    def _distinct(readings: Sequence[Reading]) -> list[Reading]:
        """Keep the surest of the readings whose plates overlap: one plate was seen at several sizes."""
        kept: list[Reading] = []
        for reading in sorted(readings, key=lambda r: -r.confidence * r.score):
            if all(quad_cover(reading.quad, other.quad) <= SAME_PLATE for other in kept):
                kept.append(reading)
        return kept
