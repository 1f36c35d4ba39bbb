"""Weighted choices, faster than `Generator.choice` for the short lists used here."""

from collections.abc import Iterable, Mapping

import numpy as np


def pick_index(rng: np.random.Generator, shares: Iterable[float]) -> int:
    """Index drawn with probability `shares[index]`; the shares add up to 1."""
    rest = float(rng.random())
    index = -1
    for index, share in enumerate(shares):
        rest -= share
        if rest < 0:
            break
    if index < 0:
        raise ValueError("Nothing to choose from.")
    return index


def pick(rng: np.random.Generator, shares: Mapping[str, float]) -> str:
    """Key drawn with probability `shares[key]`; the shares add up to 1."""
    return list(shares)[pick_index(rng, shares.values())]
