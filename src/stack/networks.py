"""The plate reader on two trained networks."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ..common.errors import UserError
from ..common.geometry import rescale
from ..generators.formats import get_format
from ..inference.card import Card, load_card
from ..inference.decoding.plates import PlateDecoding, plate_decoding
from ..inference.decoding.text import TextDecoder
from ..inference.decoding.texts import text_decoder
from ..inference.detection import Detection
from ..inference.grammar import PlateDecoder
from ..inference.runtime import Run
from .backends import RUNTIMES, Runs, load_runs
from .reader import PlateReader, ReaderOptions
from .search import pad_to_multiple

Picture = NDArray[np.uint8]


def load_plate_reader(
    models: Path,
    min_score: float,
    min_confidence: float,
    long_sides: list[int],
    runtime: str = RUNTIMES[0],
) -> tuple[PlateReader, Card]:
    """Return a reader on the networks of ``models``/localize and ``models``/ocr, and the card of the second.

    runtime: one of RUNTIMES. Raises UserError when a network is missing or damaged, when the two were trained for
    different plate formats, or for an unknown runtime.
    """
    found_card, card = load_cards(models)
    decoding = plate_decoding(found_card.decoding, found_card.settings, found_card.size)
    options = ReaderOptions(card.height, card.width, min_score, min_confidence, long_sides)
    runs = load_runs(runtime, models, found_card.refined)
    decoder = text_decoder(card.decoding, card.alphabet)
    return make_reader(runs, decoding, decoder, card.plate_format, options), card


def load_cards(models: Path) -> tuple[Card, Card]:
    """Return the cards of ``models``/localize and ``models``/ocr.

    Raises UserError when one is missing or damaged, or when the two were trained for different plate formats.
    """
    found_card, card = load_card(models / "localize"), load_card(models / "ocr")
    if found_card.plate_format != card.plate_format:
        raise UserError(
            f"the localizer was trained on {found_card.plate_format} plates and the reader on "
            f"{card.plate_format} ones: run `dvc repro`"
        )
    return found_card, card


def make_reader(
    runs: Runs,
    decoding: PlateDecoding,
    decoder: TextDecoder,
    plate_format: str,
    options: ReaderOptions,
) -> PlateReader:
    """Return a reader on these networks; a localizer of one size of picture looks at each picture once.

    decoding, decoder: of the localizer's and of the reader's raw output. Raises UserError for an unknown plate format.
    """
    if decoding.fixed_size is not None:
        options = replace(options, long_sides=[])
    parse = get_format(plate_format).parse
    plate_decoder = PlateDecoder(decoder, parse)
    return PlateReader(
        lambda image: detect(decoding, runs.localize, image, options.min_score),
        runs.refine,
        lambda plates: plate_decoder.decode(runs.read(plates[:, None])),
        parse,
        options,
    )


def detect(decoding: PlateDecoding, run: Run, image: Picture, min_score: float) -> list[Detection]:
    """Return one picture's (H, W) detections in its own pixels, best first. run: the localizer's network."""
    if decoding.fixed_size is None:
        fitted = pad_to_multiple(image, decoding.multiple)
        scale = np.ones(2, np.float32)
    else:
        height, width = decoding.fixed_size
        fitted = np.asarray(
            cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), np.uint8
        )
        scale = np.array([image.shape[1] / width, image.shape[0] / height], np.float32)
    height, width = fitted.shape
    found = decoding.decode(run(fitted[None, None]), height, width, min_score)[0]
    return [Detection(rescale(d.quad, scale), d.score, d.lines) for d in found]
