"""Looks at what the localizer finds at the time: what its refiner learns to correct, and to reject.

Drawn deviations are guesses at a localizer's errors; these are its errors (as in the cascade of Zhang et al. 2016,
arXiv:1604.02878, but within one training).
"""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from src.common.geometry import is_readable_quad, quad_cover, quad_iou
from src.localize.batches import collate_looks
from src.localize.looks import Look, look_at
from src.models.base import Localizer
from src.models.detection import Detection
from src.models.second_look import take_look

# Finds of a lower score teach nothing. Reading starts a little above (EvaluateStackParams.MIN_SCORE).
LEAST_SCORE = 0.15
# A find that overlaps a plate this much is one of it; one that covers no more than SHARED of any plate is a mistake.
# Between the two lie parts of plates, of which neither can be said.
HIT, SHARED = 0.25, 0.1
# Most mistakes of one picture that are learned from.
MOST_MISTAKES = 2

Picture = NDArray[np.uint8]


def with_finds(network: Localizer, raw: Tensor, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return a batch of `collate` with more looks: one at each plate that was found, some at mistakes.

    raw: the localizer's output for the batch's pictures.
    """
    pictures = batch["images"][:, 0].cpu().numpy()
    plates, rows = batch["quads"].cpu().numpy(), batch["lines"].cpu().numpy()
    answer = raw.detach().float().cpu().numpy()
    height, width = pictures.shape[1:]
    found = network.decode(answer, height, width, LEAST_SCORE)
    looks = [
        look
        for picture, finds, quads, lines in zip(pictures, found, plates, rows, strict=True)
        for look in _looks(picture, finds, quads[lines > 0], lines[lines > 0].tolist())
    ]
    device = batch["looks"].device
    more = {name: tensor.to(device) for name, tensor in collate_looks(looks).items()}
    return {**batch, **{name: torch.cat([batch[name], more[name]]) for name in more}}


def _looks(
    picture: Picture, finds: Sequence[Detection], quads: NDArray[np.float32], lines: Sequence[int]
) -> list[Look]:
    """Return looks at a picture's finds, best first: the first of each plate (``quads``, ``lines``), and mistakes."""
    hits: dict[int, Look] = {}
    mistakes: list[Look] = []
    for quad in (find.quad for find in finds if is_readable_quad(find.quad)):
        overlaps = [quad_iou(quad, plate) for plate in quads]
        best = int(np.argmax(overlaps)) if overlaps else -1
        if overlaps and overlaps[best] >= HIT:
            if best not in hits:
                hits[best] = look_at(picture, quad, quads[best], lines[best])
        elif len(mistakes) < MOST_MISTAKES and all(quad_cover(quad, p) <= SHARED for p in quads):
            mistakes.append(Look(take_look(picture, quad), np.zeros((4, 2), np.float32), (1, 1), 0))
    return [*hits.values(), *mistakes]
