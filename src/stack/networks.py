"""The plate reader on the two trained networks of a folder, run by ONNX Runtime or torch."""

from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from src.common.errors import UserError
from src.generators.formats import get_format
from src.models.base import Detection, Localizer
from src.models.codec import Codec
from src.models.runtime import Run
from src.models.store import ONNX, REFINER_ONNX, Card, load_localizer, load_reader
from src.stack.backends import RUNTIMES, choose_run
from src.stack.reader import PlateReader, ReaderOptions
from src.stack.search import pad_to_multiple

Picture = NDArray[np.uint8]


def load_plate_reader(
    models: Path,
    min_score: float,
    min_confidence: float,
    long_sides: list[int],
    runtime: str = RUNTIMES[0],
) -> tuple[PlateReader, Card]:
    """Return a reader on the networks of ``models``/localize and ``models``/ocr, and the card of the second.

    runtime: "onnx" or "torch". Raises UserError when a network is missing or damaged, when the two were trained for
    different plate formats, or for an unknown runtime.
    """
    localizer, found_card = load_localizer(models / "localize")
    reader, card = load_reader(models / "ocr")
    if found_card.plate_format != card.plate_format:
        raise UserError(
            f"the localizer was trained on {found_card.plate_format} plates and the reader on "
            f"{card.plate_format} ones: run `dvc repro`"
        )
    if runtime == "torch" and torch.cuda.is_available():
        localizer.to("cuda"), reader.to("cuda")
    search = choose_run(runtime, localizer, models / "localize" / ONNX)
    read = choose_run(runtime, reader, models / "ocr" / ONNX)
    refine = None
    if localizer.refiner is not None:
        refine = choose_run(runtime, localizer.refiner, models / "localize" / REFINER_ONNX)
    options = ReaderOptions(
        int(card.settings["height"]),
        int(card.settings["width"]),
        min_score,
        min_confidence,
        long_sides if localizer.fixed_size is None else [max(localizer.fixed_size)],
    )
    plate_reader = PlateReader(
        lambda image: detect(localizer, search, image, min_score),
        refine,
        lambda plates: recognise(read, plates),
        Codec(card.alphabet),
        get_format(card.plate_format).parse,
        options,
    )
    return plate_reader, card


def detect(localizer: Localizer, run: Run, image: Picture, min_score: float) -> list[Detection]:
    """Return one picture's (H, W) detections in its own pixels, best first. run: the localizer's network."""
    if localizer.fixed_size is None:
        fitted = pad_to_multiple(image, localizer.multiple)
        scale = np.ones(2, np.float32)
    else:
        height, width = localizer.fixed_size
        fitted = np.asarray(
            cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), np.uint8
        )
        scale = np.array([image.shape[1] / width, image.shape[0] / height], np.float32)
    height, width = fitted.shape
    found = localizer.decode(run(fitted[None, None]), height, width, min_score)[0]
    return [Detection((d.quad + 0.5) * scale - 0.5, d.score, d.lines) for d in found]


def recognise(run: Run, plates: Picture) -> NDArray[np.float32]:
    """Return probabilities (N, columns, classes) of N rectified plates (N, height, width), by the reader's ``run``."""
    logits = run(plates[:, None])
    powers = np.exp(logits - logits.max(2, keepdims=True))
    probabilities: NDArray[np.float32] = powers / powers.sum(2, keepdims=True)
    return probabilities
