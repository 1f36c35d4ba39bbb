"""Decoding of readers that were trained with connectionist temporal classification (CTC, Graves et al. 2006)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..runtime import Raw
from .ctc_beam import beam_search
from .ctc_codec import Codec
from .text import Candidate

# Name of the decoding in cards.
CTC = "ctc"


class CTCDecoder:
    """Decodes logits (N, columns, classes); see TextDecoder."""

    def __init__(self, alphabet: str) -> None:
        self._codec = Codec(alphabet)

    def best(self, raw: Raw) -> list[str]:
        """Return each plate's text along the likeliest class of each column."""
        return [self._codec.collapse(path) for path in raw.argmax(2).tolist()]

    def candidates(self, raw: Raw) -> list[Sequence[Candidate]]:
        """Return the beam search's texts of each plate; raises ValueError as it does."""
        return [beam_search(one, self._codec.alphabet) for one in probabilities_of(raw)]


def probabilities_of(logits: Raw) -> NDArray[np.float32]:
    """Return the softmax over the classes of logits (N, columns, classes)."""
    powers = np.exp(logits - logits.max(2, keepdims=True))
    probabilities: NDArray[np.float32] = powers / powers.sum(2, keepdims=True)
    return probabilities
