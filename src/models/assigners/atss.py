"""Adaptive training sample selection (Zhang et al. 2020, arXiv:1912.02424): which anchors are a plate's positives.

No threshold is set: that of each plate follows from how well the anchors near it fit.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from ..boxes import box_iou

# Nearest cells of each level whose anchors are candidates.
NEAREST = 9


def assign(anchors: Tensor, cells: Sequence[int], boxes: Tensor, present: Tensor) -> Tensor:
    """Return for each of N anchors which plate it is a positive of, (B, N) int64; -1: of none, it is a negative.

    anchors (N, 4): boxes, level by level, of each cell in turn. cells: how many there are at each level; all have as
    many anchors. boxes (B, P, 4): of the plates, present (B, P) bool: which of them there are.

    Candidates are the anchors of the NEAREST cells at each level by the distance of centres. Positives are those whose
    IoU is at least the mean plus the standard deviation of the candidates' and whose centre lies in the box. An anchor
    that is one for several plates is that of the highest IoU. A plate without any, for no centre lies in it, has the
    candidate that fits best: it would never be found otherwise.
    """
    overlaps = box_iou(boxes[:, :, None], anchors) * present[..., None]  # (B, P, N)
    candidates = _candidates(anchors, cells, boxes)  # (B, P, K)
    fits = overlaps.gather(2, candidates)
    least = fits.mean(2, keepdim=True) + fits.std(2, keepdim=True)
    centres = ((anchors[:, :2] + anchors[:, 2:]) / 2)[candidates]  # (B, P, K, 2)
    inside = ((centres > boxes[:, :, None, :2]) & (centres < boxes[:, :, None, 2:])).all(-1)
    chosen = (fits >= least) & inside
    best = torch.zeros_like(chosen).scatter_(2, fits.argmax(2, keepdim=True), True)
    chosen = torch.where(chosen.any(2, keepdim=True), chosen, best) & present[..., None]
    # A negative overlap stands for "no positive of this plate".
    kept = torch.full_like(overlaps, -1.0).scatter_(2, candidates, torch.where(chosen, fits, -1.0))
    highest, plate = kept.max(1)
    return torch.where(highest >= 0, plate, -1)


def _candidates(anchors: Tensor, cells: Sequence[int], boxes: Tensor) -> Tensor:
    """Return the numbers (B, P, K) of the anchors in the cells whose centres are nearest to the boxes'."""
    each = len(anchors) // sum(cells)
    centres = ((anchors[:, :2] + anchors[:, 2:]) / 2)[::each]
    middle = (boxes[..., :2] + boxes[..., 2:]) / 2
    found: list[Tensor] = []
    first = 0
    for count in cells:
        level = centres[first : first + count]
        distance = (middle[:, :, None] - level).norm(dim=-1)
        nearest = distance.topk(min(NEAREST, count), largest=False).indices + first
        found.append(
            (nearest[..., None] * each + torch.arange(each, device=anchors.device)).flatten(2)
        )
        first += count
    return torch.cat(found, 2)
