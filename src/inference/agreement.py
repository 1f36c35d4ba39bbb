"""How far two engines, or two exports of one network, compute the same."""

from collections.abc import Sequence

import numpy as np

from .runtime import Raw, Raws


def arrays(raws: Raws) -> tuple[Raw, ...]:
    """Return the arrays of a raw output, one or several."""
    return raws if isinstance(raws, tuple) else (raws,)


def agreement(expected: Sequence[Raws], got: Sequence[Raws]) -> float:
    """Return the share of the variance of raw outputs that others explain; of several arrays the least share.

    expected, got: raw outputs for the same pictures, one after the other. 1 where they are equal, below 0 where the
    others say less than their mean would.
    """
    pairs = zip(
        zip(*map(arrays, expected), strict=True), zip(*map(arrays, got), strict=True), strict=True
    )
    return min(_explained(one, other) for one, other in pairs)


def _explained(expected: Sequence[Raw], got: Sequence[Raw]) -> float:
    one, other = (np.concatenate([raw.ravel() for raw in raws]) for raws in (expected, got))
    if np.array_equal(one, other):
        return 1.0
    return float(1 - np.square(one - other).mean() / one.var())
