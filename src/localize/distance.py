"""How far a localizer's raw outputs are from its teacher's."""

from collections.abc import Mapping

import torch.nn.functional as F
from torch import Tensor

from ..inference.decoding.plates import CORNER_CELLS
from ..models.distributed import denominator
from ..training.teacher import Comparison

# Cells to which one unit of a corner's offset in the raw output amounts, and the error in cells from which on a
# corner's distance grows in a line.
UNIT, BETA = 4.0, 0.5


def cell_distance(raw: Tensor, taught: Tensor) -> Tensor:
    """Return the distance of cells (B, 10, h, w), see CornerDetector, per plate that the teacher sees.

    Of the heat maps it is the Kullback-Leibler divergence, of the corners the smooth L1 distance in cells, weighted by
    the teacher's heat.
    """
    heat = taught[:, 0].sigmoid()
    apart = F.binary_cross_entropy_with_logits(raw[:, 0], heat, reduction="none")
    apart = apart - F.binary_cross_entropy_with_logits(taught[:, 0], heat, reduction="none")
    corners = F.smooth_l1_loss(
        UNIT * raw[:, 1:9], UNIT * taught[:, 1:9], beta=BETA, reduction="none"
    ).mean(1)
    return (apart + corners * heat).sum() / denominator(heat.sum(), 1)


DISTANCES: Mapping[str, Comparison] = {CORNER_CELLS: Comparison(lambda raw: raw, cell_distance)}
