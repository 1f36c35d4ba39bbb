"""Shares and their intervals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.metrics.proportion import share, wilson_interval


def test_share() -> None:
    assert share(1, 4) == 0.25
    assert share(0, 0) is None


def test_wilson_interval_by_hand() -> None:
    """36 of 42 at z = 1.96, by the formula: (0.7217, 0.9329)."""
    low, high = wilson_interval(36, 42)
    assert low == pytest.approx(0.7216, abs=5e-4)
    assert high == pytest.approx(0.9328, abs=5e-4)


def test_wilson_interval_of_extremes() -> None:
    """10 of 10: from 1 / (1 + z²/10) to 1."""
    assert wilson_interval(10, 10) == pytest.approx((1 / (1 + 1.96**2 / 10), 1))
    assert wilson_interval(0, 0) == (0, 1)


@given(st.integers(0, 1000), st.integers(1, 1000))
def test_wilson_interval_holds_the_share(successes: int, total: int) -> None:
    successes = min(successes, total)
    low, high = wilson_interval(successes, total)
    assert 0 <= low <= successes / total + 1e-9
    assert successes / total - 1e-9 <= high <= 1


@pytest.mark.parametrize(("successes", "total"), [(2, 1), (-1, 3)])
def test_impossible_counts(successes: int, total: int) -> None:
    with pytest.raises(ValueError, match="of"):
        wilson_interval(successes, total)
