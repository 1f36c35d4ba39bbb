"""How long the rest of a training takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.training.pace import SETTLING, VALIDATION, Pace


def run(pace: Pace, begun: int, wait: float, step: float) -> None:
    """Do some batches of the first epoch; early steps take much longer."""
    for index in range(begun):
        pace.waited(wait)
        pace.stepped(step if index >= SETTLING else 50 * step)


def test_early_steps_and_what_is_not_seen_yet_are_told_apart() -> None:
    pace = Pace(epochs=3, batches=100, validation=10)
    run(pace, 8, wait=0.5, step=1.0)
    # 292 steps that wait, 30 batches of validation that nobody has seen yet.
    assert pace.left() == pytest.approx(292 * 1.5 + 30 * VALIDATION)
    assert pace.share() == pytest.approx(8 / (3 * (100 + 10 * VALIDATION)))


def test_validation_counts_as_what_it_took() -> None:
    pace = Pace(epochs=2, batches=5, validation=2)
    run(pace, 5, wait=0.0, step=1.0)
    for _ in range(2):
        pace.validated(3.0)
    assert pace.left() == pytest.approx(5 + 2 * 3)


def test_nothing_is_known_before_steps_have_settled() -> None:
    pace = Pace(epochs=1, batches=100, validation=0)
    run(pace, SETTLING, 1.0, 1.0)
    assert not pace.known
    pace.waited(1.0)
    pace.stepped(1.0)
    assert pace.known


@given(st.integers(1, 4), st.integers(1, 30), st.integers(0, 5))
def test_in_the_end_nothing_is_left(epochs: int, batches: int, checks: int) -> None:
    pace = Pace(epochs, batches, checks)
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
