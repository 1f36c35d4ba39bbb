"""Where labelled plates are, as far as that can be known: by their corners, or by what a model has found.

Corners count where they are given. An upright box says where a plate is and not where its corners are, and a text alone
says neither; there the finds of a model give corners, if they go with what is known. Nothing is guessed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..common.geometry import box_quad, is_upright_box, quad_area, quad_iou, quad_size
from ..common.plates import LabelledPlate

ENOUGH = 0.5
"""Overlap from which a find is of a labelled plate: IoU of the upright boxes, for a label may be no more than one."""
TWO_ROWS = 2.4
"""Plates less wide than this many times their height have two rows of text, where nothing else says how many."""


@dataclass(frozen=True)
class Find:
    """What a model found: corners (4, 2) in the picture's pixels, rows of text, and the text, "" where it read none."""

    quad: NDArray[np.float32]
    lines: int
    text: str


FindPlates = Callable[[NDArray[np.uint8]], Sequence[Find]]
"""Returns the finds in a grey picture (H, W)."""


def has_corners(plate: LabelledPlate) -> bool:
    """Tell whether a label gives a plate's own corners, and not a box round it or nothing."""
    return plate.quad is not None and not is_upright_box(plate.quad)


def needs_finds(plate: LabelledPlate) -> bool:
    """Tell whether a model's finds say more of a plate than its label: where its corners are, or its rows of text."""
    return plate.lines is None or not has_corners(plate)


def place_plates(
    labels: Sequence[LabelledPlate], finds: Sequence[Find], size: tuple[int, int] | None = None
) -> list[LabelledPlate | None]:
    """Return each of a picture's labelled plates with corners and rows of text; None where they are not known.

    A find is of one plate, and a plate has one find: first where the text that was read is the label's, then where they
    overlap the most, at least by ENOUGH. A plate whose place is not labelled needs a find that reads its text; where it
    is the only one of its picture, one that fills at least ENOUGH of that will do.

    size: height and width of the picture, where there are finds.
    """
    found = dict(_pairs(labels, finds, size))
    placed: list[LabelledPlate | None] = []
    for number, label in enumerate(labels):
        find = found.get(number)
        if has_corners(label):
            lines = label.lines or (find.lines if find else _rows_by_shape(label))
            placed.append(replace(label, lines=lines))
        elif find:
            placed.append(replace(label, quad=find.quad, lines=label.lines or find.lines))
        else:
            placed.append(None)
    return placed


def _pairs(
    labels: Sequence[LabelledPlate], finds: Sequence[Find], size: tuple[int, int] | None
) -> Iterator[tuple[int, Find]]:
    ranked = sorted(
        (
            (likeness, -number, -place)
            for number, label in enumerate(labels)
            for place, find in enumerate(finds)
            if (likeness := _likeness(label, find, size, len(labels) == 1))
        ),
        reverse=True,
    )
    labelled, used = set[int](), set[int]()
    for _, number, place in ranked:
        if number not in labelled and place not in used:
            labelled.add(number)
            used.add(place)
            yield -number, finds[-place]


def _likeness(label: LabelledPlate, find: Find, size: tuple[int, int] | None, alone: bool) -> float:
    """Return how much speaks for a find to be of a plate: 0 for too little, above 1 where the text is the same."""
    box = box_quad(find.quad)
    if label.quad is not None:
        overlap = quad_iou(box, box_quad(label.quad))
        touches = overlap > 0
    else:
        overlap = min(quad_area(box) / (size[0] * size[1]), 1.0) if alone and size else 0.0
        touches = True
    if label.text and label.text == find.text and touches:
        return 1.0 + overlap
    return overlap if overlap >= ENOUGH else 0.0


def _rows_by_shape(plate: LabelledPlate) -> int:
    width, height = quad_size(plate.known_quad)
    return 2 if width < TWO_ROWS * height else 1
