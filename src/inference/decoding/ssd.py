"""Single-shot detection: the prior boxes, offsets from them, and from a network's answer for each of them to plates.

Liu et al. 2016, SSD, arXiv:1512.02325; sizes and numbers of boxes are those of the authors' models of 300 and 512
pixels. All boxes are in shares of a picture's width and height, so that pictures may be stretched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ...common.nms import suppress_boxes
from ..detection import Detection
from ..runtime import Raws
from ..settings import Values
from ..sigmoid import sigmoid
from .boxes import upright_detections

Boxes = NDArray[np.float64]
# Names of the decodings in cards, by the side of the square pictures that the network sees.
SSD = {300: "ssd300", 512: "ssd512"}
# By which offsets of centres and logarithms of sizes come out of the network divided, so that common ones are about 1.
VARIANCES = (0.1, 0.2)
# Ratios of the published boxes, each wide and high.
RATIOS = (2.0, 3.0)
PAIRS = len(RATIOS)
# Of so many boxes, those of the highest scores, the ones that overlap a better one more than NMS_IOU are left out; at
# most KEPT of the rest are a picture's detections.
CANDIDATES, NMS_IOU, KEPT = 400, 0.45, 200


@dataclass(frozen=True)
class Level:
    """One of the maps that boxes stand on: it has ``cells`` of them a side, one every ``step`` pixels.

    size, larger: sides in pixels of its square boxes are the first, and the root of both's product. kinds: how many
    ratios its other boxes have of those that come wide and high.
    """

    cells: int
    step: float
    size: float
    larger: float
    kinds: int

    def shapes(self, ratios: Sequence[float]) -> Boxes:
        """Return width and height in pixels of a cell's boxes (K, 2). ratios: as in `prior_boxes`."""
        between = (self.size * self.larger) ** 0.5
        both = [ratio for each in ratios[: self.kinds] for ratio in (each, 1 / each)]
        wide = ratios[PAIRS:]
        sides = np.array([self.size, between] + [self.size] * (len(both) + len(wide)))
        root = np.sqrt([1, 1, *both, *wide])
        return np.stack([sides * root, sides / root], 1)


def _levels(
    cells: Sequence[int], steps: Sequence[float], sizes: Sequence[float]
) -> tuple[Level, ...]:
    # The first map and the last two have four boxes a cell, the others six.
    few = (0, len(cells) - 2, len(cells) - 1)
    return tuple(
        Level(*each, kinds=1 if number in few else PAIRS)
        for number, each in enumerate(zip(cells, steps, sizes[:-1], sizes[1:], strict=True))
    )


LEVELS = {
    300: _levels(
        (38, 19, 10, 5, 3, 1), (8, 16, 32, 64, 100, 300), (21, 45, 99, 153, 207, 261, 315)
    ),
    512: _levels(
        (64, 32, 16, 8, 4, 2, 1),
        (8, 16, 32, 64, 128, 256, 512),
        (35.84, 76.8, 153.6, 230.4, 307.2, 384, 460.8, 537.6),
    ),
}


def box_counts(side: int, ratios: Sequence[float] = RATIOS) -> list[int]:
    """Return the boxes a cell of each map."""
    return [len(level.shapes(ratios)) for level in LEVELS[side]]


@cache
def prior_boxes(side: int, ratios: tuple[float, ...] = RATIOS) -> Boxes:
    """Return all prior boxes (N, 4): centre x, centre y, width and height, map by map, row by row, cell by cell.

    side: of the pictures, in LEVELS. ratios: of longer to shorter side, at least PAIRS; as many come wide and high, the
    first in all maps and the next in the larger ones; the further ones come wide, in all maps.
    """
    parts = []
    for level in LEVELS[side]:
        middles = (np.arange(level.cells) + 0.5) * level.step
        y, x = np.meshgrid(middles, middles, indexing="ij")
        shapes = level.shapes(ratios)
        cells = np.stack([x, y], 2).reshape(-1, 1, 2).repeat(len(shapes), 1)
        parts.append(
            np.concatenate([cells, np.broadcast_to(shapes, cells.shape)], 2).reshape(-1, 4)
        )
    return np.concatenate(parts) / side


def decode_offsets(offsets: NDArray[np.float32], priors: Boxes) -> Boxes:
    """Return boxes (…, 4), left, top, right and bottom, of offsets (…, 4) from prior boxes (…, 4)."""
    centre = priors[..., :2] + offsets[..., :2] * VARIANCES[0] * priors[..., 2:]
    # A box of a thousand pictures is as good as any larger one, and a number.
    size = priors[..., 2:] * np.exp(np.minimum(offsets[..., 2:] * VARIANCES[1], 7.0))
    boxes: Boxes = np.concatenate([centre - size / 2, centre + size / 2], -1)
    return boxes


def decode_ssd(
    side: int,
    ratios: tuple[float, ...],
    raw: Raws,
    height: int,
    width: int,
    min_score: float,
) -> list[list[Detection]]:
    """Return each picture's plates, best first, as upright quads in pixels of (height, width) pictures.

    raw: logits of background and plate (B, N, 2), and offsets (B, N, 4) from the N prior boxes. Raises ValueError for
    anything else.
    """
    priors = prior_boxes(side, ratios)
    if not isinstance(raw, tuple) or [one.shape[1:] for one in raw] != [
        (len(priors), 2),
        (len(priors), 4),
    ]:
        raise ValueError(f"the raw output is not of {len(priors)} prior boxes")
    logits, offsets = raw
    scores = sigmoid(logits[..., 1].astype(np.float64) - logits[..., 0])
    size = np.array([width, height, width, height], np.float64)
    found = []
    for score, offset in zip(scores, offsets, strict=True):
        best = np.argsort(-score, kind="stable")[:CANDIDATES]
        best = best[score[best] >= min_score]
        # Half a pixel: shares are those of a picture's edges, and a quad's zero is the middle of a pixel.
        boxes = decode_offsets(offset[best], priors[best]) * size - 0.5
        kept = suppress_boxes(boxes, NMS_IOU)[:KEPT]
        found.append(upright_detections(boxes[kept], score[best][kept]))
    return found


def ratios_of(values: Values) -> tuple[float, ...]:
    """Return the ratios of a network's boxes, as its settings say them; raises ValueError for what cannot be."""
    ratios = values.get("prior_ratios", RATIOS)
    if not isinstance(ratios, Sequence) or len(ratios) < PAIRS or min(ratios) <= 0:
        raise ValueError(f"prior_ratios is {ratios!r:.60}: it must be a list of at least {PAIRS}")
    return tuple(map(float, ratios))
