"""What the localizer does on a frozen set, and pictures of it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from ..common.geometry import quad_iou, stack_quads
from ..common.progress import progress
from ..datasets.prepared import PreparedSet, Sample
from ..inference.detection import Detection
from ..metrics.detection import FOUND_IOU, detection_metrics
from ..models.base import Localizer
from ..pictures.draw import (
    MISTAKE,
    PREDICTION,
    TRUTH,
    Overlay,
    contact_sheet,
    draw_tile,
    write_picture,
)
from ..pictures.samples import first_and_worst
from .detect import LOWEST_SCORE, detections

Metrics = dict[str, float | int | None]


@dataclass(frozen=True)
class Review:
    """A set, the detections of each of its pictures, and the score from which they count."""

    prepared: PreparedSet
    found: list[list[Detection]]
    min_score: float

    def metrics(self) -> Metrics:
        """Return the metrics over the whole set."""
        return detection_metrics(
            [stack_quads(d.quad for d in found) for found in self.found],
            [np.array([d.score for d in found]) for found in self.found],
            [stack_quads(p.known_quad for p in plates) for plates in self.prepared.plates],
            self.min_score,
        )

    def save_pictures(self, folder: Path, count: int) -> None:
        """Write two sheets: the first pictures of the set, and the worst mistakes, worst first."""
        badness = [self._badness(i) for i in range(len(self.prepared))]
        for name, indices in first_and_worst(badness, count).items():
            tiles = [self._tile(i) for i in indices]
            write_picture(folder / f"{name}.jpg", contact_sheet(tiles, columns=6))

    def _kept(self, index: int) -> list[Detection]:
        return [d for d in self.found[index] if d.score >= self.min_score]

    def _badness(self, index: int) -> float:
        """Return how wrong a picture is: one per plate missed and per plate invented, less for loose corners."""
        truth, kept = (
            [p.known_quad for p in self.prepared.plates[index]],
            [d.quad for d in self._kept(index)],
        )
        bad = float(len([q for q in kept if all(quad_iou(q, t) < FOUND_IOU for t in truth)]))
        for quad in truth:
            overlap = max((quad_iou(quad, q) for q in kept), default=0.0)
            bad += 1.0 if overlap < FOUND_IOU else max(0.0, 0.75 - overlap)
        return bad

    def _tile(self, index: int) -> NDArray[np.uint8]:
        sample: Sample = self.prepared[index]
        overlays = [Overlay(p.quad, "", TRUTH) for p in sample.plates]
        for d in self._kept(index):
            hit = any(quad_iou(d.quad, p.known_quad) >= FOUND_IOU for p in sample.plates)
            overlays.append(Overlay(d.quad, f"{d.score:.2f}", PREDICTION if hit else MISTAKE))
        return draw_tile(sample.image, overlays)


@torch.inference_mode()
def review(network: Localizer, prepared: PreparedSet, batch_size: int, min_score: float) -> Review:
    """Run a localizer over a frozen set."""
    found: list[list[Detection]] = []
    starts = range(0, len(prepared), batch_size)
    for start in progress(starts, len(starts), "evaluate localize"):
        images = torch.from_numpy(np.array(prepared.images[start : start + batch_size]))[:, None]
        found += detections(network, network(images), images, min(LOWEST_SCORE, min_score))
    return Review(prepared, found, min_score)
