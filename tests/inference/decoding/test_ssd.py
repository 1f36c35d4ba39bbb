"""Prior boxes as published, and from a single-shot detector's answer to plates, by hand."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from src.inference.decoding.plates import plate_decoding
from src.inference.decoding.ssd import LEVELS, box_counts, decode_offsets, prior_boxes


@pytest.mark.parametrize(
    ("side", "cells", "boxes", "count"),
    [
        (300, [38, 19, 10, 5, 3, 1], [4, 6, 6, 6, 4, 4], 8732),
        (512, [64, 32, 16, 8, 4, 2, 1], [4, 6, 6, 6, 6, 4, 4], 24564),
    ],
)
def test_there_are_as_many_as_published(
    side: int, cells: list[int], boxes: list[int], count: int
) -> None:
    assert [level.cells for level in LEVELS[side]] == cells
    assert box_counts(side) == boxes
    assert prior_boxes(side).shape == (count, 4)
    assert sum(n * n * k for n, k in zip(cells, boxes, strict=True)) == count


def test_where_they_are_and_how_large() -> None:
    priors = prior_boxes(300) * 300
    root = math.sqrt(2)
    # The first cell's: a square, a larger one, a wide and a high one. The next cell is 8 pixels to the right.
    first = [[21, 21], [math.sqrt(21 * 45)] * 2, [21 * root, 21 / root], [21 / root, 21 * root]]
    np.testing.assert_allclose(priors[:4, 2:], np.array(first))
    np.testing.assert_allclose(priors[[0, 3, 4, 4 * 38], :2], [[4, 4], [4, 4], [12, 4], [4, 12]])
    # Of six, the last two are of ratio 3; then the map of a single cell.
    second = 4 * 38 * 38
    np.testing.assert_allclose(priors[second + 4], [8, 8, 45 * math.sqrt(3), 45 / math.sqrt(3)])
    np.testing.assert_allclose(priors[-1], [150, 150, 261 / root, 261 * root])
    np.testing.assert_allclose(prior_boxes(512)[0] * 512, [4, 4, 35.84, 35.84])


def test_further_ratios_are_wide_boxes_in_every_cell() -> None:
    assert box_counts(300, (2.0, 3.0, 4.0, 5.0)) == [6, 8, 8, 8, 6, 6]
    priors = prior_boxes(300, (2.0, 3.0, 4.0, 5.0)) * 300
    assert len(priors) == 8732 + 2 * (38**2 + 19**2 + 10**2 + 5**2 + 3**2 + 1)
    np.testing.assert_allclose(priors[4], [4, 4, 42, 10.5])


def test_offsets_are_of_the_box_s_size_with_their_variances() -> None:
    prior = np.array([0.5, 0.5, 0.2, 0.1])
    offsets = np.array([1.0, -2.0, 5 * math.log(2), 0.0], np.float32)
    # Centre 0.5 + 1 × 0.1 × 0.2 and 0.5 - 2 × 0.1 × 0.1; width twice as large.
    np.testing.assert_allclose(
        decode_offsets(offsets, prior),
        [0.52 - 0.2, 0.48 - 0.05, 0.52 + 0.2, 0.48 + 0.05],
        rtol=1e-6,
    )
    assert np.isfinite(decode_offsets(np.full(4, 1e9, np.float32), prior)[2:] - 1e8).all()


Raw = tuple[NDArray[np.float32], NDArray[np.float32]]


def answer(scores: dict[int, float], count: int = 8732) -> Raw:
    """What a network says for which prior boxes, each of which is right, have these scores, and the others none."""
    logits = np.zeros((1, count, 2), np.float32)
    logits[..., 1] = -20
    for index, score in scores.items():
        logits[0, index, 1] = math.log(score / (1 - score))
    return logits, np.zeros((1, count, 4), np.float32)


def test_the_best_of_overlapping_boxes_is_kept() -> None:
    decoding = plate_decoding("ssd300", {}, (64, 96))
    assert (decoding.multiple, decoding.fixed_size) == (1, (300, 300))
    # A square in a larger one of the same centre: IoU 21²/(21·45) = 0.467, above 0.45. The third lies a cell of the
    # second map away, and the wide one shares 21·21/√2 of 21² + 21² - 21·21/√2 with the square: IoU 0.55.
    cell = 4 * (20 * 38 + 10)
    raw = answer({cell: 0.9, cell + 1: 0.8, cell + 2: 0.7, 4 * 38: 0.6, 5000: 0.05})
    (found,) = decoding.decode(raw, 150, 600, 0.1)
    assert [round(d.score, 3) for d in found] == [0.9, 0.6]
    # The cell's centre is at (84, 164) of 300 from the edges, which lie at -0.5; the picture is twice as wide and half
    # as high.
    np.testing.assert_allclose(
        found[0].quad,
        [[146.5, 76.25], [188.5, 76.25], [188.5, 86.75], [146.5, 86.75]],
        rtol=1e-5,
    )
    assert [d.lines for d in found] == [1, 1]
    assert decoding.decode(raw, 300, 300, 0.1)[0][0].lines == 2  # there it is a square
    assert decoding.decode(raw, 150, 600, 0.95) == [[]]
    (larger,) = decoding.decode(answer({cell + 1: 0.9, cell: 0.8}), 300, 300, 0.1)
    assert len(larger) == 1


@pytest.mark.filterwarnings("error")
def test_scores_of_any_logits_overflow_nowhere() -> None:
    logits, offsets = answer({0: 0.9})
    logits[0, 1:, 0], logits[0, 0] = 3e4, (-3e4, 3e4)
    (found,) = plate_decoding("ssd300", {}, (64, 96)).decode((logits, offsets), 300, 300, 0.1)
    assert [d.score for d in found] == [1.0]


def test_what_is_of_another_detector_is_refused() -> None:
    decoding = plate_decoding("ssd300", {"prior_ratios": [2, 3, 4]}, (64, 96))
    assert len(decoding.decode(answer({0: 0.9}, 10672), 300, 300, 0.3)[0]) == 1
    for raw in (answer({}), answer({})[0]):
        with pytest.raises(ValueError, match="not of 10672 prior boxes"):
            decoding.decode(raw, 300, 300, 0.3)
