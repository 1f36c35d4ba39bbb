"""Finds where labels do not say where plates are: those of the start model, and of a trained localizer."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..bundle.bundle import READ, Bundle, load_trusted
from ..common.config import ROOT, Config
from ..common.errors import UserError
from ..common.geometry import is_readable_quad
from ..datasets.placing import Find, FindPlates
from ..inference.card import ONNX, REFINER_ONNX, load_card
from ..inference.decoding.plates import plate_decoding
from ..inference.decoding.texts import text_decoder
from ..inference.networks import make_reader, onnx_runs
from ..inference.reader import PlateReader
from .start import NONE, start_bundle

TRAINED = "out/models/localize"
"""What `photos_wait_for` of params.yaml names where the localizer that was trained looks too."""
_NOTHING = "data/datasets/photos"


def waited_for(chosen: str, root: Path = ROOT) -> Path | None:
    """Return the folder of the localizer that photographs wait for; None where they do not wait.

    chosen: `photos_wait_for` of params.yaml. root: the project's. Raises UserError for what cannot be waited for.
    """
    if chosen not in (TRAINED, _NOTHING):
        raise UserError(
            f"photos_wait_for is {chosen} in params.yaml: it must be {TRAINED}, or {_NOTHING} for nothing else"
        )
    return root / TRAINED if chosen == TRAINED else None


def start_finder(
    config: Config, min_score: float, localizer: Path | None = None
) -> FindPlates | None:
    """Return what finds plates with the model that `start` of params.yaml names; None for none.

    min_score: lowest score of a find. localizer: folder of a trained one whose finds come after those of the start
    model, which reads them too. Raises UserError when there is no such model, or it is damaged, and for a localizer
    without a start model.
    """
    folder = start_bundle(config.start)
    if folder is None:
        if localizer is not None:
            raise UserError(
                f"photos_wait_for is {TRAINED} in params.yaml, and start is {NONE}: no model reads what that finds; "
                "choose a start, such as release"
            )
        return None
    bundle = load_trusted(folder)
    # What is read is held against labels, so that unsure texts are welcome.
    first = Finder(bundle.reader.with_min_confidence(0.0), min_score)
    if localizer is None:
        return first
    second = Finder(_reader_of(localizer, bundle).with_min_confidence(0.0), min_score)
    return lambda picture: [*first(picture), *second(picture)]


def _reader_of(localizer: Path, bundle: Bundle) -> PlateReader:
    """Return a bundle's reader with a trained localizer in the place of its own; raises UserError for a damaged one."""
    found, card = load_card(localizer), bundle.card
    refine = localizer / REFINER_ONNX if found.refined else None
    return make_reader(
        onnx_runs(localizer / ONNX, refine, bundle.folder / READ),
        plate_decoding(found.decoding, found.settings, found.size),
        text_decoder(card.reader_decoding, card.alphabet, card.countries),
        card.plate_format,
        card.reader_options,
    )


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
