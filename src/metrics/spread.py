"""95% intervals of what is no proportion: ratios of sums, and medians."""

import math
from collections.abc import Sequence

import numpy as np

Interval = tuple[float, float]
_Z = 1.96
# With fewer values, not even the least and the largest hold the median with 95%.
_FEWEST = 6


def ratio_interval(counts: Sequence[float], sizes: Sequence[float]) -> Interval | None:
    """Return the interval of the sum of counts over the sum of sizes; None where two units do not tell it.

    counts: what was counted in each unit, at least 0, e.g. the wrong characters of a picture. sizes: how much there was
    to count, e.g. its characters. Units are independent of each other; what is in one of them need not be.

    By linearisation (W. G. Cochran, "Sampling Techniques", 1977, 6.4). Where nothing was counted at all, the upper end
    is three units in as many as there are (the rule of three), each of them wholly wrong.
    """
    count, size = np.asarray(counts, np.float64), np.asarray(sizes, np.float64)
    units, whole = int(np.count_nonzero(size)), float(size.sum())
    if units < 2:
        return None
    if not count.any():
        return 0.0, min(3 / units, 1.0)
    ratio = float(count.sum()) / whole
    rest = count - ratio * size
    half = _Z * math.sqrt(units / (units - 1) * float(rest @ rest)) / whole
    return max(ratio - half, 0.0), ratio + half


def median_interval(values: Sequence[float]) -> Interval | None:
    """Return the interval of the median: two of the values, whatever their distribution; None for fewer than six."""
    if len(values) < _FEWEST:
        return None
    ranked = sorted(values)
    low = max(math.floor((len(ranked) - _Z * math.sqrt(len(ranked))) / 2), 1)
    return ranked[low - 1], ranked[-low]
