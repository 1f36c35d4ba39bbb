"""The logistic function, for what is decoded without torch."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

_Float = TypeVar("_Float", np.float32, np.float64)


def sigmoid(logits: NDArray[_Float]) -> NDArray[_Float]:
    """Return the probabilities, in [0, 1], that logits of any shape stand for, in their precision.

    Beyond ±60 they are taken for ±60, which float64 cannot tell from 1: nothing overflows.
    """
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -60, 60))), logits.dtype)
