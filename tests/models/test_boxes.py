"""Upright boxes against values by hand."""

import pytest
import torch

from src.models.boxes import box_diou, box_iou, quad_boxes

A = [0.0, 0.0, 4.0, 2.0]


def iou(other: list[float]) -> float:
    return box_iou(torch.tensor(A), torch.tensor(other)).item()


def diou(other: list[float]) -> float:
    return box_diou(torch.tensor(A), torch.tensor(other)).item()


def test_iou_by_hand() -> None:
    assert iou(A) == 1
    assert iou([2, 0, 6, 2]) == pytest.approx(4 / 12)
    assert iou([2, 1, 4, 2]) == pytest.approx(2 / 8)
    assert iou([4, 0, 8, 2]) == 0  # they touch
    assert iou([10, 10, 12, 12]) == 0


def test_boxes_without_area_share_nothing() -> None:
    assert iou([1, 1, 1, 1]) == 0
    assert iou([3, 2, 1, 0]) == 0  # inside out


def test_diou_by_hand() -> None:
    assert diou(A) == 1
    # Centres (2, 1) and (4, 1) lie 2 apart; both are held by 6×2.
    assert diou([2, 0, 6, 2]) == pytest.approx(4 / 12 - 4 / 40)
    # Nothing is shared: centres (2, 1) and (8, 4), held by 9×5.
    assert diou([7, 3, 9, 5]) == pytest.approx(-45 / 106)


def test_diou_leads_to_boxes_that_share_nothing() -> None:
    box = torch.tensor([10.0, 0.0, 14.0, 2.0], requires_grad=True)
    box_diou(torch.tensor(A), box).backward()
    assert box.grad is not None
    assert box.grad[0] < 0  # it grows towards the left


def test_shapes_go_together() -> None:
    anchors = torch.tensor([A, [2.0, 0, 6, 2]])
    truth = torch.tensor([[A], [[0.0, 0, 2, 2]]])  # two pictures of one plate
    overlaps = box_iou(truth[:, :, None], anchors)
    assert overlaps.shape == (2, 1, 2)
    assert overlaps.flatten().tolist() == pytest.approx([1, 1 / 3, 0.5, 0])


def test_box_of_a_turned_quad() -> None:
    quad = torch.tensor([[[3.0, 1.0], [9.0, 4.0], [8.0, 7.0], [2.0, 5.0]]])
    assert quad_boxes(quad).tolist() == [[2, 1, 9, 7]]
