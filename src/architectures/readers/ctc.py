"""Training of readers by connectionist temporal classification (CTC, Graves et al. 2006)."""

from abc import abstractmethod
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from ...inference.decoding.ctc import CTC
from ...inference.decoding.ctc_codec import BLANK, Codec
from ...models.base import Reader, TextTargets
from ...models.distributed import denominator, global_mean
from ...models.torch_runtime import Output
from .alignment import UNKNOWN, rough_alignment, warm_up_weight

# Weight of the loss of the earlier layer, in training.
EARLY_WEIGHT = 0.3
# Weight of the loss of the countries: texts are what a reader is for.
COUNTRY_WEIGHT = 0.1


class CTCNetwork(Reader):
    """A reader that gives logits (B, columns, classes), one column after the other from left to right.

    In training it may give those of an earlier layer as well, of the same shape, so that this layer is taught too. One
    that tells countries apart has their logits behind those of the classes: a plate's are the mean over its columns.
    """

    decoding = CTC

    def __init__(self, alphabet: str, countries: int = 0) -> None:
        super().__init__(alphabet, countries)
        self.codec = Codec(alphabet)

    @abstractmethod
    def columns(self, width: int) -> int:
        """Return how many columns a picture of this width gives."""

    def longest(self, width: int) -> int:
        """Return the longest text: CTC needs a column per character and one more between any two equal ones."""
        return (self.columns(width) + 1) // 2

    def loss(self, output: Output, targets: TextTargets, step: int) -> dict[str, Tensor]:
        """Return the CTC loss with the texts' true lengths, per character, mean over the batch; never negative.

        "ctc_loss" is that of the answer; "loss" adds that of an earlier layer, if it was given, and "country_loss", if
        it tells countries apart.
        """
        last, early = output if isinstance(output, tuple) else (output, None)
        answer = ctc_loss(self.codec, last[..., : self.codec.classes], targets.texts)
        losses = {"loss": answer, "ctc_loss": answer}
        if early is not None:
            losses["loss"] = losses["loss"] + early_loss(self.codec, early, targets, step)
        if self.countries:
            votes = last[..., self.codec.classes :].float().mean(1)
            losses["country_loss"] = country_loss(votes, targets.countries)
            losses["loss"] = losses["loss"] + COUNTRY_WEIGHT * losses["country_loss"]
        return losses


def country_loss(votes: Tensor, countries: Sequence[int]) -> Tensor:
    """Return the cross entropy of logits (B, countries), mean over the plates whose country is known, 0 for none.

    countries: B numbers, -1 where not known.
    """
    true = torch.tensor(countries, device=votes.device)
    total = F.cross_entropy(votes, true, ignore_index=-1, reduction="sum")
    return total / denominator((true >= 0).sum(), 1)


def early_loss(codec: Codec, logits: Tensor, targets: TextTargets, step: int) -> Tensor:
    """Return what an earlier layer's logits (B, columns, classes) add to a loss: CTC, and where characters stand.

    step: of training, counted from 0; the latter is for the first steps.
    """
    loss = EARLY_WEIGHT * ctc_loss(codec, logits, targets.texts)
    if (weight := warm_up_weight(step)) > 0:
        loss = loss + weight * _rough(codec, logits, targets.rows)
    return loss


def ctc_loss(codec: Codec, logits: Tensor, texts: Sequence[str]) -> Tensor:
    """Return the CTC loss of logits (B, columns, classes), per character, mean over the batch."""
    flat, lengths = codec.encode_batch(texts)
    mean = F.ctc_loss(
        logits.float().log_softmax(2).transpose(0, 1),
        torch.from_numpy(flat).to(logits.device),
        torch.full((logits.shape[0],), logits.shape[1], dtype=torch.int64),
        torch.from_numpy(lengths),
        blank=BLANK,
    )
    return global_mean(mean, len(texts))


def _rough(codec: Codec, logits: Tensor, rows: Sequence[tuple[str, ...]]) -> Tensor:
    """Return the cross entropy of what columns roughly show, mean over those where that is known, 0 for none."""
    rough = rough_alignment(codec, rows, logits.shape[1]).to(logits.device).flatten()
    total = F.cross_entropy(
        logits.float().flatten(0, 1), rough, ignore_index=UNKNOWN, reduction="sum"
    )
    return total / denominator((rough != UNKNOWN).sum(), 1)
