"""How far two histograms of the same thing lie apart, and whether that can be chance."""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from .summary import MEASURES, Summary

WATCH, DRIFT = 0.1, 0.25
"""Population stability indices from which on something has moved a little, and much: the usual ones of credit scoring.

Source: Siddiqi, "Credit Risk Scorecards" (2006), chapter 9.
"""

SAME, MOVED, DRIFTED, TOO_FEW = "same", "moved", "drifted", "too few"

# How often what is the same may be said to have moved, by chance.
_CHANCE = 0.001
# Of an empty bin no logarithm can be taken: so much of a picture is put into each.
_PRIOR = 0.5


@dataclass(frozen=True)
class Shift:
    """Of one measure. counted: values in the reference and in the log. psi: population stability index, 0 where equal.

    chance: the index that equal distributions reach once in a thousand times, with so few values. js: Jensen–Shannon
    distance, in [0, 1]. verdict: one of the words above.
    """

    name: str
    counted: tuple[int, int]
    psi: float
    chance: float
    js: float
    verdict: str


def shifts(reference: Summary, log: Summary, drift: float = DRIFT) -> list[Shift]:
    """Return the shift of each measure, in their order. drift: the index from which on something has drifted."""
    return [_shift(n, reference.counts[n], log.counts[n], drift) for n in MEASURES]


def stability_index(expected: NDArray[np.int64], actual: NDArray[np.int64]) -> float:
    """Return the population stability index of two histograms (bins,): the sum of (a - e)·ln(a/e) over their shares.

    Source: Lewis, "An Introduction to Credit Scoring" (1994); it is Jeffreys' divergence (1946).
    """
    e, a = _shares(expected), _shares(actual)
    return float(((a - e) * np.log(a / e)).sum())


def chance_index(bins: int, expected: int, actual: int) -> float:
    """Return the index that equal distributions of so many bins and values stay below, 999 times of a thousand.

    The index is then distributed like chi-squared with bins - 1 degrees of freedom, times 1/expected + 1/actual.
    Source: Yurdakul, "Statistical Properties of Population Stability Index" (2018); the quantile of chi-squared by
    Wilson & Hilferty, "The Distribution of Chi-Square" (1931).
    """
    if not expected or not actual:
        return math.inf
    freedom, z = bins - 1, NormalDist().inv_cdf(1 - _CHANCE)
    part = 2 / (9 * freedom)
    quantile = freedom * (1 - part + z * math.sqrt(part)) ** 3
    return quantile * (1 / expected + 1 / actual)


def jensen_shannon(expected: NDArray[np.int64], actual: NDArray[np.int64]) -> float:
    """Return the Jensen–Shannon distance of two histograms (bins,): 0 for equal ones, 1 for such without a common bin.

    Source: Lin, "Divergence measures based on the Shannon entropy" (1991); the square root of it is a metric.
    """
    e, a = (counts / max(counts.sum(), 1) for counts in (expected, actual))
    middle = (e + a) / 2
    divergence = (_relative_entropy(e, middle) + _relative_entropy(a, middle)) / 2
    return math.sqrt(min(max(divergence, 0.0), 1.0))


def _shift(
    name: str, expected: NDArray[np.int64], actual: NDArray[np.int64], drift: float
) -> Shift:
    counted = (int(expected.sum()), int(actual.sum()))
    psi = stability_index(expected, actual)
    chance = chance_index(len(expected), *counted)
    if psi > chance and psi >= drift:
        verdict = DRIFTED
    elif chance > drift:
        verdict = TOO_FEW
    else:
        verdict = MOVED if psi > chance and psi >= WATCH else SAME
    return Shift(name, counted, psi, chance, jensen_shannon(expected, actual), verdict)


def _shares(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    filled = counts + _PRIOR
    return np.asarray(filled / filled.sum(), np.float64)


def _relative_entropy(p: NDArray[np.float64], q: NDArray[np.float64]) -> float:
    """In bits; what has no share adds nothing."""
    there = p > 0
    return float((p[there] * np.log2(p[there] / q[there])).sum())
