"""Which anchors are positives, on grids made by hand."""

import pytest
import torch
from torch import Tensor

from src.models.assigners.atss import NEAREST, assign

NO_PLATE = [0.0, 0.0, 0.0, 0.0]


def grid(side: int, stride: float, sizes: tuple[float, ...]) -> Tensor:
    """Square anchors of these sizes in each cell of a square grid."""
    boxes = []
    for row in range(side):
        for column in range(side):
            x, y = (column + 0.5) * stride, (row + 0.5) * stride
            boxes += [[x - s / 2, y - s / 2, x + s / 2, y + s / 2] for s in sizes]
    return torch.tensor(boxes)


def assigned(anchors: Tensor, cells: list[int], *pictures: list[list[float]]) -> list[list[int]]:
    most = max(len(plates) for plates in pictures)
    boxes = torch.tensor([plates + [NO_PLATE] * (most - len(plates)) for plates in pictures])
    present = torch.tensor([[n < len(plates) for n in range(most)] for plates in pictures])
    found: list[list[int]] = assign(anchors, cells, boxes, present).tolist()
    return found


def test_the_threshold_by_hand() -> None:
    # Three cells side by side, one anchor each; the plate is the middle anchor, moved by 1 to the right.
    anchors = torch.tensor([[0.0, 0, 10, 10], [10, 0, 20, 10], [20, 0, 30, 10]])
    # IoUs 0, 9 / 11 and 1 / 19: mean 0.290, deviation 0.459, so that 0.75 is the least and the middle one has more.
    assert assigned(anchors, [3], [[11, 0, 21, 10]]) == [[-1, 0, -1]]
    # Halfway: 0, 1 / 3 and 1 / 3, mean 0.222 and deviation 0.192. None reaches 0.415; one is taken all the same.
    (found,) = assigned(anchors, [3], [[15, 0, 25, 10]])
    assert found[0] == -1
    assert sorted(found[1:]) == [-1, 0]


def test_more_than_one_may_be_positive() -> None:
    anchors = grid(4, 10, (30.0,))
    (found,) = assigned(anchors, [16], [[5, 5, 35, 35]])
    # The four cells about its centre (20, 20) fit equally and better than the others.
    assert [number for number, plate in enumerate(found) if plate == 0] == [5, 6, 9, 10]


def test_centres_of_positives_lie_in_the_box() -> None:
    anchors = grid(4, 10, (30.0,))
    # Centres lie at 5, 15, 25 and 35. Those at 15 and 25 hold as much of the box, but it begins at 17.
    (found,) = assigned(anchors, [16], [[5, 17, 35, 29]])
    assert [number for number, plate in enumerate(found) if plate == 0] == [9, 10]


def test_the_level_of_the_right_size_answers() -> None:
    fine, coarse = grid(8, 8, (8.0, 16.0)), grid(4, 16, (32.0, 64.0))
    anchors = torch.cat([fine, coarse])
    (small,) = assigned(anchors, [64, 16], [[20, 20, 36, 36]])
    (large,) = assigned(anchors, [64, 16], [[8, 8, 40, 40]])
    assert {number < len(fine) for number, plate in enumerate(small) if plate == 0} == {True}
    assert {number >= len(fine) for number, plate in enumerate(large) if plate == 0} == {True}
    # Of both anchors of a cell the larger one, 16, is a box of 16.
    assert {number % 2 for number, plate in enumerate(small) if plate == 0} == {1}


def test_an_anchor_of_two_plates_is_that_of_the_better_fit() -> None:
    anchors = torch.tensor([[0.0, 0, 10, 10], [100, 0, 110, 10]])
    assert assigned(anchors, [2], [[0, 0, 10, 8], [0, 0, 10, 9]]) == [[1, -1]]
    assert assigned(anchors, [2], [[0, 0, 10, 9], [0, 0, 10, 8]]) == [[0, -1]]


def test_candidates_are_the_nearest_cells_only() -> None:
    # A row of many cells whose anchors all hold the plate equally well: only those nearby are its own.
    anchors = torch.tensor([[x - 50.0, 0, x + 50, 10] for x in range(40)])
    (found,) = assigned(anchors, [40], [[-40, 0, 80, 10]])
    positives = [number for number, plate in enumerate(found) if plate == 0]
    assert positives
    assert all(abs(number - 20) <= NEAREST // 2 for number in positives)


def test_pictures_and_padding_are_kept_apart() -> None:
    anchors = grid(4, 10, (30.0,))
    plate = [5.0, 5, 35, 35]
    (alone,) = assigned(anchors, [16], [plate])
    both = assigned(anchors, [16], [], [plate], [plate, [0, 0, 10, 10]])
    assert both[0] == [-1] * 16
    assert both[1] == alone
    assert 1 in both[2]


def test_a_grid_of_fewer_cells_than_candidates() -> None:
    anchors = torch.cat([grid(2, 8, (8.0, 16.0)), grid(1, 16, (16.0, 32.0))])
    (found,) = assigned(anchors, [4, 1], [[0, 0, 16, 16]])
    assert found[8] == 0  # the coarse anchor of that very box


@pytest.mark.parametrize("box", [[3.0, 3, 4, 4], [-30.0, -30, -20, -25], [-5.0, 5, 900, 15]])
def test_every_plate_has_a_positive(box: list[float]) -> None:
    anchors = torch.cat([grid(4, 8, (16.0, 32.0)), grid(2, 16, (64.0, 128.0))])
    (found,) = assigned(anchors, [16, 4], [box])
    assert 0 in found
