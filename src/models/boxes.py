"""Upright boxes as tensors (…, 4): x1, y1, x2, y2, in pixels or shares of a picture."""

import torch
from torch import Tensor

# Least area, union and diagonal, by which is divided.
_LEAST = 1e-12


def quad_boxes(quads: Tensor) -> Tensor:
    """Return the upright boxes (…, 4) that just hold quads (…, 4, 2)."""
    return torch.cat([quads.amin(-2), quads.amax(-2)], -1)


def box_iou(a: Tensor, b: Tensor) -> Tensor:
    """Return the area that boxes share over that of their union, in [0, 1], of shapes that go together but for the 4.

    A box whose sides are negative has no area.
    """
    sides = (torch.minimum(a[..., 2:], b[..., 2:]) - torch.maximum(a[..., :2], b[..., :2])).clamp(
        min=0
    )
    shared = sides.prod(-1)
    union = _area(a) + _area(b) - shared
    return shared / union.clamp(min=_LEAST)


def box_diou(a: Tensor, b: Tensor) -> Tensor:
    """Return the IoU less how far the boxes' centres lie apart, squared, over the diagonal of the box that holds both.

    Distance-IoU (Zheng et al. 2020, arXiv:1911.08287), in (-1, 1]: it says where to go also where nothing is shared.
    """
    hold = torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])
    apart = (a[..., :2] + a[..., 2:] - b[..., :2] - b[..., 2:]) / 2
    return box_iou(a, b) - apart.square().sum(-1) / hold.square().sum(-1).clamp(min=_LEAST)


def _area(boxes: Tensor) -> Tensor:
    return (boxes[..., 2:] - boxes[..., :2]).clamp(min=0).prod(-1)
