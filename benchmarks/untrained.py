"""Networks that have learned nothing, where a benchmark needs some."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from src.architectures.localizers.registry import localizer_of
from src.architectures.readers.registry import reader_of
from src.common.config import Config
from src.common.geometry import rescale
from src.datasets.prepared import Sample
from src.generators.formats import get_format
from src.inference.detection import Detection
from src.inference.reader import PlateReader
from src.localize import settings as localize_settings
from src.models.store import new_card, save_model
from src.ocr import settings as read_settings


def save_untrained(folder: Path, config: Config) -> Path:
    """Write networks of the settings of params.py, as training would leave them in out/models; return the folder."""
    torch.manual_seed(0)
    plate_format = get_format(config.plate_format)
    alphabet = plate_format.alphabet
    localizer, reader = localizer_of(config.localize_model), reader_of(config.ocr_model)
    scenes, plates = localize_settings.picture_size(), read_settings.picture_size()
    found_by = localize_settings.network_settings(localizer)
    read_by = read_settings.network_settings(reader).for_plates(plate_format.max_length, 0)
    networks = (
        ("localize", localizer, found_by, scenes, localizer.new(found_by.values(), scenes)),
        ("ocr", reader, read_by, plates, reader.new(read_by.values(), plates, alphabet)),
    )
    for part, architecture, own, size, network in networks:
        # Weights that are alike, as all biases are at first, are stored once; then ONNX Runtime computes no layer in 8
        # bits.
        with torch.no_grad():
            for weight in network.parameters():
                weight.add_(torch.randn_like(weight), alpha=1e-3)
        card = new_card(architecture, own, size, network, config.plate_format, alphabet, {})
        save_model(folder / part, network, card)
    return folder


class KnownPlates:
    """Takes the place of a reader's localizer: runs it, and answers where the plates of ``sample`` are."""

    def __init__(self, reader: PlateReader) -> None:
        self.sample = Sample(np.zeros((1, 1), np.uint8), ())
        self._localize = reader._localize
        reader._localize = self

    def __call__(self, image: NDArray[np.uint8]) -> list[Detection]:
        """Return the plates in the pixels of a picture (H, W) that was made of the sample's by shrinking it.

        None in a tile of it, which has another shape.
        """
        self._localize(image)
        height, width = self.sample.image.shape
        if not np.isclose(image.shape[1] / width, image.shape[0] / height, rtol=0.05):
            return []
        return [
            Detection(rescale(p.known_quad, (height, width), image.shape), 1.0, p.known_lines)
            for p in self.sample.plates
        ]
