"""Shares of a count, with how far they can be trusted."""

import math


def share(part: int, whole: int) -> float | None:
    """Return part / whole, or None when there is nothing to take a share of."""
    return part / whole if whole else None


def wilson_interval(successes: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """Return the Wilson score interval of a proportion, within [0, 1].

    Unlike the textbook ± it stays sensible for small sets and for shares of 0 or 1.

    successes: number of successes, 0 … total.
    total: number of trials; 0 says nothing, so the interval is (0, 1).
    z: standard normal quantile; 1.96 for 95%.

    Source: E. B. Wilson, "Probable inference …", J. Am. Stat. Assoc. 22 (1927).

    Raises ValueError when `successes` is not within 0 … `total`.
    """
    if not 0 <= successes <= total:
        raise ValueError(f"{successes} successes of {total}")
    if total == 0:
        return 0.0, 1.0
    rate = successes / total
    weight = 1 + z * z / total
    middle = (rate + z * z / (2 * total)) / weight
    half = z / weight * math.sqrt(rate * (1 - rate) / total + z * z / (4 * total * total))
    return max(middle - half, 0.0), min(middle + half, 1.0)
