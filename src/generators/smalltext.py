"""Lettering that is no plate: words of dealers, signs and adverts."""

import numpy as np
from numpy.typing import NDArray

from .draws import integer
from .faces import BOLDNESS, CAPITAL, FACES, put_text, text_mask

_WORDS = (
    "Garage", "Auto", "AG", "GmbH", "SA", "Motors", "Center", "Carrosserie", "Tel.", "Service",
    "Parking", "Exit", "Taxi", "Bar", "Cafe", "Hotel", "Post", "Shop", "Sale", "Open", "Sport",
    "Turbo", "Hybrid", "www", "info", "Diesel", "Nord", "Berg", "Tal", "Fils", "Cie", "Gebr.",
)  # fmt: skip


def words(rng: np.random.Generator) -> str:
    """One to four words, in capitals now and then, sometimes with a telephone number."""
    chosen = [_WORDS[i] for i in rng.integers(len(_WORDS), size=integer(rng, 1, 5))]
    if rng.random() < 0.2:
        chosen.append(" ".join(str(n) for n in rng.integers(10, 100, 4)))
    text = " ".join(chosen)
    return text.upper() if rng.random() < 0.3 else text


def draw_words(image: NDArray[np.uint8], ink: int, rng: np.random.Generator) -> None:
    """Write random words with the grey value `ink` across all of `image` (h, w), in place."""
    draw_text(image, words(rng), ink, rng)


def draw_text(image: NDArray[np.uint8], text: str, ink: int, rng: np.random.Generator) -> None:
    """Write `text` as large as it fits into `image` (h, w) in a proportional face, in place."""
    height, width = image.shape
    mask = text_mask(text, integer(rng, 0, len(FACES)), integer(rng, 1, 1 + len(BOLDNESS)))
    scale = min(0.72 * height / CAPITAL, 0.94 * width / mask.shape[1])
    left, base = (width - mask.shape[1] * scale) / 2, (height + CAPITAL * scale) / 2
    put_text(image, mask, (left, base), scale, ink)
