"""How well both models together read a set of pictures: counted over the whole set, divided once."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..common.geometry import quad_iou, quad_size
from ..common.plates import LabelledPlate
from ..common.progress import progress
from ..datasets.prepared import PreparedSet
from ..inference.reader import PlateReader, Reading
from ..metrics.calibration import accuracy_at_coverage, expected_calibration_error
from ..metrics.detection import FOUND_IOU
from ..metrics.proportion import share, wilson_interval
from ..metrics.reading import (
    Share,
    accuracy_by,
    accuracy_by_length,
    agrees,
    character_error_rate,
    known,
)

Picture = NDArray[np.uint8]
# Upper ends in pixels of the groups of plate heights.
HEIGHTS = (10, 14, 20, 32, 64)


@dataclass(frozen=True)
class PictureMatch:
    """A picture's truth and what was read: for each plate the reading that is taken for it, and the rest.

    What the matched reading has in place of a `?` counts as the truth.
    """

    truth: tuple[LabelledPlate, ...]
    readings: tuple[Reading, ...]
    matched: tuple[Reading | None, ...]
    found: tuple[bool, ...]
    extra: tuple[Reading, ...]


@dataclass
class Score:
    """What was read in each picture of a set, and the milliseconds that each picture took."""

    matches: list[PictureMatch] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)

    def pairs(self) -> tuple[list[str], list[str]]:
        """Return true and read texts of the plates that somebody can read; "" where nothing was read.

        A reading that says that it is partial has not read the whole plate, whatever characters it has.
        """
        pairs = [
            (t.text, r.pattern if r else "")
            for match in self.matches
            for t, r in zip(match.truth, match.matched, strict=True)
            if t.text
        ]
        return [t for t, _ in pairs], [r for _, r in pairs]

    def exact(self) -> list[bool]:
        """Return for each plate that somebody can read, in order, whether the whole of it was read."""
        return [truth == read for truth, read in zip(*self.pairs(), strict=True)]

    def summary(self) -> dict[str, Any]:
        """Return the numbers that every set has; None where a set has nothing to count."""
        truth, read = self.pairs()
        correct = sum(t == r for t, r in zip(truth, read, strict=True))
        interval = wilson_interval(correct, len(truth)) if truth else None
        with_corners = [
            found
            for m in self.matches
            for t, found in zip(m.truth, m.found, strict=True)
            if t.quad is not None
        ]
        return {
            "pictures": len(self.matches),
            "plates": len(truth),
            "exact": share(correct, len(truth)),
            "exact_low": interval[0] if interval else None,
            "exact_high": interval[1] if interval else None,
            "cer": character_error_rate(truth, read),
            "found": share(sum(with_corners), len(with_corners)),
            "extra_per_picture": share(sum(len(m.extra) for m in self.matches), len(self.matches)),
            "ms_per_picture": float(np.median(self.milliseconds)) if self.milliseconds else None,
        }

    def no_plate(self) -> dict[str, Any]:
        """Return how often something was read in pictures without a plate."""
        empty = [match for match in self.matches if not match.truth]
        wrong = sum(bool(match.readings) for match in empty)
        return {"pictures": len(empty), "with_reading": share(wrong, len(empty))}

    def confidence(self) -> dict[str, Any]:
        """Return how much the confidence of the readings is worth; a reading is right when its plate's text is."""
        sure, right = self.judged()
        return {
            "ece": expected_calibration_error(sure, right),
            "accuracy_at_90_coverage": accuracy_at_coverage(sure, right, 0.9) if sure else None,
        }

    def judged(self) -> tuple[list[float], list[bool]]:
        """Return the confidence of each reading in the set, invented ones too, and whether its text is right."""
        judged: list[tuple[float, bool]] = []
        for match in self.matches:
            for truth, reading in zip(match.truth, match.matched, strict=True):
                if reading is not None and truth.text:
                    judged.append((reading.confidence, reading.text == truth.text))
            judged += [(reading.confidence, False) for reading in match.extra]
        return [sure for sure, _ in judged], [right for _, right in judged]

    def by_length(self) -> dict[int, Share]:
        """Return exact matches by length of the true text."""
        return accuracy_by_length(*self.pairs())

    def by_height(self) -> dict[str, Share]:
        """Return exact matches by the plate's height in the picture in pixels."""
        plates = [
            (height_group(t.quad), r is not None and r.pattern == t.text)
            for match in self.matches
            for t, r in zip(match.truth, match.matched, strict=True)
            if t.text and t.quad is not None
        ]
        groups = accuracy_by([g for g, _ in plates], [g if ok else "" for g, ok in plates], str)
        names = [height_name(i) for i in range(len(HEIGHTS) + 1)]
        return {name: groups[name] for name in names if name in groups}

    def by_lines(self) -> dict[str, Share]:
        """Return exact matches by rows of text."""
        plates = [
            (str(t.lines), r is not None and r.pattern == t.text)
            for match in self.matches
            for t, r in zip(match.truth, match.matched, strict=True)
            if t.text and t.lines
        ]
        return accuracy_by([g for g, _ in plates], [g if ok else "" for g, ok in plates], str)


