"""From scenes to the localizer's batches."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..common.texts import unseen_places
from ..inference.look import LOOK_HEIGHT, LOOK_WIDTH
from ..models.base import PlateTargets
from ..models.corner_refiner import Looks
from .looks import Look, SeenScene


def collate(scenes: Sequence[SeenScene]) -> dict[str, Tensor]:
    """Return B scenes and the M looks at all their plates, both maybe without any plate.

    "images" (B, 1, H, W) uint8; "quads" and "lines", padded as in PlateTargets, and "unseen" (B, N, 3) bool like
    them; "looks" (M, 1, 64, 128) uint8; "look_corners", "look_size", "look_lines" and "look_unseen" as in Looks.
    """
    most = max(1, max(len(scene.sample.plates) for scene in scenes))
    quads = np.zeros((len(scenes), most, 4, 2), np.float32)
    lines = np.zeros((len(scenes), most), np.int64)
    unseen = np.zeros((len(scenes), most, 3), np.bool_)
    for row, scene in enumerate(scenes):
        for column, plate in enumerate(scene.sample.plates):
            quads[row, column], lines[row, column] = plate.known_quad, plate.known_lines
            unseen[row, column] = unseen_places(plate.known_text)
    return {
        "images": torch.from_numpy(np.stack([scene.sample.image for scene in scenes])[:, None]),
        "quads": torch.from_numpy(quads),
        "lines": torch.from_numpy(lines),
        "unseen": torch.from_numpy(unseen),
        **collate_looks([look for scene in scenes for look in scene.looks]),
    }


def collate_looks(looks: Sequence[Look]) -> dict[str, Tensor]:
    """Return M looks, M may be 0, under the names that `collate` gives them."""
    canvases = np.array([look.canvas for look in looks], np.uint8)
    return {
        "looks": torch.from_numpy(canvases.reshape(-1, 1, LOOK_HEIGHT, LOOK_WIDTH)),
        "look_corners": _tensor([look.corners for look in looks], np.float32, (-1, 4, 2)),
        "look_size": _tensor([look.size for look in looks], np.float32, (-1, 2)),
        "look_lines": _tensor([look.lines for look in looks], np.int64, (-1,)),
        "look_unseen": _tensor([look.unseen for look in looks], np.float32, (-1, 3)),
    }


def targets(batch: dict[str, Tensor]) -> PlateTargets:
    """Return the true plates of a batch."""
    return PlateTargets(batch["quads"], batch["lines"])


def looks_of(batch: dict[str, Tensor]) -> Looks:
    """Return what the refiner should answer to a batch's looks."""
    names = ("look_corners", "look_size", "look_lines", "look_unseen")
    return Looks(*(batch[name] for name in names))


def _tensor(values: Sequence[Any], dtype: type[np.generic], shape: tuple[int, ...]) -> Tensor:
    return torch.from_numpy(np.array(values, dtype).reshape(shape))
