"""Confidence intervals of the difference of two success rates."""

import math
from dataclasses import dataclass

from ..metrics.proportion import wilson_interval


@dataclass(frozen=True)
class Difference:
    """Head's share less base's, and the 95% interval that holds the true difference, all in [-1, 1]."""

    value: float
    low: float
    high: float


def unpaired(base: int, base_total: int, head: int, head_total: int) -> Difference:
    """Return the difference of the success rates of two independent sets.

    base: successes of the base, 0 … base_total.
    base_total: trials of the base, at least 1.
    head: successes of the head, 0 … head_total.
    head_total: trials of the head, at least 1.

    Source: R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statist. Med. 17
    (1998), method 10.
    """
    return _newcombe(base, base_total, head, head_total, 0.0)


def paired(both: int, gained: int, lost: int, neither: int) -> Difference:
    """Return the difference of two success rates on one set, each member of which was tried by both (paired).

    both: successes of both.
    gained: successes of the head alone.
    lost: successes of the base alone.
    neither: failures of both; together at least 1.

    Source: R. G. Newcombe, "Improved confidence intervals for the difference between binomial proportions based on
    paired data", Statist. Med. 17 (1998), method 10.
    """
    total = both + gained + lost + neither
    spread = (both + gained) * (lost + neither) * (both + lost) * (gained + neither)
    agreement = float(both * neither - gained * lost)
    if agreement > 0:  # the continuity correction of that method
        agreement = max(agreement - total / 2, 0.0)
    correlation = agreement / math.sqrt(spread) if spread else 0.0
    return _newcombe(both + lost, total, both + gained, total, correlation)


def _newcombe(
    base: int, base_total: int, head: int, head_total: int, correlation: float
) -> Difference:
    """Join the Wilson intervals of two shares, given how their errors go together."""
    before, after = base / base_total, head / head_total
    before_low, before_high = wilson_interval(base, base_total)
    after_low, after_high = wilson_interval(head, head_total)
    value = after - before
    down = _side(after - after_low, before_high - before, correlation)
    up = _side(after_high - after, before - before_low, correlation)
    return Difference(value, max(value - down, -1.0), min(value + up, 1.0))


def _side(a: float, b: float, correlation: float) -> float:
    return math.sqrt(max(a * a - 2 * correlation * a * b + b * b, 0.0))
