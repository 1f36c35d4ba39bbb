"""Overconfidence on hard scenes: cut, hidden and covered plates, and notices that are none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..generators.hard_scenes import HARD_KINDS, hard_kind
from ..metrics.calibration import expected_calibration_error
from ..metrics.proportion import share
from .score import PictureMatch

# A reading from this confidence on is one that people act on without looking.
SURE = 0.9


@dataclass(frozen=True)
class HardScore:
    """What was read in hard scenes, in their order. The truth of a plate is its whole text."""

    matches: Sequence[PictureMatch]

    def summary(self) -> dict[str, Any]:
        """Return the numbers of the set.

        "sure_and_wrong": share of the pictures with a reading that is at least SURE and not the plate's whole text.
        "ece": calibration error of all readings' confidence. "told_partial": share of the plates that have a reading
        that says that a part of them cannot be seen. None where there is nothing to count.
        """
        sure = [r.confidence for m in self.matches for r in m.readings]
        right = [_right(m, r.text) for m in self.matches for r in m.readings]
        plates = [m for m in self.matches if m.truth]
        partial = sum(any(r.partial for r in m.readings) for m in plates)
        return {
            "pictures": len(self.matches),
            "sure_and_wrong": self._sure_and_wrong(self.matches),
            "told_partial": share(partial, len(plates)),
            "ece": expected_calibration_error(sure, right),
            "sure_and_wrong_by_kind": {
                kind: self._sure_and_wrong(self._of(kind)) for kind in HARD_KINDS
            },
        }

    def badness(self) -> list[float]:
        """Return how surely wrong each picture was read: the highest confidence of a wrong reading, 0 for none."""
        return [
            max((r.confidence for r in m.readings if not _right(m, r.text)), default=0.0)
            for m in self.matches
        ]

    def _of(self, kind: str) -> list[PictureMatch]:
        return [m for number, m in enumerate(self.matches) if hard_kind(number) == kind]

    @staticmethod
    def _sure_and_wrong(matches: Sequence[PictureMatch]) -> float | None:
        wrong = sum(
            any(r.confidence >= SURE and not _right(m, r.text) for r in m.readings) for m in matches
        )
        return share(wrong, len(matches))


def _right(match: PictureMatch, text: str) -> bool:
    return any(plate.text == text for plate in match.truth)
