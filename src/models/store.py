"""Trained networks on disk: weights as safetensors (no pickle, nothing runs on loading) and a JSON card."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from src.common.errors import UserError
from src.common.files import atomic_path, write_json
from src.models.base import Localizer, Reader
from src.models.registry import Settings, build_localizer, build_reader

N = TypeVar("N", bound=nn.Module)
WEIGHTS, CARD = "weights.safetensors", "card.json"


@dataclass(frozen=True)
class Card:
    """What has to be known of a trained network: its name and settings to build it, and where it comes from.

    plate_format and alphabet: what it was trained to read. metrics: of its best epoch on the validation set.
    """

    name: str
    settings: Mapping[str, Any]
    plate_format: str
    alphabet: str
    metrics: Mapping[str, float]
    parameters: int


def save_model(folder: Path, network: nn.Module, card: Card) -> None:
    """Write weights and card into a folder, the card last: a folder with a card is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CARD).unlink(missing_ok=True)
    state = {
        name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()
    }
    with atomic_path(folder / WEIGHTS) as temporary:
        save_file(state, temporary)
    write_json(folder / CARD, dict(vars(card)))


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


def load_localizer(folder: Path) -> tuple[Localizer, Card]:
    """Return the trained localizer of a folder in evaluation mode; UserError when missing or damaged."""
    return _load(folder, build_localizer)


def load_reader(folder: Path) -> tuple[Reader, Card]:
    """Return the trained reader of a folder in evaluation mode; UserError when missing or damaged."""
    return _load(folder, build_reader)


def _load(folder: Path, build: Callable[[str, Settings], N]) -> tuple[N, Card]:
    card = load_card(folder)
    try:
        network = build(card.name, card.settings)
        network.load_state_dict(load_file(folder / WEIGHTS))
    except (OSError, SafetensorError, RuntimeError, LookupError, TypeError, ValueError) as error:
        line = str(error).splitlines()[0]
        raise UserError(
            f"the model in {folder} is damaged or of another version ({line}): train again with `dvc repro -f`"
        ) from error
    return network.eval(), card
