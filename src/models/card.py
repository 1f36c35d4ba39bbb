"""What has to be known of a trained network besides its weights, as JSON beside them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from src.common.errors import UserError
from src.common.untrusted import one_line, read_json

# What a builder may use: "height", "width", and "channels", "blocks", "refiner_channels", "refiner_hidden"
# (localizers) or "channels", "hidden", "dropout" (readers). It is stored in the model's card, so that
# loading builds the same network.
Settings = Mapping[str, Any]
WEIGHTS, CARD = "weights.safetensors", "card.json"
# The network as ONNX Runtime takes it, and the second look of a localizer that has one.
ONNX, REFINER_ONNX = "network.onnx", "refiner.onnx"
# The same with 8-bit convolutions (quantise.py).
ONNX_INT8, REFINER_ONNX_INT8 = "network.int8.onnx", "refiner.int8.onnx"
# How the readers are decoded whose cards did not say so yet.
_FIRST_DECODINGS = {"ctc_reader": "ctc", "plate_ocr_v2": "ctc"}
# Characters of a text; pixels, channels, classes; numbers in a list of channels or blocks.
_MAX_TEXT, _MAX_SETTING, _MAX_STAGES = 2000, 1 << 13, 64


@dataclass(frozen=True)
class Card:
    """What has to be known of a trained network: its name and settings to build it, and where it comes from.

    plate_format and alphabet: what it was trained to read. metrics: of its best epoch on the validation set. decoding:
    by which name the texts of a reader are found in its raw output (decoding/texts.py); None for a localizer.
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
    decoding: str | None = None
    onnx_deviation: float | None = None
    int8_agreement: float | None = None
    int8_files: Mapping[str, str] | None = None


def load_card(folder: Path) -> Card:
    """Return a trained network's card; raises UserError when the network is missing or the card unreadable."""
    path = folder / CARD
    if not os.path.lexists(path):
        raise UserError(
            f"no trained model in {folder}: run `dvc repro` (or `make quickstart`) first"
        )
    try:
        card = Card(**_as_now(read_json(path)))
        _check(card)
    except (OSError, ValueError, TypeError) as error:
        raise UserError(
            f"{path} is damaged ({one_line(error)}): train again with `dvc repro -f`"
        ) from error
    return card


def _as_now(content: Any) -> dict[str, Any]:
    """Return the fields of a card, those added that cards have not always had."""
    if not isinstance(content, dict):
        raise ValueError("it is no table of fields")
    return {"decoding": _FIRST_DECODINGS.get(content.get("name", "")), **content}


def _check(card: Card) -> None:
    """Raise ValueError for what no training writes, before anything is built by it."""
    for name in ("name", "plate_format", "alphabet"):
        value = getattr(card, name)
        if not isinstance(value, str) or not 0 < len(value) <= _MAX_TEXT:
            raise ValueError(f"{name} is {value!r:.60}")
    if card.decoding is not None and not isinstance(card.decoding, str):
        raise ValueError(f"decoding is {card.decoding!r:.60}")
    for name in ("settings", "metrics", "int8_files"):
        value = getattr(card, name)
        if not isinstance(value, dict) and (name != "int8_files" or value is not None):
            raise ValueError(f"{name} is {value!r:.60}")
    for name, setting in card.settings.items():
        if not _can_be(setting):
            raise ValueError(f"the setting {name} is {setting!r:.60}")


def _can_be(setting: Any) -> bool:
    """Tell whether a network could have such a setting: a number of pixels, channels or classes, or a list of them."""
    values = setting if isinstance(setting, list) else [setting]
    numbers = all(isinstance(v, int | float) and 0 <= v <= _MAX_SETTING for v in values)
    return numbers and len(values) <= _MAX_STAGES
