"""Which plate texts belong to training, validation and test, decided by the text alone.

So the three share no text, however many scenes are drawn, in whatever order and by whatever process.
"""

import hashlib
from typing import Literal

import numpy as np

from .formats.base import PlateFormat, PlateSpec

Split = Literal["train", "val", "test"]
SPLITS: tuple[Split, ...] = ("train", "val", "test")
# Upper ends of the shares of all texts, in percent.
_ENDS: tuple[tuple[Split, int], ...] = (("train", 80), ("val", 90), ("test", 100))
_MAX_DRAWS = 10_000


def text_split(text: str) -> Split:
    """Return the split that owns a plate text: 80% of all texts train, 10% val, 10% test."""
    percent = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") % 100
    return next(split for split, end in _ENDS if percent < end)


def split_rng(seed: int, split: Split, *numbers: int) -> np.random.Generator:
    """Return the random numbers of one item of a split: the same ones whenever and wherever it is drawn."""
    return np.random.default_rng([seed, SPLITS.index(split), *numbers])


def sample_spec(rng: np.random.Generator, plate_format: PlateFormat, split: Split) -> PlateSpec:
    """Draw a plate whose text belongs to a split.

    Raises RuntimeError when the format never draws such a text, which a format of a few dozen texts might.
    """
    for _ in range(_MAX_DRAWS):
        spec = plate_format.sample(rng)
        if text_split(spec.text) == split:
            return spec
    raise RuntimeError(f"the format {plate_format.name} drew no text of the split {split}")
