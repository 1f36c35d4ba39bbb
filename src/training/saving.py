"""The end of a training stage: the network of the best epoch, on disk as the later stages take it."""

from dataclasses import replace
from pathlib import Path

from ..inference.card import Card
from ..models.base import Localizer, Reader
from ..models.store import Samples, save_model
from .fit import finish
from .start import Start, ancestry


def save_trained(
    folder: Path,
    network: Localizer | Reader,
    card: Card,
    start: Start | None,
    prepared: Path,
    samples: Samples,
) -> None:
    """Write a trained network, its card with the ancestry added; then forget where its training would resume.

    folder: to write, named as in `fit`. start, prepared: what training started with, and the set that it learned from.
    samples: as of `save_model`, which says what is raised.
    """
    save_model(folder, network, replace(card, ancestry=ancestry(start, prepared)), samples)
    finish(folder.name)
