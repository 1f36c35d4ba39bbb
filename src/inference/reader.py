"""From a picture to readings: the only path through both models, for evaluation, serving and the shell alike."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ..common.errors import UserError, require_shares
from ..common.geometry import is_readable_quad, quad_box, quad_cover
from ..common.nms import non_maximum_suppression
from ..common.rectify import rectify
from ..common.texts import UNSEEN
from ..generators.formats.base import PlateFormat, PlateText
from .cropped import is_cropped, surest, whole_picture, with_both_ends
from .detection import Detection
from .grammar import UNDECIDED, Judged, Parse, apply_unseen
from .refinement import refine_detections, suppress
from .region import Region, region_of
from .runtime import Run
from .search import find_plates
from .upright import decode_upright

Picture = NDArray[np.uint8]
# Runs the localizer on one picture (H, W): → its detections in that picture's pixels, best first.
Localize = Callable[[Picture], list[Detection]]
# Reads N rectified plates (N, height, width), each from a crop of it or not, with a plate format's grammar → what is to
# be believed of each.
ReadPlates = Callable[[Picture, Parse, Sequence[bool]], list[Judged]]

# Two readings whose plates share more than this of the smaller one are of the same plate.
SAME_PLATE = 0.4
# Confidence that a text needs at least when the plate format does not know it: most that is read where there is no
# plate is such a text.
FOREIGN_CONFIDENCE = 0.6
# The same, and that of a text that the format knows, where it was found in a tile of a large picture: many times the
# area has many times as much that is no plate.
TILED_FOREIGN, TILED_KNOWN = 0.95, 0.8
# What is a plate with less probability than this, seen large, is a guess, however clear its text: price tags and boards
# are as easy to read. One plate in a hundred is doubted so.
SURELY_PLATE = 0.95
# What overlaps a reading that is at least so sure is not looked at again: it would give the same text. Where nothing
# was read, only what is at least so probable is.
SURELY_READ, WORTH_ANOTHER = 0.95, 0.4
# A reading of a plate of which a part cannot be seen is never surer than this, and needs this many characters.
PARTIAL_CONFIDENCE = 0.5
LEAST_CHARACTERS = 2


@dataclass(frozen=True)
class Reading:
    """One plate that was found and read. All numbers are finite.

    text: as read, without the characters that cannot be seen. prefix, number: its parts by the plate format, or "" and
    the text where the format knows no such text. score: the localizer's, in [0, 1]. confidence: how probable it is that
    this is the plate's whole text, in [0, 1]. characters: each of the text with its confidence in [0, 1]. quad: corners
    (4, 2) float32 in the picture's pixels, clockwise from the plate's top left; of a partial one, of what can be seen.
    lines: rows of text. partial: part of the plate cannot be seen: it is beyond the picture's edge or hidden; the text
    then lacks characters, and the confidence is at most PARTIAL_CONFIDENCE. pattern: the text with UNSEEN for each run
    of characters that cannot be seen. region: the country that issued it; None where neither text nor picture tells, or
    the text is partial. countries: how probable each is by what is seen alone, by its code; none where the reader tells
    none apart.
    """

    text: str
    prefix: str
    number: str
    score: float
    confidence: float
    characters: tuple[tuple[str, float], ...]
    quad: NDArray[np.float32]
    lines: int
    partial: bool = False
    pattern: str = ""
    region: Region | None = None
    countries: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.pattern:
            object.__setattr__(self, "pattern", self.text)

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


@dataclass(frozen=True, kw_only=True)
class ReaderOptions:
    """Canvas of a rectified plate in pixels; the rest as in EvaluateStackParams.

    Raises UserError for values that cannot be, by their names in params.py.
    """

    height: int
    width: int
    min_score: float
    min_confidence: float
    long_sides: Sequence[int]

    def __post_init__(self) -> None:
        require_shares(MIN_SCORE=self.min_score, MIN_CONFIDENCE=self.min_confidence)
        if any(side < 1 for side in self.long_sides):
            raise UserError(f"LONG_SIDES {list(self.long_sides)} must be at least 1, each of them")


class PlateReader:
    """Finds and reads all plates of a picture of any size.

    localize, read_plates: the two networks with their decoders. refine: the localizer's refiner, if it has one.
    plate_format: whose grammar and countries count.
    """

    def __init__(
        self,
        localize: Localize,
        refine: Run | None,
        read_plates: ReadPlates,
        plate_format: PlateFormat,
        options: ReaderOptions,
    ) -> None:
        self._localize = localize
        self._refine = refine
        self._read_plates = read_plates
        self._format = plate_format
        self._options = options

    def with_min_confidence(self, value: float) -> "PlateReader":
        """Return this reader with another lowest confidence."""
        changed = copy(self)
        changed._options = replace(self._options, min_confidence=value)
        return changed

    def with_format(self, plate_format: PlateFormat) -> "PlateReader":
        """Return this reader with another plate format: a part of its own, or that of some countries."""
        changed = copy(self)
        changed._format = plate_format
        return changed

    def read(self, image: Picture) -> list[Reading]:
        """Return the readings of a grey picture (H, W) uint8, the surest first; none where there is no plate.

        Raises ValueError when the picture is not a non-empty grey uint8 array.
        """
        if image.ndim != 2 or image.dtype != np.uint8 or not image.size:
            raise ValueError(
                f"a picture is uint8 (H, W) and not empty, got {image.dtype} {image.shape}"
            )
        best, others = _parted(self._find(image))
        first = self._refined(image, best)
        readings = self.read_at(image, first)
        doubtful = [d for d in others if _is_doubtful(d, readings)]
        if doubtful:
            readings += self.read_at(image, self._refined(image, doubtful, first))
        if max((r.confidence for r in readings), default=0.0) < SURELY_READ:
            readings += self._read_whole(image)
        given = (
            replace(r, confidence=min(r.confidence, surest(r.quad, image.shape)))
            for r in _suppress(readings)
        )
        # What the picture's edge has made less sure is ranked and held against the threshold again.
        least = self._options.min_confidence
        return sorted((r for r in given if r.partial or r.confidence >= least), key=_rank)

    def _read_whole(self, image: Picture) -> list[Reading]:
        """Return what a picture in the form of a plate says as one, by its own corners and by more precise ones."""
        whole = whole_picture(image.shape)
        if whole is None:
            return []
        looks = self._refined(image, [whole])
        if self._refine is not None:  # as it is too, as what the second look says of it
            looks += [replace(look, quad=whole.quad) for look in looks]
        return self.read_at(image, looks)

    def detect(self, image: Picture) -> list[Detection]:
        """Return the detections in a grey picture (H, W), each plate once, in the order of `find_plates`."""
        return self._refined(image, self._find(image))

    def _find(self, image: Picture) -> list[Detection]:
        return find_plates(self._localize, image, self._options.long_sides)

    def _refined(
        self, image: Picture, found: Sequence[Detection], before: Sequence[Detection] = ()
    ) -> list[Detection]:
        """Return detections made precise; those that are one with an earlier one, or one ``before``, are left out."""
        if self._refine is None:
            return suppress([*before, *found])[len(before) :]
        return refine_detections(self._refine, [image], [found], [before])[0]

    def read_at(self, image: Picture, found: Sequence[Detection]) -> list[Reading]:
        """Return the readings at these detections; none for those that turn out to be no plates."""
        found = [d for d in found if is_readable_quad(d.quad)]
        if not found:
            return []
        o = self._options
        plates = [rectify(image, d.quad, d.lines, o.height, o.width) for d in found]
        cropped = [is_cropped(d.quad, image.shape) for d in found]
        found = [with_both_ends(d) if crop else d for d, crop in zip(found, cropped, strict=True)]
        parse = self._format.parse
        decoded = decode_upright(
            lambda stacked, crops: self._read_plates(stacked, parse, crops),
            plates,
            cropped,
            o.min_confidence,
        )
        readings = (self._reading(d, text) for d, text in zip(found, decoded, strict=True))
        return [r for r in readings if r is not None]

    def _reading(self, detection: Detection, decoded: Judged) -> Reading | None:
        least = self._options.min_confidence
        decoded = apply_unseen(decoded, detection.unseen)
        sure = decoded.confidence * detection.plate
        if detection.plate < SURELY_PLATE:
            sure = min(decoded.confidence, UNDECIDED)
        decoded = replace(decoded, confidence=sure)
        if not decoded.accepted and not decoded.partial:
            least = max(least, TILED_FOREIGN if detection.tiled else FOREIGN_CONFIDENCE)
        elif detection.tiled:
            least = max(least, TILED_KNOWN)
        # Of a plate that is not whole, what can be seen has to be as sure as a whole text.
        if not decoded.seen or decoded.confidence < least:
            return None
        if decoded.partial and len(decoded.seen) < LEAST_CHARACTERS:
            return None
        parts = self._format.parse(decoded.seen) or PlateText(decoded.seen, "", decoded.seen)
        strengths = zip(decoded.text, decoded.confidences, strict=True)
        return Reading(
            parts.text,
            parts.prefix,
            parts.number,
            detection.score,
            min(decoded.whole, PARTIAL_CONFIDENCE) if decoded.partial else decoded.confidence,
            tuple((char, strength) for char, strength in strengths if char != UNSEEN),
            detection.quad,
            detection.lines,
            decoded.partial,
            decoded.text,
            None
            if decoded.partial
            else region_of(self._format, decoded.seen, detection.lines, decoded.countries),
            decoded.countries,
        )


def _parted(found: Sequence[Detection]) -> tuple[list[Detection], list[Detection]]:
    """Return the best detection of each group on one place, and all others: most plates are found at several sizes."""
    ranked = sorted(found, key=lambda d: -d.score)
    best = non_maximum_suppression([d.quad for d in ranked], SAME_PLATE, quad_cover)
    others = sorted(set(range(len(ranked))) - set(best))
    return [ranked[i] for i in best], [ranked[i] for i in others]


def _is_doubtful(detection: Detection, readings: Sequence[Reading]) -> bool:
    """Tell whether a further detection on a place is worth a look after what was read there."""
    sure = [r.confidence for r in readings if quad_cover(detection.quad, r.quad) > SAME_PLATE]
    return max(sure) < SURELY_READ if sure else detection.score >= WORTH_ANOTHER


def _suppress(readings: Sequence[Reading]) -> list[Reading]:
    """Keep the surest of the readings whose plates overlap: one plate was seen at several sizes."""
    ranked = sorted(readings, key=_rank)
    quads = [reading.quad for reading in ranked]
    return [ranked[i] for i in non_maximum_suppression(quads, SAME_PLATE, quad_cover)]


def _rank(reading: Reading) -> float:
    """Return a number that is the lower the surer a reading is."""
    return -reading.confidence * reading.score
