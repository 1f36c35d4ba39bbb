"""Lettering that is no plate: words of dealers, signs and adverts."""

import cv2
import numpy as np
from numpy.typing import NDArray

_WORDS = (
    "Garage", "Auto", "AG", "GmbH", "SA", "Motors", "Center", "Carrosserie", "Tel.", "Service",
    "Parking", "Exit", "Taxi", "Bar", "Cafe", "Hotel", "Post", "Shop", "Sale", "Open", "Sport",
    "Turbo", "Hybrid", "www", "info", "Diesel", "Nord", "Berg", "Tal", "Fils", "Cie", "Gebr.",
)  # fmt: skip
_FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
)


def words(rng: np.random.Generator) -> str:
    """One to four words, in capitals now and then, sometimes with a telephone number."""
    chosen = [_WORDS[i] for i in rng.integers(len(_WORDS), size=int(rng.integers(1, 5)))]
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
    font = _FONTS[int(rng.integers(len(_FONTS)))]
    boldness = float(rng.uniform(0.8, 3.0))
    scale, thickness = 1.0, 1
    # Bold letters are wider: measure again with the thickness that the first scale asks for.
    for _ in range(2):
        (text_width, text_height), _ = cv2.getTextSize(text, font, scale, thickness)
        scale *= min(0.72 * height / text_height, 0.94 * width / text_width)
        thickness = max(1, round(scale * boldness))
    (text_width, text_height), _ = cv2.getTextSize(text, font, scale, thickness)
    origin = ((width - text_width) // 2, (height + text_height) // 2)
    cv2.putText(image, text, origin, font, scale, ink, thickness, cv2.LINE_AA)
