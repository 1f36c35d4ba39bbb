"""What has to be known of a trained network besides its weights, as JSON beside them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from src.common.errors import UserError

# What a builder may use: "height", "width", and "channels", "blocks", "refiner_channels", "refiner_hidden"
# (localizers) or "channels", "hidden", "dropout", "classes" (readers). It is stored in the model's card, so that
# loading builds the same network.
Settings = Mapping[str, Any]
WEIGHTS, CARD = "weights.safetensors", "card.json"
# The network as ONNX Runtime takes it, and the second look of a localizer that has one.
ONNX, REFINER_ONNX = "network.onnx", "refiner.onnx"
# The same with 8-bit convolutions (quantise.py).
ONNX_INT8, REFINER_ONNX_INT8 = "network.int8.onnx", "refiner.int8.onnx"


@dataclass(frozen=True)
class Card:
    """What has to be known of a trained network: its name and settings to build it, and where it comes from.

    plate_format and alphabet: what it was trained to read. metrics: of its best epoch on the validation set.
    Known once it is saved: onnx_deviation, the largest difference of its ONNX files' raw output from the weights';
    int8_agreement, the least share of that output's variance that its 8-bit files keep; int8_files, the SHA-256 of
    those by name.
    """

    name: str
    settings: Settings
    plate_format: str
    alphabet: str
    metrics: Mapping[str, float]
    parameters: int
    onnx_deviation: float | None = None
    int8_agreement: float | None = None
    int8_files: Mapping[str, str] | None = None


def load_card(folder: Path) -> Card:
    """Return a trained network's card; raises UserError when the network is missing or the card unreadable."""
    path = folder / CARD
    if not path.is_file():
        raise UserError(
            f"no trained model in {folder}: run `dvc repro` (or `make quickstart`) first"
        )
    try:
        return Card(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise UserError(f"{path} is damaged ({error}): train again with `dvc repro -f`") from error
