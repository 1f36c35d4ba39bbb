"""Things that look like plates but are not: hard negatives for a plate detector."""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from .draws import integer, pick, uniform
from .notices import board, date, draw_notice, price
from .smalltext import draw_text, draw_words
from .surface import wear

Grey = NDArray[np.uint8]

_FRESH = 0.12
"""Share of lookalikes that are drawn and not taken from the pool."""
_POOL_SIZE = 1024
"""About 15 MB in each process at most."""


class Lookalike(NamedTuple):
    """A kind of lookalike: its share, what draws it at a height, and what it is."""

    share: float
    draw: Callable[[np.random.Generator, int], Grey]
    meaning: str


def draw_lookalike(rng: np.random.Generator, height: int) -> Grey:
    """Draw one thing that could be mistaken for a plate; grey uint8 (height, any width).

    Raises ValueError for a height under 16.
    """
    if height < 16:
        raise ValueError(f"A lookalike {height} px high cannot be drawn; ask for at least 16.")
    kind = pick(rng, {code: lookalike.share for code, lookalike in LOOKALIKES.items()})
    return LOOKALIKES[kind].draw(rng, height)


def some_lookalike(rng: np.random.Generator) -> Grey:
    """A lookalike of any height, not to be changed: a fresh one, or more often one of a pool of 1,024.

    The same one never looks the same twice: it is seen from elsewhere and in another light each time.
    """
    if rng.random() < _FRESH:
        return draw_lookalike(rng, integer(rng, 32, 96))
    return _pool(integer(rng, 0, _POOL_SIZE))


@lru_cache(maxsize=_POOL_SIZE)
def _pool(index: int) -> Grey:
    """Lookalike ``index`` of the pool: always the same, whichever process asks first."""
    rng = np.random.default_rng((20_240_302, index))
    image = draw_lookalike(rng, integer(rng, 32, 96))
    image.setflags(write=False)
    return image


def _field(rng: np.random.Generator, height: int, narrow: float, wide: float) -> tuple[Grey, int]:
    """A plain field of a random aspect between two, and a grey value that stands out from it."""
    width = round(height * uniform(rng, narrow, wide))
    light, dark = integer(rng, 150, 256), integer(rng, 0, 90)
    paper, ink = (light, dark) if rng.random() < 0.6 else (dark, light)
    return np.full((height, width), paper, np.uint8), ink


def _sign(rng: np.random.Generator, height: int) -> Grey:
    image, ink = _field(rng, height, 2.5, 6.0)
    draw_words(image, ink, rng)
    wear(image, rng)
    return image


def _blank(rng: np.random.Generator, height: int) -> Grey:
    image, _ = _field(rng, height, 1.6, 5.0)
    wear(image, rng)
    return image


def _grille(rng: np.random.Generator, height: int) -> Grey:
    image, ink = _field(rng, height, 1.5, 6.0)
    step = max(3, round(height * uniform(rng, 0.06, 0.25)))
    bar = max(1, round(step * uniform(rng, 0.2, 0.6)))
    for start in range(0, height, step):
        if rng.random() < 0.97:
            image[start : start + bar] = ink
    return image


def _slats(rng: np.random.Generator, height: int) -> Grey:
    image, ink = _field(rng, height, 2.0, 6.0)
    step = max(3, round(height * uniform(rng, 0.15, 0.5)))
    bar = max(1, round(step * uniform(rng, 0.3, 0.6)))
    margin = round(height * uniform(rng, 0, 0.2))
    for start in range(margin, image.shape[1] - margin, step):
        image[margin : height - margin, start : start + bar] = ink
    return image


def _number(rng: np.random.Generator, height: int) -> Grey:
    image, ink = _field(rng, height, 0.9, 2.2)
    draw_text(image, str(integer(rng, 1, 200)), ink, rng)
    wear(image, rng)
    return image


def _text_rows(rng: np.random.Generator, height: int) -> Grey:
    image, ink = _field(rng, height, 1.5, 5.0)
    rows = integer(rng, 2, 6)
    for band in np.array_split(image, rows):
        if rng.random() < 0.85:
            draw_words(band, ink, rng)
    return image


def _barcode(rng: np.random.Generator, height: int) -> Grey:
    image, ink = _field(rng, height, 1.5, 4.0)
    edges = np.cumsum(rng.integers(1, 5, image.shape[1]) * max(1, height // 40))
    # A column lies in a bar when an odd number of edges lies before it.
    bars = np.searchsorted(edges, np.arange(image.shape[1]), side="right") % 2 == 1
    image[:, bars] = ink
    return image


def _lamp(rng: np.random.Generator, height: int) -> Grey:
    image, ink = _field(rng, height, 1.5, 4.0)
    width = image.shape[1]
    for radius in (0.45, 0.3, 0.12):
        grey = int(np.clip(ink + rng.normal(0, 70), 0, 255))
        cv2.ellipse(
            image, (width // 2, height // 2), (round(width * radius), round(height * radius)),
            0, 0, 360, grey, -1, cv2.LINE_AA,
        )  # fmt: skip
    return image


def _notice(
    text: Callable[[np.random.Generator], str],
) -> Callable[[np.random.Generator, int], Grey]:
    """What draws a notice with a text of some kind."""

    def draw(rng: np.random.Generator, height: int) -> Grey:
        return draw_notice(rng, height, text(rng))

    return draw


LOOKALIKES: dict[str, Lookalike] = {
    "sign": Lookalike(0.20, _sign, "sign with words in a proportional face"),
    "blank": Lookalike(0.11, _blank, "plate without characters"),
    "grille": Lookalike(0.09, _grille, "level bars"),
    "slats": Lookalike(0.08, _slats, "upright bars inside a frame, spaced like characters"),
    "number": Lookalike(0.08, _number, "house number or sticker"),
    "rows": Lookalike(0.09, _text_rows, "several rows of words"),
    "barcode": Lookalike(0.05, _barcode, "barcode"),
    "lamp": Lookalike(0.08, _lamp, "lamp"),
    "price": Lookalike(0.08, _notice(price), "price tag"),
    "date": Lookalike(0.05, _notice(date), "date, year or time"),
    "board": Lookalike(0.09, _notice(board), "board with letters and a number, such as a year"),
}
"""Code -> lookalike."""
