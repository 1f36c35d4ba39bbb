"""Decoding of readers that say for each place of a text which character stands there, or that there is none.

Places are independent of one another given the picture (Goodfellow et al. 2014, arXiv:1312.6082), so a text's
probability is a product over the places: those of its characters, and of none in each place behind its end.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ..runtime import Raw
from .ctc_codec import Codec
from .text import Candidate

# Name of the decoding in cards.
SLOTS = "slots"
# The class of a place without a character: all places behind a text's end.
NONE = 0
# Texts that are found for each plate, and so the most characters that are followed in a place.
BEAM = 8
# Characters less probable than this in a place are not followed there, as in the search for CTC.
PRUNE = 1e-3


class SlotDecoder:
    """Decodes logits (N, places, classes), class i being the alphabet's character i - 1; see TextDecoder."""

    def __init__(self, alphabet: str, countries: Sequence[str] = ()) -> None:
        """Raise ValueError for countries: readers with places tell none apart."""
        if countries:
            raise ValueError(f"{SLOTS} has no countries, got {', '.join(countries)}")
        self._alphabet = Codec(alphabet).alphabet

    def best(self, raw: Raw) -> list[str]:
        """Return each plate's likeliest text: characters, and behind them none. A gap between them is no text."""
        logs = log_probabilities(raw)
        characters = logs[..., 1:]
        ends = _before(characters.max(2)) + _behind(logs[..., NONE])
        lengths, classes = ends.argmax(1).tolist(), characters.argmax(2).tolist()
        return [
            "".join(self._alphabet[number] for number in row[:length])
            for row, length in zip(classes, lengths, strict=True)
        ]

    def candidates(self, raw: Raw) -> list[Sequence[Candidate]]:
        """Return each plate's likeliest texts, at most BEAM.

        Raises ValueError when the logits are not of that shape or not finite.
        """
        if raw.ndim != 3 or raw.shape[2] != len(self._alphabet) + 1:
            raise ValueError(
                f"logits are (N, places, {len(self._alphabet) + 1}) for this alphabet, got {raw.shape}"
            )
        if not np.isfinite(raw).all():
            raise ValueError("logits are finite numbers")
        return [self._likeliest(logs) for logs in log_probabilities(raw)]

    def countries(self, raw: Raw) -> list[Mapping[str, float]]:
        """Return nothing for each plate."""
        return [{}] * len(raw)

    def _likeliest(self, logs: NDArray[np.float64]) -> list[Candidate]:
        """Return the texts of one plate by its log-probabilities (places, classes), the likeliest first."""
        behind = _behind(logs[None, :, NONE])[0].tolist()
        # All texts of one length go on alike, whatever they begin with: the best beginnings give the best texts.
        beginnings = [Candidate("", 0.0)]
        found = [Candidate("", behind[0])]
        for place, end in zip(logs, behind[1:], strict=True):
            followed = self._followed(place)
            longer = [
                Candidate(text + character, log + more)
                for text, log in beginnings
                for character, more in followed
            ]
            beginnings = _first(longer)
            found = _first([*found, *(Candidate(text, log + end) for text, log in beginnings)])
        return found

    def _followed(self, place: NDArray[np.float64]) -> list[Candidate]:
        """Return the likeliest characters of one place (classes,) with their log-probabilities, at least one."""
        numbers = np.argsort(-place[1:], kind="stable")[:BEAM] + 1
        likely = [n for n in numbers.tolist() if place[n] >= np.log(PRUNE)]
        return [Candidate(self._alphabet[n - 1], float(place[n])) for n in likely or numbers[:1]]


def log_probabilities(logits: Raw) -> NDArray[np.float64]:
    """Return the logarithm of the softmax over the classes of logits (N, places, classes)."""
    shifted = logits.astype(np.float64) - logits.max(2, keepdims=True)
    logs: NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum(2, keepdims=True))
    return logs


def _before(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sums (N, places + 1) of (N, places) over the first places: of none of them, of one, …, of all."""
    return np.pad(logs.cumsum(1), ((0, 0), (1, 0)))


def _behind(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sums (N, places + 1) of (N, places) over the last places: of all of them, …, of none."""
    return _before(logs[:, ::-1])[:, ::-1]


def _first(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the likeliest candidates, at most BEAM; among equals those that were found first."""
    return sorted(candidates, key=lambda c: -c.log_probability)[:BEAM]
