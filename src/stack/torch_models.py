"""The reader on the trained networks in out/models, run by torch."""

from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from src.common.errors import UserError
from src.generators.formats import get_format
from src.models.base import Detection, Localizer, Reader
from src.models.codec import Codec
from src.models.store import Card, load_localizer, load_reader
from src.stack.reader import PlateReader, ReaderOptions
from src.stack.search import pad_to_multiple

Picture = NDArray[np.uint8]


def load_plate_reader(
    models: Path, min_score: float, min_confidence: float, long_sides: list[int]
) -> tuple[PlateReader, Card]:
    """Return a reader on the networks of ``models``/localize and ``models``/ocr, and the card of the second.

    Raises UserError when a network is missing or damaged, or the two were trained for different plate formats.
    """
    localizer, found_card = load_localizer(models / "localize")
    reader, card = load_reader(models / "ocr")
    if found_card.plate_format != card.plate_format:
        raise UserError(
            f"the localizer was trained on {found_card.plate_format} plates and the reader on "
            f"{card.plate_format} ones: run `dvc repro`"
        )
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    localizer.to(device), reader.to(device)
    options = ReaderOptions(
        int(card.settings["height"]),
        int(card.settings["width"]),
        min_score,
        min_confidence,
        long_sides if localizer.fixed_size is None else [max(localizer.fixed_size)],
    )
    plate_reader = PlateReader(
        lambda image: detect(localizer, image, min_score),
        lambda plates: recognise(reader, plates),
        Codec(card.alphabet),
        get_format(card.plate_format).parse,
        options,
    )
    return plate_reader, card


@torch.inference_mode()
def detect(localizer: Localizer, image: Picture, min_score: float) -> list[Detection]:
    """Return one picture's (H, W) detections in its own pixels, best first."""
    if localizer.fixed_size is None:
        fitted = pad_to_multiple(image, localizer.multiple)
        scale = np.ones(2, np.float32)
    else:
        height, width = localizer.fixed_size
        fitted = np.asarray(
            cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), np.uint8
        )
        scale = np.array([image.shape[1] / width, image.shape[0] / height], np.float32)
    device = next(localizer.parameters()).device
    raw = localizer(torch.from_numpy(fitted)[None, None].to(device)).float().cpu().numpy()
    height, width = fitted.shape
    found = localizer.decode(raw, height, width, min_score)[0]
    return [Detection((d.quad + 0.5) * scale - 0.5, d.score, d.lines) for d in found]


@torch.inference_mode()
def recognise(reader: Reader, plates: Picture) -> NDArray[np.float32]:
    """Return probabilities (N, columns, classes) of N rectified plates (N, height, width)."""
    device = next(reader.parameters()).device
    logits = reader(torch.from_numpy(plates)[:, None].to(device))
    probabilities: NDArray[np.float32] = logits.float().softmax(2).cpu().numpy()
    return probabilities