def score_pictures(
    reader: PlateReader, pictures: Iterable[tuple[Picture, Sequence[LabelledPlate]]]
) -> Score:
    """Read each picture and hold the readings against the truth."""
    score = Score()
    for image, truth in pictures:
        start = time.perf_counter()
        readings = reader.read(image)
        score.milliseconds.append(1000 * (time.perf_counter() - start))
        score.matches.append(judge(truth, readings))
    return score


def score_prepared(reader: PlateReader, prepared: PreparedSet, name: str) -> Score:
    """Read each picture of a frozen set, with a progress bar of that name, and hold the readings against the truth."""
    pictures = ((sample.image, sample.plates) for sample in prepared)
    return score_pictures(reader, progress(pictures, len(prepared), name))


def judge(truth: Sequence[LabelledPlate], readings: Sequence[Reading]) -> PictureMatch:
    """Match the readings of a picture to its plates.

    First come readings of the right text, wherever they lie (labels drawn by hand are loose); then those that overlap a
    plate most. No reading is taken twice. What is left over is extra, but for readings on a plate that has one
    or cannot be read. Texts with `?` fit many readings and come after those without.
    """
    matched: list[Reading | None] = [None] * len(truth)
    free = list(readings)
    for i, plate in sorted(enumerate(truth), key=lambda item: item[1].unreadable_characters):
        same = [r for r in free if plate.text and agrees(plate.text, r.text)]
        if same:
            matched[i] = _take(plate, same, free)
    for i, plate in enumerate(truth):
        near = [r for r in free if _overlap(plate, r) >= FOUND_IOU]
        if matched[i] is None and near:
            matched[i] = _take(plate, near, free)
    found = tuple(any(_overlap(plate, r) >= FOUND_IOU for r in readings) for plate in truth)
    extra = tuple(r for r in free if all(_overlap(plate, r) < FOUND_IOU for plate in truth))
    return PictureMatch(_known(truth, matched), tuple(readings), tuple(matched), found, extra)


def _known(
    truth: Sequence[LabelledPlate], matched: Sequence[Reading | None]
) -> tuple[LabelledPlate, ...]:
    pairs = zip(truth, matched, strict=True)
    return tuple(replace(t, text=known(t.text, r.text)) if r and t.text else t for t, r in pairs)


def _take(plate: LabelledPlate, suited: Sequence[Reading], free: list[Reading]) -> Reading:
    """Return the reading that overlaps a plate most, and take it from those that are free."""
    best = max(suited, key=lambda r: _overlap(plate, r))
    free[:] = [r for r in free if r is not best]
    return best


def height_group(quad: NDArray[np.float32]) -> str:
    """Return the name of the group of heights that a plate belongs to."""
    return height_name(int(np.searchsorted(HEIGHTS, quad_size(quad)[1], side="right")))


def height_name(index: int) -> str:
    """Return a group's name: "under 10", "10-14" … "over 64" pixels."""
    if index == 0:
        return f"under {HEIGHTS[0]}"
    if index == len(HEIGHTS):
        return f"over {HEIGHTS[-1]}"
    return f"{HEIGHTS[index - 1]}-{HEIGHTS[index]}"


def _overlap(plate: LabelledPlate, reading: Reading) -> float:
    return 0.0 if plate.quad is None else quad_iou(plate.quad, reading.quad)
