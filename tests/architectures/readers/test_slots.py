"""Readers with a head for each place, and LPRNet: what they cost, and losses by hand."""

import math

import pytest
import torch

from src.architectures.readers.alignment import WARM_UP_STEPS
from src.architectures.readers.ctc import EARLY_WEIGHT
from src.architectures.readers.lprnet.network import LPRNet
from src.architectures.readers.plate_cnn.network import CANVAS, PlateCNN
from src.architectures.readers.registry import build_reader, reader_of
from src.architectures.readers.slots import SlotNetwork
from src.common.errors import UserError
from src.models.base import TextTargets

# As many characters as classes without the one for none.
EIGHTY = "".join(chr(0x4E00 + number) for number in range(80))


class Silent(SlotNetwork):
    """A reader of which only what it says counts."""


def parameters(network: torch.nn.Module) -> int:
    return sum(p.numel() for p in network.parameters())


def statistics(network: torch.nn.Module) -> int:
    """Running means and variances."""
    return sum(value.numel() for value in network.buffers() if value.is_floating_point())


def test_plate_cnn_is_of_the_published_size() -> None:
    network = PlateCNN((48, 64, 64), 7, EIGHTY, CANVAS)
    assert network.codec.classes == 81
    assert parameters(network) == 2_540_215
    assert parameters(network) + statistics(network) == 2_540_567
    assert network(torch.zeros(2, 1, 64, 128)).shape == (2, 7, 81)
    assert network.features(torch.zeros(1, 1, 64, 128)).shape == (1, 4160)


def test_plate_cnn_stretches_other_canvases() -> None:
    torch.manual_seed(1)
    whole = PlateCNN((4, 4, 4), 3, "01", CANVAS).eval()
    halved = PlateCNN((4, 4, 4), 3, "01", (32, 128)).eval()
    halved.load_state_dict(whole.state_dict())
    stripes = (torch.rand(2, 1, 1, 128) * 255).round()
    low, high = stripes.expand(-1, -1, 32, -1), stripes.expand(-1, -1, 64, -1)
    assert torch.allclose(halved(low), whole(high), atol=1e-5)
    assert not torch.allclose(halved(low), halved(low.flip(3)), atol=1e-3)


def test_lprnet_is_of_the_published_size() -> None:
    network = LPRNet(0.5, EIGHTY[:67], 94)
    assert parameters(network) == 458_472
    assert parameters(network) == pytest.approx(0.45e6, rel=0.02)
    assert network(torch.zeros(1, 1, 24, 94)).shape == (1, 18, 68)
    assert (network.columns(94), network.longest(94)) == (18, 9)


@pytest.mark.parametrize("size", [(22, 24), (24, 94), (32, 128), (48, 193)])
def test_lprnet_says_how_many_columns_there_are(size: tuple[int, int]) -> None:
    network = LPRNet(0.0, "01", size[1]).eval()
    assert network(torch.zeros(2, 1, *size)).shape == (2, network.columns(size[1]), 3)


@pytest.mark.parametrize("size", [(20, 94), (24, 22)])
def test_lprnet_refuses_a_canvas_of_which_nothing_is_left(size: tuple[int, int]) -> None:
    with pytest.raises(UserError, match=r"at least 24x22 pixels, not .*OCRParams"):
        build_reader("lprnet", {}, size, "01")


def loss_of(raw: torch.Tensor, texts: list[str]) -> float:
    return Silent("01", raw.shape[1]).loss(raw, TextTargets(texts, []), 0)["loss"].item()


def test_loss_by_hand() -> None:
    # Three places, uniform over none, 0 and 1: each costs ln 3, whatever the text.
    assert loss_of(torch.zeros(2, 3, 3), ["1", "010"]) == pytest.approx(math.log(3))
    # Certain of "1" and of no more.
    raw = torch.tensor([[[-40.0, -40.0, 40.0], [40.0, -40.0, -40.0]]])
    assert loss_of(raw, ["1"]) == pytest.approx(0, abs=1e-6)
    # Wrong in the second place alone, by 80 of the two together.
    assert loss_of(raw, ["11"]) == pytest.approx(80 / 2)
    # In doubt: of none, 0 and 1 with weights 1, 2 and 5, and behind it 6, 1 and 1.
    raw = torch.tensor([[[1.0, 2.0, 5.0], [6.0, 1.0, 1.0]]]).log()
    assert loss_of(raw, ["1"]) == pytest.approx(-math.log(5 / 8 * 6 / 8) / 2)
    assert loss_of(raw, [""]) == pytest.approx(-math.log(1 / 8 * 6 / 8) / 2)


def test_strips_are_taught_too() -> None:
    places, strips = torch.zeros(1, 3, 3), torch.zeros(1, 2, 3)
    losses = Silent("01", 3).loss((places, strips), TextTargets(["1"], [("1",)]), WARM_UP_STEPS)
    assert losses["slot_loss"].item() == pytest.approx(math.log(3))
    # "1" is read from 1·, ·1 and 11, three of nine paths.
    assert losses["loss"].item() == pytest.approx(math.log(3) + EARLY_WEIGHT * math.log(9 / 3))
    first = Silent("01", 3).loss((places, strips), TextTargets(["1"], [("1",)]), 0)
    # Where the two strips roughly are is known, and each costs ln 3 on the first step.
    assert first["loss"].item() == pytest.approx(losses["loss"].item() + math.log(3))


def test_a_foreign_character_is_named() -> None:
    with pytest.raises(UserError, match="'Z'"):
        loss_of(torch.zeros(1, 3, 3), ["1Z"])


@pytest.mark.parametrize("name", ["plate_cnn", "mask_ocr", "mask_ocr_small"])
def test_places_are_as_many_as_the_longest_text_has_characters(name: str) -> None:
    settings = reader_of(name).settings()
    longer = settings.for_plates(12, 3)
    assert settings.values() | {"places": 12} == longer.values()
    with pytest.raises(ValueError, match="places is 0"):
        settings.for_plates(0, 3)


def test_other_readers_ask_for_nothing_by_the_longest_text() -> None:
    settings = reader_of("lprnet").settings()
    assert settings.for_plates(12, 3) is settings
    recurrent = reader_of("ctc_reader").settings()
    assert recurrent.for_plates(12, 0) == recurrent
