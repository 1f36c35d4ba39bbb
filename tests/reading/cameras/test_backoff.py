"""Waiting between attempts."""

import numpy as np

from src.reading.cameras.backoff import Backoff


def test_waits_double_to_the_longest_and_are_never_the_same() -> None:
    backoff = Backoff(1, 60, np.random.default_rng(0))
    waits = [backoff.wait() for _ in range(12)]
    turns = [1, 2, 4, 8, 16, 32, *[60] * 6]
    assert all(turn / 2 <= wait <= turn for turn, wait in zip(turns, waits, strict=True))
    assert len(set(waits)) == 12
    assert backoff.latest == 60
    backoff.reset()
    assert backoff.wait() <= 1


def test_the_longest_may_be_shorter_than_the_first() -> None:
    assert Backoff(1, 0.2, np.random.default_rng(0)).wait() <= 0.2
