"""Detections made precise by the corner refiner; what turns out to be no plate, or one twice, is left out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..common.geometry import UNIT_SQUARE, from_plate, is_readable_quad
from ..common.nms import non_maximum_suppression
from ..common.rectify import cut
from .detection import Detection
from .refiner_crop import CROP_FRAME, CROP_HEIGHT, CROP_WIDTH, Refinement, decode_refinements
from .runtime import Run

Picture = NDArray[np.uint8]
# Most times that a proposal is refined; each time starts at the corners of the time before.
MAX_STEPS = 4
# A proposal whose corners a step moves by less than this share of the plate's sides has converged.
CONVERGED = 0.02
# A proposal that is a plate with less probability than this is left out, at the first look and after it. Low, for the
# reader has its say as well, and lower at first, when corners may be far off.
MIN_PLATE_PROBABILITY = (0.02, 0.1)
# Proposals whose IoU is above this are one plate, seen at two sizes: refined, they agree.
NMS_IOU = 0.85


@dataclass
class _Proposal:
    """A detection in one of several pictures. active: is it to be refined further? plate: is it one, so far?"""

    picture: int
    detection: Detection
    active: bool = True
    plate: bool = True


def refine_detections(
    refine: Run,
    pictures: Sequence[Picture],
    detections: Sequence[Sequence[Detection]],
    earlier: Sequence[Sequence[Detection]] = (),
) -> list[list[Detection]]:
    """Return each picture's detections, in their order, with better corners and rows of text.

    refine: the refiner's network. pictures: (H, W), of any sizes. Left out are detections without area, those that turn
    out to be no plates, and all but the first of those that turn out to be one and the same. A detection whose new
    corners would make no plate keeps its old ones. earlier: each picture's detections that were refined before; what
    turns out to be one of them is left out, and they themselves are not returned.
    """
    before = [
        _Proposal(number, detection, active=False)
        for number, found in enumerate(earlier)
        for detection in found
    ]
    proposals = before + [
        _Proposal(number, detection)
        for number, found in enumerate(detections)
        for detection in found
        if is_readable_quad(detection.quad)
    ]
    for step in range(MAX_STEPS):
        active = [p for p in proposals if p.active]
        if not active:
            break
        crops = [refiner_crop(pictures[p.picture], p.detection.quad) for p in active]
        refined = decode_refinements(refine(np.stack(crops)[:, None]))
        for proposal, refinement in zip(active, refined, strict=True):
            _update(proposal, refinement, MIN_PLATE_PROBABILITY[min(step, 1)])
        proposals = _suppressed([p for p in proposals if p.plate], len(pictures))
    new = [p for p in proposals if not any(p is known for known in before)]
    return [[p.detection for p in new if p.picture == n] for n in range(len(pictures))]


def refiner_crop(image: Picture, quad: NDArray[np.float32]) -> Picture:
    """Return what the refiner sees (64, 128) of a plate whose corners are thought to be ``quad`` (4, 2)."""
    return cut(image, quad, CROP_FRAME, CROP_HEIGHT, CROP_WIDTH)


def suppress(detections: Sequence[Detection]) -> list[Detection]:
    """Return the first of each group of detections, of one picture, that overlap so much that they are one."""
    return [detections[i] for i in non_maximum_suppression([d.quad for d in detections], NMS_IOU)]


def _update(proposal: _Proposal, refinement: Refinement, least: float) -> None:
    quad = from_plate(refinement.corners, proposal.detection.quad)
    if not is_readable_quad(quad):
        quad = proposal.detection.quad
    proposal.detection = replace(
        proposal.detection,
        quad=quad,
        lines=refinement.lines,
        plate=refinement.plate,
        unseen=refinement.unseen,
    )
    proposal.active = bool(np.abs(refinement.corners - UNIT_SQUARE).max() >= CONVERGED)
    proposal.plate = refinement.plate >= least


def _suppressed(proposals: Sequence[_Proposal], pictures: int) -> list[_Proposal]:
    """Return the proposals that are left of each picture after non-maximum suppression."""
    kept: list[_Proposal] = []
    for number in range(pictures):
        own = [p for p in proposals if p.picture == number]
        quads = [p.detection.quad for p in own]
        kept += [own[i] for i in non_maximum_suppression(quads, NMS_IOU)]
    return kept
