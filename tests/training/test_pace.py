"""How long the rest of a training takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.training.pace import SETTLING, VALIDATION, Pace


def run(pace: Pace, begun: int, burst: int, batches: int, draw: float, step: float) -> None:
    """Do some batches of the first epoch; the first of each burst waits for all of it, early steps take much longer."""
    for index in range(begun):
        pace.waited(draw * min(burst, batches - index) if index % burst == 0 else 0.0)
        pace.stepped(step if index >= SETTLING else 50 * step)


def test_a_burst_is_not_taken_for_its_first_batch() -> None:
    pace = Pace(epochs=3, batches=100, validation=10, burst=64)
    run(pace, 8, 64, 100, draw=0.5, step=1.0)
    # 292 steps, 300 batches of which 64 are drawn, 30 of validation that nobody has seen yet.
    assert pace.left() == pytest.approx(292 + 0.5 * 236 + 30 * VALIDATION)
    assert pace.share() == pytest.approx(8 / (3 * (100 + 10 * VALIDATION)))


def test_validation_counts_as_what_it_took() -> None:
    pace = Pace(epochs=2, batches=5, validation=2, burst=2)
    run(pace, 5, 2, 5, draw=0.0, step=1.0)
    for _ in range(2):
        pace.validated(3.0)
    assert pace.left() == pytest.approx(5 + 2 * 3)


def test_nothing_is_known_before_steps_have_settled() -> None:
    pace = Pace(epochs=1, batches=100, validation=0, burst=1)
    run(pace, SETTLING, 1, 100, 1.0, 1.0)
    assert not pace.known
    pace.waited(1.0)
    pace.stepped(1.0)
    assert pace.known


@given(st.integers(1, 4), st.integers(1, 30), st.integers(0, 5), st.integers(1, 40))
def test_in_the_end_nothing_is_left(epochs: int, batches: int, checks: int, burst: int) -> None:
    pace = Pace(epochs, batches, checks, burst)
    before = 0.0
    for _ in range(epochs):
        for _ in range(batches):
            pace.waited(1.0)
            pace.stepped(1.0)
            assert pace.share() > before
            before = pace.share()
        for _ in range(checks):
            pace.validated(1.0)
    assert pace.known
    assert pace.left() == 0
    assert pace.share() == pytest.approx(1)
