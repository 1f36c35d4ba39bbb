"""Tiled detection in large pictures: finer and finer levels of one, each in overlapping tiles, within a budget."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ..common.geometry import quad_size, rescale
from ..common.nms import non_maximum_suppression
from ..common.shrink import shrunk
from .detection import Detection

Picture = NDArray[np.uint8]
# Left, top, right and bottom of a part of a picture in whole pixels; the last two are not part of it.
Box = tuple[int, int, int, int]

# Share of the full size that the finest level has: the narrowest plates that can be read (LEAST_WIDTH) are found at it
# still.
FINEST = 0.5
# Most pixels that the localizer sees of one picture's tiles, overlaps counted twice: FINEST of 40 megapixels.
MAX_SEEN = 12_000_000
# A level is at most so many times finer than the one before, which the localizer's range of sizes (28 to 128 pixels and
# more) spans with room to spare; and at least so many times, or it would show nothing new.
MAX_STEP, MIN_STEP = 3.0, 1.1
# Longest side of a tile in pixels, and how much of it the next one sees as well. Larger plates are cut at every edge,
# but are whole and large enough in the level before.
TILE, OVERLAP = 1280, 160
# A proposal that comes so near to the edge of its tile may be the rest of a plate that the next tile sees whole.
EDGE = 2.0
# Side in pixels of the cells in which contrast is measured, on half the size so that noise counts less, and the
# difference in grey that a plate and its letters make at least.
CELL, LEAST_CONTRAST = 32, 12
# Pixels of the picture: narrower plates, of one row of text and of two, cannot be read and only make up wrong texts.
LEAST_WIDTH = {1: 48, 2: 32}
# Most proposals that are taken from one level, the surest ones.
MAX_PROPOSALS = 96
# Proposals of one level whose IoU is above this are one plate, seen in two tiles.
NMS_IOU = 0.5


class Level(NamedTuple):
    """A picture, shrunk or at full size, and its tiles, in pixels of the level."""

    height: int
    width: int
    tiles: list[Box]

    @property
    def seen(self) -> int:
        """The number of pixels that the localizer sees, with what its pictures are padded by."""
        return sum(_padded(x2 - x1) * _padded(y2 - y1) for x1, y1, x2, y2 in self.tiles)


def plan_levels(height: int, width: int, coarsest: float) -> list[Level]:
    """Return the levels, coarse to fine, of a picture that was searched as a whole at a scale of ``coarsest``.

    The finest is `FINEST` of the picture's size if that is within `MAX_SEEN`, else the finest that is. There is none
    where it would not be `MIN_STEP` times finer than ``coarsest``.
    """
    finest = FINEST
    while finest >= MIN_STEP * coarsest:
        steps = math.ceil(math.log(finest / coarsest) / math.log(MAX_STEP) - 1e-6)
        scales = (coarsest * (finest / coarsest) ** (k / steps) for k in range(1, steps + 1))
        levels = [_level(height, width, scale) for scale in scales]
        if sum(level.seen for level in levels) <= MAX_SEEN:
            return levels
        finest *= 0.98
    return []


def detect_in_tiles(
    localize: Callable[[Picture], list[Detection]], image: Picture, level: Level
) -> list[Detection]:
    """Return what is found in a level's tiles, in the pixels of ``image`` (H, W), best first, each plate once.

    What a tile's edge cuts is left to the next tile, and what is narrower than `LEAST_WIDTH` is left out. Tiles, and
    the margins of tiles, that are too flat to show a plate are skipped.
    """
    picture = shrunk(image, (level.height, level.width))
    lively = _lively_cells(picture)
    found: list[Detection] = []
    for tile in level.tiles:
        part = _lively_part(tile, lively)
        if part is None:
            continue
        x1, y1, x2, y2 = part
        for d in localize(np.ascontiguousarray(picture[y1:y2, x1:x2])):
            quad = d.quad + np.array([x1, y1], np.float32)
            own = rescale(quad, picture.shape, image.shape)
            if _is_whole(quad, tile, level) and quad_size(own)[0] >= LEAST_WIDTH[d.lines]:
                found.append(replace(d, quad=own, tiled=True))
    best = sorted(found, key=lambda d: -d.score)[:MAX_PROPOSALS]
    return [best[i] for i in non_maximum_suppression([d.quad for d in best], NMS_IOU)]


def _level(height: int, width: int, scale: float) -> Level:
    rows, columns = max(1, round(height * scale)), max(1, round(width * scale))
    down, across = _spans(rows), _spans(columns)
    return Level(rows, columns, [(x1, y1, x2, y2) for y1, y2 in down for x1, x2 in across])


def _spans(length: int) -> list[tuple[int, int]]:
    """Cut a side into the fewest equal spans of at most `TILE` pixels that overlap by `OVERLAP`."""
    count = max(1, math.ceil((length - OVERLAP) / (TILE - OVERLAP)))
    span = math.ceil((length + (count - 1) * OVERLAP) / count)
    starts = (round(k * (length - span) / max(1, count - 1)) for k in range(count))
    return [(start, start + span) for start in starts]


def _padded(side: int) -> int:
    return -(-side // CELL) * CELL


def _lively_cells(picture: Picture) -> NDArray[np.bool_]:
    """Return for each cell of CELL×CELL pixels whether it has any contrast, bool (rows, columns)."""
    rows, columns = (_padded(side) for side in picture.shape)
    half = shrunk(picture, (max(1, picture.shape[0] // 2), max(1, picture.shape[1] // 2)))
    down, right = rows // 2 - half.shape[0], columns // 2 - half.shape[1]
    even = cv2.copyMakeBorder(half, 0, down, 0, right, cv2.BORDER_REPLICATE)
    cells = np.asarray(even).reshape(rows // CELL, CELL // 2, columns // 2)
    tall = columns // CELL, CELL // 2
    most = cells.max(1).reshape(-1, *tall).max(2).astype(np.int16)
    least = cells.min(1).reshape(-1, *tall).min(2)
    lively: NDArray[np.bool_] = most - least >= LEAST_CONTRAST
    return lively


def _lively_part(tile: Box, lively: NDArray[np.bool_]) -> Box | None:
    """Return the part of a tile that holds all its lively cells and a cell around them; None where there are none."""
    x1, y1, x2, y2 = tile
    left, top = x1 // CELL, y1 // CELL
    rows, columns = np.nonzero(lively[top : -(-y2 // CELL), left : -(-x2 // CELL)])
    if not rows.size:
        return None
    return (
        max(x1, (left + int(columns.min()) - 1) * CELL),
        max(y1, (top + int(rows.min()) - 1) * CELL),
        min(x2, (left + int(columns.max()) + 2) * CELL),
        min(y2, (top + int(rows.max()) + 2) * CELL),
    )


def _is_whole(quad: NDArray[np.float32], tile: Box, level: Level) -> bool:
    """Return whether a proposal touches no edge of its tile beyond which the picture goes on."""
    x1, y1, x2, y2 = tile
    (left, top), (right, bottom) = quad.min(0).tolist(), quad.max(0).tolist()
    return (
        (x1 == 0 or left >= x1 + EDGE)
        and (y1 == 0 or top >= y1 + EDGE)
        and (x2 == level.width or right <= x2 - 1 - EDGE)
        and (y2 == level.height or bottom <= y2 - 1 - EDGE)
    )
