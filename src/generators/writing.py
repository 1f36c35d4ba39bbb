"""Writing that is no plate: words, badges, dealer strips, street signs.

A detector that has seen only plates takes any writing for one. Nothing drawn here has the look of
an issued plate: words and single digits, and on pale strips lower case only.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from src.generators.draws import integer, uniform
from src.generators.faces import BOLDNESS, CAPITAL, FACES, put_text, text_mask

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def random_words(rng: np.random.Generator) -> str:
    """One to three words of random letters, in lower case, in capitals, or with a capital each."""
    lengths = rng.integers(2, 9, size=rng.integers(1, 4))
    words = ["".join(_LETTERS[i] for i in rng.integers(26, size=length)) for length in lengths]
    text = " ".join(words)
    return (text, text.upper(), text.title())[rng.integers(3)]


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
        x, y = rng.uniform((-0.2, 0.05), (0.8, 1.0)) * (width, height)
        text = random_words(rng) if rng.random() < 0.8 else str(rng.integers(10))
        ink = integer(rng, 0, 256)
        if rng.random() < 0.4:
            ground = (ink + 128) % 256
            text = text.lower() if ground > ink else text
            margin = size * uniform(rng, 0.2, 1.0)
            right, bottom = x + size * 0.7 * len(text) + margin, y + margin
            near, far = (round(x - margin), round(y - size - margin)), (round(right), round(bottom))
            cv2.rectangle(image, near, far, (ground,), -1)
        write(rng, image, text, (x, y), size, ink)
