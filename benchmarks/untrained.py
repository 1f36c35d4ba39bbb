"""Networks that have learned nothing, where a benchmark needs some."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from src.common.config import Config
from src.datasets.prepared import Sample
from src.generators.formats import get_format
from src.localize.settings import network_settings as localize_settings
from src.models.base import Localizer, Reader
from src.models.card import Card
from src.models.detection import Detection
from src.models.registry import build_localizer, build_reader
from src.models.store import save_model
from src.ocr.settings import network_settings as read_settings
from src.stack.reader import PlateReader


def save_untrained(folder: Path, config: Config) -> Path:
    """Write networks of the settings of params.py, as training would leave them in out/models; return the folder."""
    torch.manual_seed(0)
    alphabet = get_format(config.plate_format).alphabet
    settings = localize_settings(), read_settings()
    names = config.localize_model, config.ocr_model
    networks: list[Localizer | Reader] = [
        build_localizer(names[0], settings[0]),
        build_reader(names[1], settings[1], alphabet),
    ]
    parts = zip(("localize", "ocr"), names, networks, settings, strict=True)
    for part, name, network, own in parts:
        parameters = sum(p.numel() for p in network.parameters())
        decoding = network.decoding if isinstance(network, Reader) else None
        card = Card(name, own, config.plate_format, alphabet, {}, parameters, decoding)
        save_model(folder / part, network, card)
    return folder


class Told:
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
        scale = np.array(image.shape[::-1], np.float32) / self.sample.image.shape[::-1]
        if not np.isclose(scale[0], scale[1], rtol=0.05):
            return []
        return [
            Detection(((p.quad + 0.5) * scale - 0.5).astype(np.float32), 1.0, p.lines)
            for p in self.sample.plates
        ]
