"""Quality focal loss (Li et al. 2020, arXiv:2006.04388): a score that says how well the box fits."""

import torch.nn.functional as F
from torch import Tensor

# By how much answers count less that are nearly right: the power of the error.
BETA = 2.0


def quality_focal_loss(logits: Tensor, quality: Tensor) -> Tensor:
    """Return -|q - s|^β · ((1 - q)·log(1 - s) + q·log s) of logits, s being their sigmoids.

    quality: q in [0, 1], of the logits' shape: the IoU of what is predicted with the truth, 0 for background.
    """
    entropy = F.binary_cross_entropy_with_logits(logits, quality, reduction="none")
    return (quality - logits.sigmoid()).abs() ** BETA * entropy
