"""Trained networks on disk: weights as safetensors (no pickle, nothing runs on loading), ONNX files and a JSON card."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from src.common.errors import UserError
from src.common.files import atomic_path, write_json
from src.models.base import Localizer, Reader
from src.models.corner_refiner import LOOK_HEIGHT, LOOK_WIDTH
from src.models.export import Size, check_parity, export_onnx
from src.models.registry import Settings, build_localizer, build_reader
from src.models.runtime import onnx_run, torch_run

N = TypeVar("N", bound=nn.Module)
WEIGHTS, CARD = "weights.safetensors", "card.json"
# The network as ONNX Runtime takes it, and the second look of a localizer that has one.
ONNX, REFINER_ONNX = "network.onnx", "refiner.onnx"


@dataclass(frozen=True)
class Card:
    """What has to be known of a trained network: its name and settings to build it, and where it comes from.

    plate_format and alphabet: what it was trained to read. metrics: of its best epoch on the validation set.
    onnx_deviation: the largest difference of its ONNX files' raw output from the weights', known once it is saved.
    """

    name: str
    settings: Mapping[str, Any]
    plate_format: str
    alphabet: str
    metrics: Mapping[str, float]
    parameters: int
    onnx_deviation: float | None = None


def save_model(folder: Path, network: Localizer | Reader, card: Card) -> None:
    """Write weights, ONNX files and card into a folder, the card last: a folder with a card is whole.

    Raises UserError when ONNX Runtime does not compute what torch does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in (CARD, ONNX, REFINER_ONNX):
        (folder / name).unlink(missing_ok=True)
    state = {
        name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()
    }
    with atomic_path(folder / WEIGHTS) as temporary:
        save_file(state, temporary)
    deviation = max(
        export_onnx(part.network, part.sizes, folder / part.file)
        for part in _parts(network, card.settings)
    )
    write_json(folder / CARD, dict(vars(replace(card, onnx_deviation=deviation))))


def check_onnx(folder: Path, network: Localizer | Reader, card: Card) -> float:
    """Return the largest difference of the raw output of a folder's ONNX files from that of the network in it.

    Raises UserError when it is above the tolerance of src/models/export.py, or a file is missing or damaged.
    """
    return max(
        check_parity(
            torch_run(part.network), onnx_run(folder / part.file), part.sizes, folder / part.file
        )
        for part in _parts(network, card.settings)
    )


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


class _Part(NamedTuple):
    """What becomes an ONNX file of its own. sizes: of pictures, as `export_onnx` takes them."""

    file: str
    network: nn.Module
    sizes: list[Size]


def _parts(network: Localizer | Reader, settings: Settings) -> Iterator[_Part]:
    height, width = int(settings["height"]), int(settings["width"])
    sizes = [(height, width)]
    if isinstance(network, Localizer) and network.fixed_size is None:
        least = network.multiple
        sizes += [(least, 3 * least), (height + least, 2 * width)]
    yield _Part(ONNX, network, sizes)
    if isinstance(network, Localizer) and network.refiner is not None:
        yield _Part(REFINER_ONNX, network.refiner, [(LOOK_HEIGHT, LOOK_WIDTH)])


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
