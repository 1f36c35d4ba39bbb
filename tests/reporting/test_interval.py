"""Intervals of differences, against those that were published."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.reporting.interval import paired, unpaired

counts = st.integers(0, 3000)


def test_unpaired_as_published() -> None:
    # Newcombe 1998, comparison (a): 56/70 against 48/80 by method 10 is 0.0524 to 0.3339.
    found = unpaired(48, 80, 56, 70)
    assert found.value == pytest.approx(0.2)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


def test_paired_as_published() -> None:
    # Newcombe 1998, of paired data: 36, 12, 2, 0 by method 10 is 0.0569 to 0.3404.
    found = paired(36, 12, 2, 0)
    assert found.value == pytest.approx(0.2)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0569, 0.3404)


def test_paired_is_narrower_where_both_make_the_same_mistakes() -> None:
    alone, together = unpaired(950, 1000, 960, 1000), paired(945, 15, 5, 35)
    assert together.value == pytest.approx(alone.value)
    assert alone.low < 0 < together.low
    assert together.high < alone.high


@settings(deadline=None)
@given(counts, counts, counts, counts)
def test_within_bounds_and_around_the_value(a: int, b: int, c: int, d: int) -> None:
    total = max(a + b + c + d, 1)
    found = paired(a if a + b + c + d else 1, b, c, d)
    assert -1 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1
    assert found.value == pytest.approx((b - c) / total)


@settings(deadline=None)
@given(counts, counts, counts)
def test_turned_round_it_is_the_mirror_image(both: int, gained: int, lost: int) -> None:
    one, other = paired(both, gained, lost, 7), paired(both, lost, gained, 7)
    assert one.low == pytest.approx(-other.high)
    assert one.high == pytest.approx(-other.low)
