"""What a decoding of texts offers, so that reading knows no network by name."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from ..runtime import Raw


class Candidate(NamedTuple):
    """A text and its log-probability, the natural one, at most 0 but for rounding."""

    text: str
    log_probability: float


class TextDecoder(Protocol):
    """From the raw output of a reader, trained on an alphabet, to texts of that alphabet."""

    def best(self, raw: Raw) -> list[str]:
        """Return for each of N plates a likely text, found fast: what training is judged by after each epoch."""

    def candidates(self, raw: Raw) -> list[Sequence[Candidate]]:
        """Return for each of N plates distinct texts, the likeliest first; at least one, which may be empty.

        The probabilities of a plate's texts sum to at most 1 but for rounding; the rest belongs to texts that
        were not searched. Raises ValueError for a raw output that no reader of this alphabet gives.
        """

    def countries(self, raw: Raw) -> list[Mapping[str, float]]:
        """Return for each of N plates how probable each country is by what is seen, by its code in ISO 3166-1.

        The probabilities sum to 1 but for rounding; none for a reader that tells no countries apart.
        """
