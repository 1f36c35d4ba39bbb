"""Looks at what the localizer finds at the time: what its refiner learns to correct, and to reject.

Drawn deviations are guesses at a localizer's errors; these are its errors (as in the cascade of Zhang et al. 2016,
arXiv:1604.02878, but within one training).
"""

from collections.abc import Mapping, Sequence
from itertools import cycle, islice
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..common.geometry import is_readable_quad, quad_cover, quad_iou
from ..inference.detection import Detection
from ..models.base import Localizer
from ..models.torch_runtime import as_raw
from .batches import collate_looks
from .looks import Look, look_at, look_at_nothing

# Finds of a lower score teach nothing. Reading starts a little above (EvaluateStackParams.MIN_SCORE).
LEAST_SCORE = 0.15
# A find that overlaps a plate this much is one of it; one that covers no more than SHARED of any plate is a mistake.
# Between the two lie parts of plates, of which neither can be said.
HIT, SHARED = 0.25, 0.1
# Looks for each picture that are learned from. Always as many: a processor's convolutions are made ready anew for every
# number of pictures that they have not seen lately, which took longer than the looks themselves.
LOOKS_A_PICTURE = 3

Quads = NDArray[np.float32]


class _Find(NamedTuple):
    """Corners (4, 2) that were found, and which of the picture's plates that is; None: a mistake."""

    quad: Quads
    plate: int | None


def with_finds(network: Localizer, raw: Tensor, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return a batch of `collate` with LOOKS_A_PICTURE looks a picture: a drawn one, finds, a mistake, drawn ones.

    The first ones of these that there are; so where little is found, more are drawn.

    raw: the localizer's output for the batch's pictures. The batch has equally many drawn looks for each of them.
    """
    pictures = batch["images"][:, 0].cpu().numpy()
    quads, lines = batch["quads"].cpu().numpy(), batch["lines"].cpu().numpy()
    unseen = batch["unseen"].cpu().numpy()
    height, width = pictures.shape[1:]
    found = network.decode(as_raw(raw), height, width, LEAST_SCORE)
    count = len(batch["looks"])
    drawn = np.arange(count).reshape(len(pictures), -1).tolist()
    looks: list[Look] = []
    places: list[int] = []
    for number, picture in enumerate(pictures):
        finds = _finds(found[number], quads[number, lines[number] > 0])
        order: list[int | _Find] = [*drawn[number][:1], *finds, *drawn[number][1:]]
        for choice in islice(cycle(order), LOOKS_A_PICTURE):
            if isinstance(choice, int):
                places.append(choice)
                continue
            places.append(count + len(looks))
            quad, plate = choice
            looks.append(
                look_at_nothing(picture, quad)
                if plate is None
                else look_at(
                    picture,
                    quad,
                    quads[number, plate],
                    int(lines[number, plate]),
                    tuple(unseen[number, plate].tolist()),
                )
            )
    device = batch["looks"].device
    more = {name: tensor.to(device) for name, tensor in collate_looks(looks).items()}
    return {**batch, **{name: torch.cat([batch[name], more[name]])[places] for name in more}}


def _finds(detections: Sequence[Detection], plates: Quads) -> list[_Find]:
    """Return, of a picture's detections, best first, the first of each plate (N, 4, 2), then the first mistake."""
    hits: dict[int, _Find] = {}
    mistakes: list[_Find] = []
    for quad in (detection.quad for detection in detections if is_readable_quad(detection.quad)):
        overlaps = [quad_iou(quad, plate) for plate in plates]
        best = int(np.argmax(overlaps)) if overlaps else -1
        if overlaps and overlaps[best] >= HIT:
            hits.setdefault(best, _Find(quad, best))
        elif not mistakes and all(quad_cover(quad, plate) <= SHARED for plate in plates):
            mistakes.append(_Find(quad, None))
    return [*hits.values(), *mistakes]
