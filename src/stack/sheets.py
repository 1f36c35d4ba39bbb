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
    Overlay,
    contact_sheet,
    draw_tile,
    write_picture,
)
from .score import PictureMatch

Picture = NDArray[np.uint8]


def save_sheet(
    path: Path, pictures: Iterable[tuple[Picture, PictureMatch]], columns: int = 6
) -> None:
    """Write one sheet of pictures with truth (green where missed), right readings (orange) and mistakes (red)."""
    tiles = [draw_tile(image, _overlays(match)) for image, match in pictures]
    write_picture(path, contact_sheet(tiles, columns))


def badness(match: PictureMatch) -> float:
    """Return how wrong a picture was read: edits of each plate, and two for each reading that was invented."""
    texts = zip(match.truth, match.matched, strict=True)
    edits = sum(edit_distance(t.text, r.pattern if r else "") for t, r in texts if t.text)
    return edits + 2.0 * len(match.extra)


def _overlays(match: PictureMatch) -> list[Overlay]:
    overlays = []
    for plate, reading in zip(match.truth, match.matched, strict=True):
        if reading is None:
            overlays.append(Overlay(plate.quad, f"missed {plate.text or ''}", TRUTH))
        elif not plate.text or plate.text == reading.pattern:
            overlays.append(Overlay(reading.quad, reading.text, PREDICTION))
        else:
            overlays.append(Overlay(reading.quad, f"{reading.pattern} is {plate.text}", MISTAKE))
    return overlays + [Overlay(r.quad, f"extra {r.pattern}", MISTAKE) for r in match.extra]
