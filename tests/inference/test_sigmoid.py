"""The logistic function, by hand and at its ends."""

import numpy as np
import pytest

from src.inference.sigmoid import sigmoid


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_by_hand_and_without_overflow(kind: str) -> None:
    logits = np.array([[0.0, np.log(3), -np.log(3)], [1e6, -1e6, 60.0]], kind)
    with np.errstate(all="raise"):
        found = sigmoid(logits)
    assert found.dtype == kind
    assert found == pytest.approx(np.array([[0.5, 0.75, 0.25], [1, 0, 1]]), abs=1e-7)
