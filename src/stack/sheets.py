"""Pictures of what both models read together."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..metrics.reading import edit_distance
from ..pictures.draw import (
    MISTAKE,
    PREDICTION,
    TRUTH,
    Mark,
    contact_sheet,
    draw_tile,
    write_picture,
)
from .score import Answer

Picture = NDArray[np.uint8]


def save_sheet(path: Path, pictures: Iterable[tuple[Picture, Answer]], columns: int = 6) -> None:
    """Write one sheet of pictures with truth (green where missed), right readings (orange) and mistakes (red)."""
    tiles = [draw_tile(image, _marks(answer)) for image, answer in pictures]
    write_picture(path, contact_sheet(tiles, columns))


def badness(answer: Answer) -> float:
    """Return how wrong a picture was read: edits of each plate, and two for each reading that was invented."""
    texts = zip(answer.truth, answer.answers, strict=True)
    edits = sum(edit_distance(t.text, r.pattern if r else "") for t, r in texts if t.text)
    return edits + 2.0 * len(answer.extra)


def _marks(answer: Answer) -> list[Mark]:
    marks = []
    for plate, reading in zip(answer.truth, answer.answers, strict=True):
        if reading is None:
            marks.append(Mark(plate.quad, f"missed {plate.text or ''}", TRUTH))
        elif not plate.text or plate.text == reading.pattern:
            marks.append(Mark(reading.quad, reading.text, PREDICTION))
        else:
            marks.append(Mark(reading.quad, f"{reading.pattern} is {plate.text}", MISTAKE))
    return marks + [Mark(r.quad, f"extra {r.pattern}", MISTAKE) for r in answer.extra]
