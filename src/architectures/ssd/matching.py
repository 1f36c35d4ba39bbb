"""Which prior boxes answer for which plates, and what they should say (Liu et al. 2016, section 2.2)."""

from dataclasses import dataclass

import torch
from torch import Tensor

from ...inference.decoding.ssd import VARIANCES
from ...models.boxes import box_iou

# A prior box that overlaps a plate's box at least so much (intersection over union) answers for it.
LEAST_IOU = 0.5
# The least width and height of a plate's box, as a share of the picture's: a logarithm is taken of them.
LEAST_SIDE = 1e-3


@dataclass(frozen=True)
class Matched:
    """What N prior boxes should say of each of B pictures.

    positive (B, N) bool: which answer for a plate. offsets (B, N, 4) float32: of the plate's box, where one does.
    """

    positive: Tensor
    offsets: Tensor


def match(boxes: Tensor, present: Tensor, priors: Tensor) -> Matched:
    """Return what prior boxes (N, 4), of centre and size, should say of true boxes (B, P, 4).

    boxes: left, top, right and bottom, in shares of the picture as the prior boxes; present (B, P) bool. Each plate has
    the prior box that overlaps it most, no two of them the same one; of the other boxes each answers for the plate that
    it overlaps most, if that is at least LEAST_IOU.
    """
    sides = torch.cat([priors[:, :2] - priors[:, 2:] / 2, priors[:, :2] + priors[:, 2:] / 2], 1)
    overlap = box_iou(boxes[:, :, None], sides) * present[..., None]
    best, owner = overlap.max(1)
    positive = best >= LEAST_IOU
    pictures = torch.arange(len(boxes), device=boxes.device)
    left = overlap.clone()
    for _ in range(boxes.shape[1]):
        most, place = left.flatten(1).max(1)
        plate, prior = place // len(priors), place % len(priors)
        some = most > 0
        owner[pictures[some], prior[some]] = plate[some]
        positive[pictures[some], prior[some]] = True
        left[pictures, plate] = 0
        left[pictures, :, prior] = 0
    owned = boxes.gather(1, owner[..., None].expand(-1, -1, 4))
    return Matched(positive, encode(owned, priors))


def encode(boxes: Tensor, priors: Tensor) -> Tensor:
    """Return boxes (B, N, 4), by their sides, as offsets from priors (N, 4): what `decode_offsets` undoes."""
    size = (boxes[..., 2:] - boxes[..., :2]).clamp(min=LEAST_SIDE)
    centre = (boxes[..., :2] + boxes[..., 2:]) / 2
    return torch.cat(
        [
            (centre - priors[:, :2]) / priors[:, 2:] / VARIANCES[0],
            (size / priors[:, 2:]).log() / VARIANCES[1],
        ],
        -1,
    )
