"""The finds of the model that training starts from, where labels do not say where plates are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..bundle.bundle import load_bundle
from ..common.config import Config
from ..common.geometry import is_readable_quad
from ..datasets.placing import Find, FindPlates
from ..inference.reader import PlateReader
from .start import start_bundle


def start_finder(config: Config, min_score: float) -> FindPlates | None:
    """Return what finds plates with the model that `start` of params.yaml names; None for none.

    min_score: lowest score of a find. Raises UserError when there is no such model, or it is damaged.
    """
    folder = start_bundle(config.start)
    if folder is None:
        return None
    # What is read is held against labels, so that unsure texts are welcome.
    return Finder(load_bundle(folder).reader.with_min_confidence(0.0), min_score)


@dataclass(frozen=True)
class Finder:
    """Returns the finds of a reader in a grey picture (H, W) whose score is at least ``min_score``."""

    reader: PlateReader
    min_score: float

    def __call__(self, picture: NDArray[np.uint8]) -> list[Find]:
        """Return the finds, the best first, each with what is read there."""
        finds = []
        for detection in self.reader.detect(picture):
            if detection.score < self.min_score or not is_readable_quad(detection.quad):
                continue
            readings = self.reader.read_at(picture, [detection])
            text = readings[0].pattern if readings else ""
            finds.append(Find(detection.quad, detection.lines, text))
        return finds
