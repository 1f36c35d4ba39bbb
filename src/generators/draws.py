"""Weighted choices, faster than `Generator.choice` for the short lists used here."""

from collections.abc import Iterable, Mapping

import numpy as np


def pick_index(rng: np.random.Generator, shares: Iterable[float]) -> int:
    """Index drawn with probability `shares[index]`; the shares add up to 1."""
    rest = rng.random()
    last = -1
    for share in shares:
        rest -= share
        last += 1
        if rest < 0:
            break
    if last < 0:
        raise ValueError("Nothing to choose from.")
    return last


def pick(rng: np.random.Generator, shares: Mapping[str, float]) -> str:
    """Key drawn with probability `shares[key]`; the shares add up to 1."""
    return list(shares)[pick_index(rng, shares.values())]


def uniform(rng: np.random.Generator, low: float, high: float) -> float:
    """Number between two; a third of the cost of `Generator.uniform`, which is made for arrays."""
    return low + (high - low) * rng.random()


def integer(rng: np.random.Generator, low: int, high: int) -> int:
    """Whole number from `low` up to, not including, `high`; cheaper than `Generator.integers`.

    Fair to one part in 2**53 / (high - low): fine for grey values, places and lists.
    """
    return low + int((high - low) * rng.random())
