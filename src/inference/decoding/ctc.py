"""Decoding of readers that were trained with connectionist temporal classification (CTC, Graves et al. 2006)."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ..runtime import Raw
from .ctc_beam import beam_search
from .ctc_codec import Codec
from .text import Candidate

# Name of the decoding in cards.
CTC = "ctc"


class CTCDecoder:
    """Decodes logits (N, columns, classes + countries); see TextDecoder. Each column votes for countries."""

    def __init__(self, alphabet: str, countries: Sequence[str] = ()) -> None:
        self._codec = Codec(alphabet)
        self._countries = tuple(countries)

    def best(self, raw: Raw) -> list[str]:
        """Return each plate's text along the likeliest class of each column."""
        paths = self._parted(raw)[0].argmax(2).tolist()
        return [self._codec.collapse(path) for path in paths]

    def candidates(self, raw: Raw) -> list[Sequence[Candidate]]:
        """Return the beam search's texts of each plate.

        Raises ValueError when the logits are not of that shape or not finite.
        """
        texts, _ = self._parted(raw)
        return [beam_search(one, self._codec.alphabet) for one in probabilities_of(texts)]

    def countries(self, raw: Raw) -> list[Mapping[str, float]]:
        """Return the softmax of the columns' mean votes."""
        if not self._countries:
            return [{}] * len(raw)
        shares = probabilities_of(self._parted(raw)[1].mean(1, keepdims=True))[:, 0]
        return [dict(zip(self._countries, row, strict=True)) for row in shares.tolist()]

    def _parted(self, raw: Raw) -> tuple[Raw, Raw]:
        """Return the logits of the characters' classes and those of the countries; ValueError for another shape."""
        end = self._codec.classes
        both = end + len(self._countries)
        if raw.ndim != 3 or raw.shape[2] != both:
            raise ValueError(
                f"logits are (N, columns, {both}) for this alphabet and {len(self._countries)} countries, "
                f"got {raw.shape}"
            )
        return raw[..., :end], raw[..., end:]


def probabilities_of(logits: Raw) -> NDArray[np.float32]:
    """Return the softmax over the classes of logits (N, columns, classes)."""
    powers = np.exp(logits - logits.max(2, keepdims=True))
    probabilities: NDArray[np.float32] = powers / powers.sum(2, keepdims=True)
    return probabilities
