"""How many plates of its test scenes a revision reads exactly."""

from dataclasses import dataclass

from ..metrics.proportion import wilson_interval
from .revision import STACK, Revision


@dataclass(frozen=True)
class ExactMatch:
    """Plates of the test scenes, and how many of them were read exactly."""

    correct: int
    plates: int

    @property
    def share(self) -> float:
        """Exact match in [0, 1]."""
        return self.correct / self.plates

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95% Wilson interval."""
        return wilson_interval(self.correct, self.plates)


def exact_match_of(revision: Revision) -> ExactMatch | None:
    """Return the exact match of all test scenes; None where the metrics have none, or an impossible one."""
    share, plates = revision.metric(STACK, "val_acc"), revision.metric(STACK, "plates")
    numbers = all(isinstance(n, (int, float)) and not isinstance(n, bool) for n in (share, plates))
    if not numbers or not 0 <= share <= 1 or not 1 <= plates <= 1e9:
        return None
    return ExactMatch(round(share * plates), int(plates))


def has_its_mistakes(revision: Revision, score: ExactMatch) -> bool:
    """Return whether a revision's list of mistakes is there and fits its exact match."""
    return revision.mistakes is not None and len(revision.mistakes) == score.plates - score.correct
