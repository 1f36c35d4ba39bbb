"""Networks that need no training: every cell says "a plate of 80×20 pixels", and every plate reads "Z"."""

from pathlib import Path

import torch
from torch import nn

from src.generators.formats import get_format
from src.models.card import Card
from src.models.registry import build_localizer, build_reader
from src.models.store import save_model
from src.stack.bundle import Bundle
from src.stack.endpoint import Endpoint
from src.stack.origin import Thresholds
from src.stack.pack import pack

SCORE = 0.9  # of every plate
REFINER = {"refiner_channels": [8, 8, 8], "refiner_hidden": 8}


def save_networks(folder: Path) -> None:
    """Write a localizer and a reader as the training stages do, to ``folder``/localize and ``folder``/ocr."""
    alphabet = get_format("swiss").alphabet
    size = {"height": 64, "width": 64}
    settings = {**size, "channels": [8, 8, 8, 8], "blocks": [1, 1, 1], **REFINER}
    localizer = build_localizer("corner_detector", settings)
    corners = torch.tensor([-40.0, -10, 40, -10, 40, 10, -40, 10]) / 32
    logit = torch.logit(torch.tensor([SCORE]))
    _answer_always(localizer, torch.cat([logit, corners, torch.tensor([-9.0])]))
    # A second look finds nothing to correct, and one line.
    assert localizer.refiner is not None
    _answer_always(localizer.refiner, torch.tensor([0.0] * 8 + [-9.0, 9.0, -20.0, -20.0]))
    card = Card("corner_detector", settings, "swiss", alphabet, {}, 0)
    save_model(folder / "localize", localizer, card)

    settings = {"height": 32, "width": 128, "channels": [8, 8, 8, 8], "hidden": 8, "dropout": 0.0}
    reader = build_reader("ctc_reader", settings, alphabet)
    _answer_always(reader, 20.0 * (torch.arange(len(alphabet) + 1) == 1 + alphabet.index("Z")))
    card = Card("ctc_reader", settings, "swiss", alphabet, {}, 0, reader.decoding)
    save_model(folder / "ocr", reader, card)


def bundle_on(folder: Path, min_score: float = 0.3) -> Bundle:
    """Return the networks of a folder (see `save_networks`) as the bundle ``folder``/stack, which it writes."""
    return pack(folder, folder / "stack", Thresholds(min_score, 0.5, [256]), {})


def endpoint_on(folder: Path, min_score: float = 0.3) -> Endpoint:
    """Return an endpoint on `bundle_on`."""
    return Endpoint(bundle_on(folder, min_score))


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
