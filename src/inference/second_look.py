"""Detections made precise by the corner refiner; what turns out to be no plate, or one twice, is left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..common.geometry import UNIT_SQUARE, from_plate, is_readable_quad, quad_iou
from ..common.rectify import cut
from .detection import Detection
from .look import LOOK_FRAME, LOOK_HEIGHT, LOOK_WIDTH, Seen, decode_looks
from .runtime import Run

Picture = NDArray[np.uint8]
# Most looks at a find; each starts where the last one ended.
LOOKS = 4
# A find whose corners a look moves by less than this share of the plate's sides is looked at no more.
STILL = 0.02
# A find that is a plate with less probability than this is left out. Low, for the reader has its say as well.
LEAST_PLATE = 0.02
# Finds that overlap more than this are one, seen at two sizes: after a look they agree.
SAME_FIND = 0.85


@dataclass
class _Find:
    """A find in one of several pictures. moving: is it to be looked at again? plate: is it one, as far as is known?"""

    picture: int
    detection: Detection
    moving: bool = True
    plate: bool = True


def look_again(
    refine: Run, pictures: Sequence[Picture], detections: Sequence[Sequence[Detection]]
) -> list[list[Detection]]:
    """Return each picture's detections, in their order, with better corners and rows of text.

    refine: the refiner's network. pictures: (H, W), of any sizes. Left out are detections without area, those that turn
    out to be no plates, and all but the first of those that turn out to be one and the same. A detection whose new
    corners would make no plate keeps its old ones.
    """
    finds = [
        _Find(number, detection)
        for number, found in enumerate(detections)
        for detection in found
        if is_readable_quad(detection.quad)
    ]
    for _ in range(LOOKS):
        moving = [find for find in finds if find.moving]
        if not moving:
            break
        looks = [take_look(pictures[find.picture], find.detection.quad) for find in moving]
        for find, seen in zip(moving, decode_looks(refine(np.stack(looks)[:, None])), strict=True):
            _heed(find, seen)
        finds = _distinct(find for find in finds if find.plate)
    return [[f.detection for f in finds if f.picture == number] for number in range(len(pictures))]


def take_look(image: Picture, quad: NDArray[np.float32]) -> Picture:
    """Return what the refiner sees (64, 128) of a plate whose corners are thought to be ``quad`` (4, 2)."""
    return cut(image, quad, LOOK_FRAME, LOOK_HEIGHT, LOOK_WIDTH)


def distinct(detections: Iterable[Detection]) -> list[Detection]:
    """Return the first of each group of detections, of one picture, that overlap so much that they are one."""
    return [find.detection for find in _distinct(_Find(0, d) for d in detections)]


def _heed(find: _Find, seen: Seen) -> None:
    quad = from_plate(seen.corners, find.detection.quad)
    if not is_readable_quad(quad):
        quad = find.detection.quad
    find.detection = replace(
        find.detection, quad=quad, lines=seen.lines, plate=seen.plate, unseen=seen.unseen
    )
    find.moving = bool(np.abs(seen.corners - UNIT_SQUARE).max() >= STILL)
    find.plate = seen.plate >= LEAST_PLATE


def _distinct(finds: Iterable[_Find]) -> list[_Find]:
    kept: list[_Find] = []
    for find in finds:
        others = (other for other in kept if other.picture == find.picture)
        if all(quad_iou(find.detection.quad, o.detection.quad) <= SAME_FIND for o in others):
            kept.append(find)
    return kept
