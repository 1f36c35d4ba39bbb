"""Non-maximum suppression, by hand."""

import numpy as np
from numpy.typing import NDArray

from src.common.geometry import quad_cover
from src.common.nms import non_maximum_suppression, suppress_boxes


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


def test_upright_boxes_by_hand() -> None:
    # 20×10 each. The second shares 15 of 20 columns with the first (IoU 150/250 = 0.6), the third 5 (50/350 = 1/7) and
    # with the second 10 (100/300 = 1/3); the last lies apart, and one without area is nobody's.
    boxes = np.array(
        [[0, 0, 20, 10], [5, 0, 25, 10], [15, 0, 35, 10], [0, 50, 20, 60], [3, 3, 3, 3]], float
    )
    assert suppress_boxes(boxes, 0.45).tolist() == [0, 2, 3, 4]
    assert suppress_boxes(boxes, 0.6).tolist() == [0, 1, 2, 3, 4]
    assert suppress_boxes(boxes, 0.59).tolist() == [0, 2, 3, 4]
    assert suppress_boxes(boxes[[1, 0, 2]], 0.3).tolist() == [0]
    assert suppress_boxes(np.zeros((0, 4)), 0.5).tolist() == []


def test_upright_boxes_are_suppressed_as_quads_are() -> None:
    rng = np.random.default_rng(3)
    low = rng.integers(0, 40, (60, 2))
    boxes = np.concatenate([low, low + rng.integers(2, 30, (60, 2))], 1).astype(float)
    quads = [b[[0, 1, 2, 1, 2, 3, 0, 3]].reshape(4, 2).astype(np.float32) for b in boxes]
    for most in (0.21, 0.45, 0.7):
        assert suppress_boxes(boxes, most).tolist() == non_maximum_suppression(quads, most)
