"""Intervals of ratios and medians."""

import numpy as np
import pytest

from src.metrics.spread import median_interval, ratio_interval


def test_ratio_by_hand() -> None:
    # 3 of 20; each unit is 1.5, 0 or -1.5 from its share: half = 1.96 · sqrt(2/1 · 4.5) / 20
    low, high = ratio_interval([3, 0], [10, 10]) or (0, 0)
    assert low == 0
    assert high == pytest.approx(0.15 + 1.96 * 3 / 20)


def test_ratio_where_all_units_are_alike_is_certain() -> None:
    assert ratio_interval([1, 1, 1], [4, 4, 4]) == pytest.approx((0.25, 0.25))


def test_ratio_of_nothing_counted_is_not_certain() -> None:
    assert ratio_interval([0] * 100, [1] * 100) == (0.0, 0.03)
    assert ratio_interval([0, 0], [7, 7]) == (0.0, 1.0)


@pytest.mark.parametrize(("counts", "sizes"), [([], []), ([1], [2]), ([1, 0, 0], [2, 0, 0])])
def test_ratio_of_fewer_than_two_units(counts: list[int], sizes: list[int]) -> None:
    assert ratio_interval(counts, sizes) is None


def test_median_by_hand() -> None:
    assert median_interval([1, 2, 3, 4, 5]) is None
    assert median_interval([6, 5, 4, 3, 2, 1]) == (1, 6)
    # of 100 the 40th and the 61st
    assert median_interval(list(range(1, 101))) == (40, 61)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(1)
    sizes, held = [7] * 200, {"ratio": 0, "median": 0}
    for _ in range(300):
        low, high = ratio_interval(rng.binomial(7, 0.1, 200).tolist(), sizes) or (0, 0)
        held["ratio"] += low <= 0.1 <= high
        least, most = median_interval(rng.exponential(1, 80).tolist()) or (0, 0)
        held["median"] += least <= np.log(2) <= most
    assert all(270 <= count <= 297 for count in held.values()), held
