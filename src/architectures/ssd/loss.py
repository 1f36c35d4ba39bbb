"""The loss of a single-shot detector (Liu et al. 2016, section 2.2)."""

import torch
import torch.nn.functional as F
from torch import Tensor

from ...models.distributed import denominator
from .matching import Matched

# Boxes without a plate that are learned from, for each that answers for one; and in a picture without plates.
NEGATIVES, NEGATIVES_OF_NONE = 3, 3


def multibox_loss(logits: Tensor, offsets: Tensor, matched: Matched) -> dict[str, Tensor]:
    """Return cross entropy over the boxes with a plate and the hardest without, and smooth L1 over the former.

    logits (B, N, 2) of background and plate, offsets (B, N, 4), both float32. Sums over all, divided by the number of
    boxes with a plate. The paper's pictures all show something; here, of one without a plate, a few boxes count too.
    """
    positive = matched.positive
    each = F.cross_entropy(logits.transpose(1, 2), positive.long(), reduction="none")
    learned = positive | hard_negatives(each.detach(), positive)
    total = denominator(positive.sum(), 1)
    score = (each * learned).sum() / total
    place = F.smooth_l1_loss(offsets[positive], matched.offsets[positive], reduction="sum") / total
    return {"loss": score + place, "score_loss": score, "place_loss": place}


def hard_negatives(losses: Tensor, positive: Tensor) -> Tensor:
    """Return which boxes without a plate are learned from: of each picture the ones of the highest losses (B, N)."""
    count = positive.sum(1, keepdim=True)
    wanted = torch.where(count > 0, NEGATIVES * count, NEGATIVES_OF_NONE)
    wanted = torch.minimum(wanted, (~positive).sum(1, keepdim=True))
    order = losses.masked_fill(positive, -1.0).sort(dim=1, descending=True, stable=True).indices
    rank = order.argsort(1)
    return rank < wanted
