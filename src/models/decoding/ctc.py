"""The one place that knows how plate texts become class numbers and back (CTC, Graves et al. 2006)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from src.common.errors import UserError

BLANK = 0


@dataclass(frozen=True)
class Decoded:
    """A text and, for each of its characters, the probability in [0, 1] at its strongest column."""

    text: str
    confidences: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Mean confidence over the characters; 0 for an empty text."""
        return float(np.mean(self.confidences)) if self.confidences else 0.0

    @property
    def minimum(self) -> float:
        """Confidence of the weakest character; 0 for an empty text."""
        return min(self.confidences, default=0.0)


@dataclass(frozen=True)
class Codec:
    """Characters are classes 1…len(alphabet); class 0 is the CTC blank and never a target."""

    alphabet: str

    def __post_init__(self) -> None:
        if not self.alphabet or len(set(self.alphabet)) != len(self.alphabet):
            raise ValueError(f"an alphabet needs distinct characters, got {self.alphabet!r}")

    @property
    def classes(self) -> int:
        """Number of classes with the blank."""
        return len(self.alphabet) + 1

    def encode(self, text: str) -> list[int]:
        """Return the class numbers of a text, as many as it has characters: nothing is padded.

        Raises UserError for a character outside the alphabet.
        """
        foreign = sorted(set(text) - set(self.alphabet))
        if foreign:
            raise UserError(
                f"the text {text!r} has {''.join(foreign)!r}, which the alphabet {self.alphabet!r} "
                "lacks: correct the text or choose another plate_format in params.yaml"
            )
        return [self.alphabet.index(character) + 1 for character in text]

    def encode_batch(self, texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return all texts' class numbers one after the other, (sum of lengths,), and the lengths, (N,)."""
        encoded = [self.encode(text) for text in texts]
        flat = np.array([number for numbers in encoded for number in numbers], dtype=np.int64)
        return flat, np.array([len(numbers) for numbers in encoded], dtype=np.int64)

    def decode(self, probabilities: NDArray[np.float32]) -> Decoded:
        """Return the best path's text from (columns, classes) probabilities.

        Repeated classes collapse unless a blank stands between them, so "11" survives.
        """
        best = probabilities.argmax(axis=1)
        text: list[str] = []
        confidences: list[float] = []
        previous = BLANK
        for column, number in enumerate(best.tolist()):
            strength = float(probabilities[column, number])
            if number != BLANK and number != previous:
                text.append(self.alphabet[number - 1])
                confidences.append(strength)
            elif number != BLANK:
                confidences[-1] = max(confidences[-1], strength)
            previous = number
        return Decoded("".join(text), tuple(confidences))


def probabilities_of(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the softmax over the classes of logits (N, columns, classes)."""
    powers = np.exp(logits - logits.max(2, keepdims=True))
    probabilities: NDArray[np.float32] = powers / powers.sum(2, keepdims=True)
    return probabilities
