"""Non-maximum suppression, by hand."""

import numpy as np
from numpy.typing import NDArray

from src.common.geometry import quad_cover
from src.common.nms import non_maximum_suppression


def box(x: float, width: float = 10) -> NDArray[np.float32]:
    return np.array([[x, 0], [x + width, 0], [x + width, 10], [x, 10]], np.float32)


def test_the_first_of_those_that_overlap_is_kept() -> None:
    # 5 of 10 columns are shared: IoU 1/3.
    quads = [box(0), box(5), box(10)]
    assert non_maximum_suppression(quads, 0.3) == [0, 2]
    assert non_maximum_suppression(quads, 0.4) == [0, 1, 2]


def test_what_is_suppressed_suppresses_nothing() -> None:
    assert non_maximum_suppression([box(0), box(2), box(4)], 0.5) == [0, 2]


def test_the_limit_itself_is_not_too_much() -> None:
    assert non_maximum_suppression([box(0), box(0, 5)], 0.5) == [0, 1]
    assert non_maximum_suppression([box(0), box(0, 5)], 0.49) == [0]


def test_another_overlap() -> None:
    # The smaller one lies in the larger one, of which it covers a tenth.
    quads = [box(0, 100), box(20)]
    assert non_maximum_suppression(quads, 0.5) == [0, 1]
    assert non_maximum_suppression(quads, 0.5, quad_cover) == [0]


def test_nothing() -> None:
    assert non_maximum_suppression([], 0.5) == []
