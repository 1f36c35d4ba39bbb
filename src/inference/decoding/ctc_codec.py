"""Texts as classes of connectionist temporal classification (CTC, Graves et al. 2006), and back."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...common.errors import UserError

# The class that stands for no character.
BLANK = 0


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

    def collapse(self, path: Sequence[int]) -> str:
        """Return the text of one class a column: repeated ones are one character unless a blank parts them ("11")."""
        before = [BLANK, *path]
        fresh = (now for now, last in zip(path, before, strict=False) if now not in (BLANK, last))
        return "".join(self.alphabet[number - 1] for number in fresh)
