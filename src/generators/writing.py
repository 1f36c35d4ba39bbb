"""Writing that is no plate: words, badges, dealer strips, street signs.

A detector that has seen only plates takes any writing for one. Nothing drawn here has the look of
an issued plate: words and single digits, and on pale strips lower case only.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_PLAIN,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
)


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
    font = _FONTS[rng.integers(len(_FONTS))]
    scale = size / 22  # capitals are about 22 px high at scale 1
    thickness = max(1, round(size * rng.uniform(0.05, 0.2)))
    where = (round(place[0]), round(place[1]))
    cv2.putText(image, text, where, font, scale, (grey,), thickness, cv2.LINE_AA)


def scatter_writing(rng: np.random.Generator, image: NDArray[np.uint8]) -> None:
    """Add one or two pieces of writing to ``image`` in place, some on a strip or a sign."""
    height, width = image.shape
    for _ in range(int(rng.integers(1, 4))):
        size = max(3.0, height * rng.uniform(0.02, 0.12))
        x, y = rng.uniform((-0.2, 0.05), (0.8, 1.0)) * (width, height)
        text = random_words(rng) if rng.random() < 0.8 else str(rng.integers(10))
        ink = int(rng.integers(256))
        if rng.random() < 0.4:
            ground = (ink + 128) % 256
            text = text.lower() if ground > ink else text
            margin = size * rng.uniform(0.2, 1.0)
            right, bottom = x + size * 0.7 * len(text) + margin, y + margin
            near, far = (round(x - margin), round(y - size - margin)), (round(right), round(bottom))
            cv2.rectangle(image, near, far, (ground,), -1)
        write(rng, image, text, (x, y), size, ink)
