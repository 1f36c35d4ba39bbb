"""The logistic function, by hand and at its ends."""

import numpy as np
import pytest

from src.models.sigmoid import sigmoid


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_by_hand_and_without_overflow(kind: type[np.float32] | type[np.float64]) -> None:
    logits = np.array([[0.0, np.log(3), -np.log(3)], [1e6, -1e6, 60.0]], kind)
    with np.errstate(all="raise"):
        found = sigmoid(logits)
    assert found.dtype == kind
    assert found == pytest.approx(np.array([[0.5, 0.75, 0.25], [1, 0, 1]]), abs=1e-7)
