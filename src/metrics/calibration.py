"""Whether a confidence means what it says.

`confidence` is float (N,) in [0, 1], `correct` bool (N,): was that reading right?
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

BINS = 15


@dataclass(frozen=True)
class Bin:
    """Readings whose confidence lies in [low, high); in the last bin [low, 1].

    `confidence` and `accuracy` are means over the bin, None when `count` is 0.
    """

    low: float
    high: float
    count: int
    confidence: float | None
    accuracy: float | None


def reliability_table(confidence: ArrayLike, correct: ArrayLike, bins: int = BINS) -> list[Bin]:
    """Return `bins` bins of equal width over [0, 1], empty ones included.

    Raises ValueError when the lengths differ, or a confidence is not a number in [0, 1].
    """
    sure, right = _checked(confidence, correct)
    index = np.minimum((sure * bins).astype(np.int64), bins - 1)
    table = []
    for number in range(bins):
        inside = index == number
        count = int(inside.sum())
        table.append(
            Bin(
                low=number / bins,
                high=(number + 1) / bins,
                count=count,
                confidence=float(sure[inside].mean()) if count else None,
                accuracy=float(right[inside].mean()) if count else None,
            )
        )
    return table


def expected_calibration_error(
    confidence: ArrayLike, correct: ArrayLike, bins: int = BINS
) -> float | None:
    """Return the mean gap between confidence and accuracy, each bin weighted by its readings.

    In [0, 1], 0 is perfect; None for an empty set.
    Source: Guo et al., "On calibration of modern neural networks" (2017), equation 3.
    """
    table = reliability_table(confidence, correct, bins)
    total = sum(entry.count for entry in table)
    if total == 0:
        return None
    gaps = sum(
        entry.count * abs(entry.confidence - entry.accuracy)
        for entry in table
        if entry.confidence is not None and entry.accuracy is not None
    )
    return gaps / total


def accuracy_at_coverage(
    confidence: ArrayLike, correct: ArrayLike, coverage: float
) -> float | None:
    """Return the accuracy on the most confident share of readings; None for an empty set.

    What a team gets that sends the rest to a person. Readings tied at the cut are taken
    in proportion, so the order of the set does not matter.

    coverage: share kept, in (0, 1]; rounded up to whole readings.

    Raises ValueError when `coverage` is not in (0, 1], and as `reliability_table` does.
    """
    if not 0 < coverage <= 1:
        raise ValueError(f"coverage must be in (0, 1], not {coverage}")
    sure, right = _checked(confidence, correct)
    if len(sure) == 0:
        return None
    kept = min(math.ceil(coverage * len(sure) - 1e-9), len(sure))
    cut = np.sort(sure)[::-1][kept - 1]
    above, tied = sure > cut, sure == cut
    return float((right[above].sum() + (kept - above.sum()) * right[tied].mean()) / kept)


def _checked(
    confidence: ArrayLike, correct: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    sure = np.asarray(confidence, np.float64)
    right = np.asarray(correct, np.bool_).astype(np.float64)
    if sure.ndim != 1 or sure.shape != right.shape:
        raise ValueError(f"confidence {sure.shape} and correct {right.shape} must both be (N,)")
    if not ((sure >= 0) & (sure <= 1)).all():
        raise ValueError("a confidence is not a number in [0, 1]")
    return sure, right
