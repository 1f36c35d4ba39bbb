"""Training of readers that say for each place of a text which character stands there, or that there is none."""

import torch
import torch.nn.functional as F
from torch import Tensor

from ...inference.decoding.ctc_codec import Codec
from ...inference.decoding.slots import NONE, SLOTS
from ...models.base import Reader, TextTargets
from ...models.distributed import global_mean
from ...models.torch_runtime import Output
from .ctc import early_loss


class SlotNetwork(Reader):
    """A reader that gives logits (B, places, classes), one place of the text after the other; NONE behind its end.

    In training it may give those of strips from left to right as well, in the same classes: by them CTC teaches where
    characters stand, long before places find them (Kim et al. 2017, arXiv:1609.06773).
    """

    decoding = SLOTS

    def __init__(self, alphabet: str, places: int) -> None:
        super().__init__(alphabet)
        self.codec = Codec(alphabet)
        self.places = places

    def longest(self, width: int) -> int:
        """Return the number of places, whatever the canvas."""
        return self.places

    def loss(self, output: Output, targets: TextTargets, step: int) -> dict[str, Tensor]:
        """Return the cross entropy of what stands in each place, mean over places and plates.

        So it is the negative logarithm of the true text's probability, by the number of places. "slot_loss" is that;
        "loss" adds that of strips (B, strips, classes), if they were given: see `early_loss`.
        """
        places, strips = output if isinstance(output, tuple) else (output, None)
        rows = [self.codec.encode(text) for text in targets.texts]
        padded = [row + [NONE] * (self.places - len(row)) for row in rows]
        truth = torch.tensor(padded, device=places.device)
        mean = F.cross_entropy(places.float().flatten(0, 1), truth.flatten())
        answer = global_mean(mean, len(rows))
        if strips is None:
            return {"loss": answer, "slot_loss": answer}
        loss = answer + early_loss(self.codec, strips, targets, step)
        return {"loss": loss, "slot_loss": answer}
