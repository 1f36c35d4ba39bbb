"""Metrics and pictures of both models on the test scenes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..common.progress import progress
from ..datasets.prepared import PreparedSet
from ..inference.detection import Detection
from ..inference.reader import PlateReader
from ..metrics.calibration import reliability_table
from ..metrics.proportion import share
from ..metrics.reading import Share
from ..pictures.charts import accuracy_chart, reliability_chart
from ..pictures.samples import first_and_worst
from .hard import HardScore
from .score import Score
from .sheets import badness, save_sheet


def true_corners(reader: PlateReader, prepared: PreparedSet) -> float | None:
    """Return exact matches when the reader is given the true corners: what a perfect localizer would reach."""
    right = total = 0
    for sample in progress(prepared, len(prepared), "read at true corners"):
        for plate in sample.plates:
            readings = reader.read_at(
                sample.image, [Detection(plate.known_quad, 1.0, plate.known_lines)]
            )
            right += bool(readings) and readings[0].text == plate.text
            total += 1
    return share(right, total)


@dataclass(frozen=True)
class Review:
    """The test scenes, their score, and the exact matches at true corners; the hard scenes and their score."""

    prepared: PreparedSet
    score: Score
    exact_at_true_corners: float | None
    hard: PreparedSet
    hard_score: HardScore

    def metrics(self) -> dict[str, Any]:
        """Return all numbers; ``val_acc`` is the exact match end to end.

        ``product_of_stages`` is the share of plates found times the exact matches at true corners: what would be
        reached if a found plate were read as well as one with perfect corners.
        """
        summary = self.score.summary()
        summary.pop("ms_per_picture")  # not the same from run to run: benchmarks measure it
        found, perfect = summary["found"], self.exact_at_true_corners
        return {
            "val_acc": summary.pop("exact"),
            **summary,
            "exact_at_true_corners": perfect,
            "product_of_stages": None if found is None or perfect is None else found * perfect,
            "no_plate": self.score.no_plate(),
            "confidence": self.score.confidence(),
            "hard": self.hard_score.summary(),
            "by_length": _accuracies(self.score.by_length()),
            "by_height_px": _accuracies(self.score.by_height()),
            "by_lines": _accuracies(self.score.by_lines()),
        }

    def save_pictures(self, folder: Path, count: int) -> None:
        """Write sheets of the first pictures and of the worst mistakes, and charts of where mistakes are."""
        matches = self.score.matches
        for name, indices in first_and_worst([badness(m) for m in matches], count).items():
            save_sheet(
                folder / f"{name}.jpg", [(self.prepared.images[i], matches[i]) for i in indices]
            )
        indices = first_and_worst(self.hard_score.badness(), count)["worst"]
        pictures = [(self.hard.images[i], self.hard_score.matches[i]) for i in indices]
        save_sheet(folder / "hard_worst.jpg", pictures)
        reliability_chart(folder / "reliability.png", reliability_table(*self.score.judged()))
        accuracy_chart(folder / "by_length.png", self.score.by_length(), "length")
        accuracy_chart(folder / "by_height.png", self.score.by_height(), "plate height in pixels")


def _accuracies(groups: Mapping[Any, Share]) -> dict[str, float | None]:
    return {str(name): group.accuracy for name, group in groups.items()}
