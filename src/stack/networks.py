"""The plate reader on the two trained networks of out/models, which need not be saved as one model."""

from pathlib import Path

import numpy as np

from ..bundle.trained import load_cards
from ..common.errors import UserError
from ..common.untrusted import one_line
from ..inference.card import Card
from ..inference.decoding.plates import plate_decoding
from ..inference.decoding.text import TextDecoder
from ..inference.decoding.texts import text_decoder
from ..inference.networks import make_reader
from ..inference.reader import PlateReader, ReaderOptions
from ..inference.runtime import Run
from .backends import RUNTIMES, load_runs


def load_plate_reader(
    models: Path,
    min_score: float,
    min_confidence: float,
    long_sides: list[int],
    runtime: str = RUNTIMES[0],
) -> tuple[PlateReader, Card]:
    """Return a reader on the networks of ``models``/localize and ``models``/ocr, and the card of the second.

    runtime: one of RUNTIMES. Raises UserError when a network is missing or damaged, the reader does not go with its
    card, the two were trained for different plate formats, or for an unknown runtime.
    """
    localizer_card, card = load_cards(models)
    decoding = plate_decoding(localizer_card.decoding, localizer_card.settings, localizer_card.size)
    options = ReaderOptions(
        height=card.height,
        width=card.width,
        min_score=min_score,
        min_confidence=min_confidence,
        long_sides=long_sides,
    )
    runs = load_runs(runtime, models, localizer_card.refined)
    decoder = text_decoder(card.decoding, card.alphabet, card.countries)
    _try_out(runs.read, decoder, card, models / "ocr")
    return make_reader(runs, decoding, decoder, card.plate_format, options), card


def _try_out(read: Run, decoder: TextDecoder, card: Card, folder: Path) -> None:
    """Raise UserError where a reader's raw output is not what its card says."""
    try:
        decoder.candidates(read(np.zeros((1, 1, *card.size), np.uint8)))
    except ValueError as error:
        raise UserError(
            f"the model in {folder} is damaged or of another version ({one_line(error)}): train again "
            "with `dvc repro -f`"
        ) from error
