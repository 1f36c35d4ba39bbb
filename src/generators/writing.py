"""Writing that is no plate: words, badges, dealer strips, street signs.

A detector that has seen only plates takes any writing for one. Nothing drawn here has the look of
an issued plate: words and single digits, and on pale strips lower case only.
"""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from .draws import integer, uniform
from .faces import BOLDNESS, CAPITAL, FACES, put_text, text_mask

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_VOCABULARY = 4096
"""Number of words to choose from: so many that none is met often."""


def random_words(rng: np.random.Generator) -> str:
    """One to three words of random letters, in lower case, in capitals, or with a capital each."""
    words = _vocabulary()
    text = " ".join(words[integer(rng, 0, len(words))] for _ in range(integer(rng, 1, 4)))
    case = integer(rng, 0, 3)
    return text if case == 0 else text.upper() if case == 1 else text.title()


@lru_cache(maxsize=1)
def _vocabulary() -> tuple[str, ...]:
    """Words of two to eight letters: the same in every process."""
    rng = np.random.default_rng(20_240_303)
    lengths = rng.integers(2, 9, _VOCABULARY)
    letters = "".join(_LETTERS[i] for i in rng.integers(len(_LETTERS), size=lengths.sum()))
    return tuple(
        letters[end - length : end]
        for length, end in zip(lengths.tolist(), np.cumsum(lengths).tolist(), strict=True)
    )


def write(
    rng: np.random.Generator,
    image: NDArray[np.uint8],
    text: str,
    place: tuple[float, float],
    size: float,
    grey: int,
) -> None:
    """Write ``text`` into ``image`` in place, ``size`` px high, its left base line at ``place``."""
    mask = text_mask(text, integer(rng, 0, len(FACES)), integer(rng, 1, 1 + len(BOLDNESS)))
    put_text(image, mask, place, size / CAPITAL, grey)


def scatter_writing(rng: np.random.Generator, image: NDArray[np.uint8]) -> None:
    """Add one or two pieces of writing to ``image`` in place, some on a strip or a sign."""
    height, width = image.shape
    for _ in range(integer(rng, 1, 4)):
        size = max(3.0, height * uniform(rng, 0.02, 0.12))
        x, y = uniform(rng, -0.2, 0.8) * width, uniform(rng, 0.05, 1.0) * height
        text = random_words(rng) if rng.random() < 0.8 else str(integer(rng, 0, 10))
        ink = integer(rng, 0, 256)
        if rng.random() < 0.4:
            ground = (ink + 128) % 256
            text = text.lower() if ground > ink else text
            margin = size * uniform(rng, 0.2, 1.0)
            right, bottom = x + size * 0.7 * len(text) + margin, y + margin
            near, far = (round(x - margin), round(y - size - margin)), (round(right), round(bottom))
            cv2.rectangle(image, near, far, (ground,), -1)
        write(rng, image, text, (x, y), size, ink)
