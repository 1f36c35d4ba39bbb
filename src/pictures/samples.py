"""Which pictures a sheet shows, and sheets of drawn samples with their truth."""

from collections.abc import Sequence
from pathlib import Path

from ..datasets.prepared import Sample
from .draw import TRUTH, Overlay, contact_sheet, draw_tile, write_picture


def save_samples(folder: Path, samples: Sequence[Sample], columns: int) -> None:
    """Write one sheet, ``samples.jpg``, of pictures (H, W) with their plates' outlines and texts."""
    height, width = samples[0].image.shape
    height, width = (height * 2, width * 2) if width <= 160 else (height, width)
    tiles = []
    for sample in samples:
        rectified = len(sample.plates) == 1 and sample.image.shape[0] * 2 < sample.image.shape[1]
        overlays = [
            Overlay(None if rectified else p.quad, p.text or "", TRUTH) for p in sample.plates
        ]
        tiles.append(draw_tile(sample.image, overlays, height + (24 if rectified else 0), width))
    write_picture(folder / "samples.jpg", contact_sheet(tiles, columns, *tiles[0].shape[:2]))


def first_and_worst(badness: Sequence[float], count: int) -> dict[str, list[int]]:
    """Return which pictures go on the two sheets of an evaluation, by the name of each.

    badness: of each picture, 0 where nothing is wrong. "predictions" are the first ``count`` pictures, "worst" the
    ``count`` worst ones that have something wrong, worst first.
    """
    wrong = [i for i in worst_first(badness) if badness[i] > 0]
    return {"predictions": list(range(min(count, len(badness)))), "worst": wrong[:count]}


def worst_first(badness: Sequence[float]) -> list[int]:
    """Return the numbers of pictures by how wrong each is, the worst first; those that are as wrong stay in order."""
    return sorted(range(len(badness)), key=lambda index: -badness[index])
