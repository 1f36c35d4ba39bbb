"""What a localizer finds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Detection:
    """A plate in a picture: corners (4, 2) float32 in its pixels, score in [0, 1], rows of text (1 or 2).

    tiled: was it found in a tile of a large picture, and not in the whole? plate: how probable it is, in [0,
    1], that it is one, by what has seen it large; 1 where nothing has. unseen: how probable it is, in [0, 1], that its
    text has characters that cannot be seen before the first one that can, after the last one, and between them.
    """

    quad: NDArray[np.float32]
    score: float
    lines: int
    tiled: bool = False
    plate: float = 1.0
    unseen: tuple[float, float, float] = (0.0, 0.0, 0.0)
