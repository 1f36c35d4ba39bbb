"""The localizer's own proposals while it trains: what its refiner learns to correct, and to reject.

Drawn deviations are guesses at a localizer's errors; these are its errors (as in the cascade of Zhang et al. 2016,
arXiv:1604.02878, but within one training).
"""

from collections.abc import Sequence
from itertools import cycle, islice
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..common.geometry import is_readable_quad, quad_cover, quad_iou
from ..inference.detection import Detection
from ..models.base import Localizer
from ..models.torch_runtime import Output, as_raw
from .batches import CropBatch, LocalizeBatch, collate_crops
from .refiner_crops import RefinerCrop, background_crop, plate_crop

# Proposals of a lower score are ignored. Reading starts a little above (EvaluateStackParams.MIN_SCORE).
MIN_SCORE = 0.15
# A proposal whose IoU with a plate is at least this is a positive of it; one that covers at most NEGATIVE_COVER of any
# plate is a negative. Ambiguous overlap between the two: ignored.
POSITIVE_IOU, NEGATIVE_COVER = 0.25, 0.1
# Crops of each picture that are learned from. Always as many: a processor's convolutions are made ready anew for every
# number of pictures that they have not seen lately, which took longer than the crops themselves.
CROPS_PER_PICTURE = 3

Quads = NDArray[np.float32]


class _LabelledProposal(NamedTuple):
    """Corners (4, 2) that were found, and which of the picture's plates that is; None: a negative."""

    quad: Quads
    plate: int | None


def crops_with_proposals(network: Localizer, raw: Output, batch: LocalizeBatch) -> CropBatch:
    """Return CROPS_PER_PICTURE crops a picture for the refiner: drawn, of proposals, of a negative, drawn ones again.

    The first ones of these that there are; so where little is found, more are drawn.

    raw: the localizer's output for the batch's pictures. The batch has equally many drawn crops for each of them.
    """
    pictures = batch["images"][:, 0].cpu().numpy()
    quads, lines = batch["quads"].cpu().numpy(), batch["lines"].cpu().numpy()
    unseen, sure = batch["unseen"].cpu().numpy(), batch["sure"].cpu().numpy()
    height, width = pictures.shape[1:]
    found = network.decode(as_raw(raw), height, width, MIN_SCORE)
    count = len(batch["crops"])
    numbers = np.arange(count).reshape(len(pictures), -1).tolist()
    crops: list[RefinerCrop] = []
    places: list[int] = []
    for number, picture in enumerate(pictures):
        there = lines[number] > 0
        proposals = _proposals(found[number], quads[number, there], sure[number, there])
        order: list[int | _LabelledProposal] = [
            *numbers[number][:1],
            *proposals,
            *numbers[number][1:],
        ]
        for choice in islice(cycle(order), CROPS_PER_PICTURE):
            if isinstance(choice, int):
                places.append(choice)
                continue
            places.append(count + len(crops))
            quad, plate = choice
            crops.append(
                background_crop(picture, quad)
                if plate is None
                else plate_crop(
                    picture,
                    quad,
                    quads[number, plate],
                    int(lines[number, plate]),
                    tuple(unseen[number, plate].tolist()),
                )
            )
    added = collate_crops(crops)

    def chosen(drawn: Tensor, more: Tensor) -> Tensor:
        return torch.cat([drawn, more.to(drawn.device)])[places]

    return {
        "crops": chosen(batch["crops"], added["crops"]),
        "crop_corners": chosen(batch["crop_corners"], added["crop_corners"]),
        "crop_size": chosen(batch["crop_size"], added["crop_size"]),
        "crop_lines": chosen(batch["crop_lines"], added["crop_lines"]),
        "crop_unseen": chosen(batch["crop_unseen"], added["crop_unseen"]),
    }


def _proposals(
    detections: Sequence[Detection], plates: Quads, sure: NDArray[np.bool_]
) -> list[_LabelledProposal]:
    """Return, of a picture's detections, best first, the first of each plate (N, 4, 2), then the first negative.

    sure (N,): are its corners known? Of the other plates there is nothing to correct by.
    """
    positives: dict[int, _LabelledProposal] = {}
    negatives: list[_LabelledProposal] = []
    for quad in (detection.quad for detection in detections if is_readable_quad(detection.quad)):
        overlaps = [quad_iou(quad, plate) for plate in plates]
        best = int(np.argmax(overlaps)) if overlaps else -1
        if overlaps and overlaps[best] >= POSITIVE_IOU:
            if sure[best]:
                positives.setdefault(best, _LabelledProposal(quad, best))
        elif not negatives and all(quad_cover(quad, plate) <= NEGATIVE_COVER for plate in plates):
            negatives.append(_LabelledProposal(quad, None))
    return [*positives.values(), *negatives]
