"""Networks that need no training: every cell says "a plate of 80×20 pixels", and every plate reads "Z".

They are exported once in a process, and bundled once for each threshold, since many tests want a copy of their own.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import nn

from src.architectures.localizers.corner_detector.architecture import (
    ARCHITECTURE as CORNER_DETECTOR,
)
from src.architectures.readers.ctc_reader.architecture import ARCHITECTURE as CTC_READER
from src.bundle.bundle import Bundle, load_bundle
from src.bundle.origin import Thresholds
from src.generators.formats import get_format
from src.inference.card import Card
from src.inference.settings import Size, Value, Values
from src.models.architecture import Architecture
from src.models.base import Localizer, Reader
from src.models.store import new_card, save_model
from src.stack.pack import pack

SCORE = 0.9  # of every plate
REFINER: dict[str, Value] = {"refiner_channels": [8, 8, 8], "refiner_hidden": 8}
# Settings of any network at its smallest, by their names.
TINY: dict[str, Value] = {"channels": [8, 8, 8, 8], "blocks": [1, 1, 1], "width": 0.05, **REFINER}
Files = dict[str, bytes]


def tiny(architecture: Architecture[Any]) -> dict[str, Value]:
    """Return the settings of TINY that a network has."""
    return {name: TINY[name] for name in TINY.keys() & architecture.settings.names()}


def card_of(
    architecture: Architecture[Any],
    network: Localizer | Reader,
    values: Values,
    size: Size,
    plate_format: str = "swiss",
    alphabet: str = get_format("swiss").alphabet,
) -> Card:
    """Return the card that training gives to a network that was built of these values."""
    settings = architecture.settings.of(values)
    return new_card(architecture, settings, size, network, plate_format, alphabet, {})


def save_networks(folder: Path, **values: Value) -> None:
    """Write a localizer and a reader as the training stages do, to ``folder``/localize and ``folder``/ocr.

    values: settings of the localizer that are other than those of `_export`.
    """
    if values:
        _export(folder, **values)
    else:
        _write(_networks(), folder)


def save_bundle(folder: Path, min_score: float = 0.3) -> Bundle:
    """Write the networks, and `bundle_on` them; return it."""
    _write(_bundle(min_score), folder)
    return load_bundle(folder / "stack")


def bundle_on(folder: Path, min_score: float = 0.3) -> Bundle:
    """Return the networks of a folder (see `save_networks`) as the bundle ``folder``/stack, which it writes."""
    return pack(folder, folder / "stack", Thresholds(min_score, 0.5, [256]), {})


@cache
def _networks() -> Files:
    return _files_of(_export)


@cache
def _bundle(min_score: float) -> Files:
    def make(folder: Path) -> None:
        save_networks(folder)
        bundle_on(folder, min_score)

    return _files_of(make)


def _files_of(make: Callable[[Path], object]) -> Files:
    """Return what is written into a folder: contents by their paths in it."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        make(folder)
        paths = [path for path in folder.rglob("*") if path.is_file()]
        return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def _write(files: Files, folder: Path) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def _export(folder: Path, **values: Value) -> None:
    alphabet, size = get_format("swiss").alphabet, (64, 64)
    settings: Values = {"channels": [8, 8, 8, 8], "blocks": [1, 1, 1], **REFINER, **values}
    localizer = CORNER_DETECTOR.new(settings, size)
    corners = torch.tensor([-40.0, -10, 40, -10, 40, 10, -40, 10]) / 32
    logit = torch.logit(torch.tensor([SCORE]))
    _answer_always(localizer, torch.cat([logit, corners, torch.tensor([-9.0])]))
    # A refiner that finds nothing to correct, and one line.
    if localizer.refiner is not None:
        _answer_always(localizer.refiner, torch.tensor([0.0] * 8 + [-9.0, 9.0] + [-20.0] * 3))
    save_model(folder / "localize", localizer, card_of(CORNER_DETECTOR, localizer, settings, size))

    settings, size = {"channels": [8, 8, 8, 8], "hidden": 8, "dropout": 0.0}, (32, 128)
    reader = CTC_READER.new(settings, size, alphabet)
    _answer_always(reader, 20.0 * (torch.arange(len(alphabet) + 1) == 1 + alphabet.index("Z")))
    save_model(folder / "ocr", reader, card_of(CTC_READER, reader, settings, size))


def _answer_always(network: nn.Module, answer: torch.Tensor) -> None:
    """Make the last layer that has a bias of the answer's length give the answer, whatever comes in."""
    last = [
        module
        for module in network.modules()
        if isinstance(module, nn.Conv2d | nn.Linear)
        and module.bias is not None
        and module.bias.shape == answer.shape
    ][-1]
    nn.init.zeros_(last.weight)
    assert last.bias is not None
    last.bias.data = answer.float()
