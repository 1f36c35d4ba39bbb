"""How far a reader's raw outputs are from its teacher's."""

from collections.abc import Mapping
from functools import partial

import torch.nn.functional as F
from torch import Tensor

from ..inference.decoding.ctc import CTC
from ..models.distributed import global_mean
from ..training.teacher import Comparison


def column_distance(raw: Tensor, taught: Tensor, temperature: float) -> Tensor:
    """Return the Kullback-Leibler divergence of logits (B, columns, classes) per column, at a temperature.

    Times the temperature squared, so that its gradient does not depend much on that (Hinton et al. 2015).
    """
    own = (raw / temperature).log_softmax(2).flatten(0, 1)
    theirs = (taught / temperature).log_softmax(2).flatten(0, 1)
    mean = F.kl_div(own, theirs, reduction="batchmean", log_target=True)
    return global_mean(mean * temperature**2, len(raw))


def distances(temperature: float, classes: int) -> Mapping[str, Comparison]:
    """Return the distances by the decoding of raw outputs. classes: of a column; what stands behind them is compared
    with nothing, since a teacher may tell other countries apart, or none.
    """
    return {
        CTC: Comparison(
            lambda raw: raw[..., :classes], partial(column_distance, temperature=temperature)
        )
    }
