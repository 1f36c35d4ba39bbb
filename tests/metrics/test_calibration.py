"""Calibration by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.metrics.calibration import (
    accuracy_at_coverage,
    expected_calibration_error,
    reliability_table,
)


def test_error_of_two_bins_by_hand() -> None:
    """Bin [0, 0.5): sure 0.2, right 1/2, gap 0.3. Bin [0.5, 1]: sure 0.9, right 2/3, gap 7/30."""
    confidence, correct = [0.1, 0.3, 0.8, 0.9, 1.0], [False, True, True, False, True]
    low, high = reliability_table(confidence, correct, bins=2)
    assert (low.low, low.high, low.count) == (0, 0.5, 2)
    assert low.confidence == pytest.approx(0.2)
    assert low.accuracy == pytest.approx(0.5)
    assert high.count == 3
    error = expected_calibration_error(confidence, correct, bins=2)
    assert error == pytest.approx((2 * 0.3 + 3 * (0.9 - 2 / 3)) / 5)


def test_edges_fall_into_the_upper_bin_and_one_into_the_last() -> None:
    table = reliability_table([0.0, 0.5, 1.0], [True, True, True], bins=4)
    assert [entry.count for entry in table] == [1, 0, 1, 1]
    assert table[1].accuracy is None


def test_extremes() -> None:
    assert expected_calibration_error([1.0, 1.0], [True, True]) == 0
    assert expected_calibration_error([1.0, 1.0], [False, False]) == 1
    assert expected_calibration_error([], []) is None
    assert [entry.count for entry in reliability_table([], [])] == [0] * 15


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30))
def test_error_is_a_share_and_every_reading_is_binned(pairs: list[tuple[float, bool]]) -> None:
    confidence, correct = zip(*pairs, strict=True)
    error = expected_calibration_error(confidence, correct)
    assert error is not None
    assert 0 <= error <= 1
    assert sum(entry.count for entry in reliability_table(confidence, correct)) == len(pairs)
    assert accuracy_at_coverage(confidence, correct, 1) == pytest.approx(np.mean(correct))


def test_coverage_keeps_the_most_confident() -> None:
    confidence = [0.1, 0.9, 0.8, 0.7, 0.2, 0.95, 0.6, 0.5, 0.4, 0.3]
    correct = [False, True, True, True, False, True, True, True, True, False]
    assert accuracy_at_coverage(confidence, correct, 0.7) == 1
    assert accuracy_at_coverage(confidence, correct, 0.9) == pytest.approx(7 / 9)
    assert accuracy_at_coverage(confidence, correct, 0.01) == 1  # rounded up to one reading


def test_coverage_shares_ties_at_the_cut() -> None:
    """One of three tied readings is kept, a third of which is right, whatever their order."""
    for correct in ([True, True, False, False], [True, False, False, True]):
        assert accuracy_at_coverage([0.9, 0.5, 0.5, 0.5], correct, 0.5) == pytest.approx(2 / 3)


def test_coverage_of_nothing() -> None:
    assert accuracy_at_coverage([], [], 0.9) is None


@pytest.mark.parametrize("coverage", [0, -1, 1.1, float("nan")])
def test_impossible_coverage(coverage: float) -> None:
    with pytest.raises(ValueError, match="coverage"):
        accuracy_at_coverage([0.5], [True], coverage)


@pytest.mark.parametrize("confidence", [[1.01], [-0.1], [float("nan")], [0.5, 0.5], [[0.5]]])
def test_bad_confidences_are_refused(confidence: list[float]) -> None:
    with pytest.raises(ValueError, match="confidence"):
        expected_calibration_error(confidence, [True])
