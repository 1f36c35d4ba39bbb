"""Networks by name."""

import subprocess
import sys
from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest

from src.architectures.localizers.registry import LOCALIZERS, build_localizer, localizer_of
from src.architectures.readers.registry import READERS, build_reader, reader_of
from src.common.errors import UserError
from src.inference.decoding.plates import plate_decoding
from src.inference.decoding.texts import TEXT_DECODERS
from src.inference.detection import Detection
from src.localize import settings as localize_settings
from src.models.base import Localizer, Reader
from src.models.settings import NetworkSettings
from src.models.torch_runtime import torch_run_any
from src.ocr import settings as ocr_settings
from tests.networks import tiny
from tests.source import ROOT

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SCENES, PLATES = localize_settings.picture_size(), ocr_settings.picture_size()


def localizer(name: str) -> Localizer:
    """The localizer that params.py asks for."""
    architecture = localizer_of(name)
    return architecture.new(localize_settings.network_settings(architecture).values(), SCENES)


def reader(name: str) -> Reader:
    """The reader that params.py asks for."""
    architecture = reader_of(name)
    return architecture.new(ocr_settings.network_settings(architecture).values(), PLATES, ALPHABET)


@pytest.mark.parametrize("name", LOCALIZERS.names())
def test_every_localizer_is_built_from_the_params(name: str) -> None:
    assert isinstance(localizer(name), Localizer)


@pytest.mark.parametrize("name", READERS.names())
def test_every_reader_is_built_from_the_params(name: str) -> None:
    assert isinstance(reader(name), Reader)


@pytest.mark.parametrize("name", LOCALIZERS.names())
def test_every_localizer_can_be_used_without_its_weights(name: str) -> None:
    architecture = localizer_of(name)
    values = tiny(architecture)
    network = architecture.new(values, SCENES)
    decoding = plate_decoding(architecture.decoding, values, SCENES)
    assert decoding.multiple == network.multiple
    assert decoding.fixed_size == network.fixed_size
    seen = network.fixed_size or SCENES
    pictures = np.random.default_rng(0).integers(0, 256, (2, 1, *seen), np.uint8)
    raw = torch_run_any(network.eval())(pictures)
    own, without = network.decode(raw, *SCENES, 0.005), decoding.decode(raw, *SCENES, 0.005)
    assert any(own)
    assert [_told(found) for found in own] == [_told(found) for found in without]


def _told(found: list[Detection]) -> list[tuple[object, ...]]:
    return [(d.quad.tolist(), d.score, d.lines) for d in found]


@pytest.mark.parametrize("name", READERS.names())
def test_every_reader_can_be_used_without_its_weights(name: str) -> None:
    assert reader_of(name).decoding == reader(name).decoding
    assert reader_of(name).decoding in TEXT_DECODERS


@pytest.mark.parametrize(
    "architecture", [each.get(name) for each in (LOCALIZERS, READERS) for name in each.names()]
)
def test_settings_are_frozen_and_come_back_from_a_card(architecture: object) -> None:
    settings = architecture.settings()  # type: ignore[attr-defined]
    assert type(settings).of(settings.values()) == settings
    for field in fields(settings):
        with pytest.raises(FrozenInstanceError):
            setattr(settings, field.name, 1)


@pytest.mark.parametrize("name", LOCALIZERS.names())
def test_defaults_of_localizers_are_those_of_params(name: str) -> None:
    architecture = localizer_of(name)
    assert localize_settings.network_settings(architecture) == architecture.settings()


@pytest.mark.parametrize("name", READERS.names())
def test_defaults_of_readers_are_those_of_params(name: str) -> None:
    architecture = reader_of(name)
    assert ocr_settings.network_settings(architecture) == architecture.settings()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("CHANNELS", [24, 48, 80], r"channels is \[24, 48, 80\]: it must be 4 whole numbers"),
        ("CHANNELS", [24, 48, 80, 0], "channels is .* from 1 to 8192"),
        ("CHANNELS", [24, 48, 80, 96.0], "channels is "),
        ("BLOCKS", [1, 1], "blocks is .* 3 whole numbers from 0"),
        ("REFINER_CHANNELS", [8], "refiner_channels is .* 3 whole numbers"),
        ("REFINER_HIDDEN", 0, "refiner_hidden is 0: it must be a whole number from 1"),
    ],
)
def test_settings_that_cannot_be_are_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: object, message: str
) -> None:
    monkeypatch.setattr(f"params.LocalizeModelParams.{name}", value)
    with pytest.raises(UserError, match=f"^corner_detector: {message}.*LocalizeModelParams"):
        localizer("corner_detector")
    assert isinstance(localizer("plate_localizer_v3"), Localizer)  # which has no such setting


@pytest.mark.parametrize("value", [1, -0.1, True, "0.1"])
def test_dropout_is_a_share(value: float) -> None:
    with pytest.raises(ValueError, match=r"dropout is .* at least 0 and below 1"):
        build_reader("ctc_reader", {"dropout": value}, PLATES, ALPHABET)


def test_unknown_settings_list_the_known_ones() -> None:
    with pytest.raises(
        ValueError, match="no setting depth; known are channels, countries, dropout, hidden"
    ):
        build_reader("ctc_reader", {"depth": 3}, PLATES, ALPHABET)
    with pytest.raises(ValueError, match="no setting depth; known are none"):
        NetworkSettings.of({"depth": 3})


def test_a_localizer_may_be_without_a_refiner() -> None:
    assert build_localizer("corner_detector", {"refiner_channels": []}, SCENES).refiner is None
    assert build_localizer("corner_detector", {}, SCENES).refiner is not None


def test_defaults_keep_the_budget() -> None:
    both = localizer("corner_detector"), reader("ctc_reader")
    assert sum(p.numel() for network in both for p in network.parameters()) <= 2.1e6


def test_a_network_is_new_each_time() -> None:
    first, second = (localizer("corner_detector") for _ in range(2))
    assert first is not second


def test_unknown_names_list_the_known_ones() -> None:
    with pytest.raises(UserError, match=r"localize_model.*corner_detector, plate_localizer_v3"):
        localizer_of("yolo")
    with pytest.raises(UserError, match=r"'yolo', known are anchor_levels, corner_cells, one_box"):
        plate_decoding("yolo", {}, SCENES)
    with pytest.raises(UserError, match=r"ocr_model.*ctc_reader, lprnet, mask_ocr"):
        reader_of("")


@pytest.mark.parametrize(("side", "size"), [("height", (250, 64)), ("width", (64, 0))])
def test_sizes_that_do_not_fit_are_named(side: str, size: tuple[int, int]) -> None:
    with pytest.raises(UserError, match=rf"multiples of 32.*{side} is .*LocalizeParams"):
        build_localizer("corner_detector", {}, size)


WITHOUT_TORCH = """
import sys
sys.modules["torch"] = None
from src.architectures.localizers.registry import LOCALIZERS
from src.architectures.readers.registry import READERS
print(*(each.get(name).name for each in (LOCALIZERS, READERS) for name in each.names()))
"""


def test_architectures_need_no_torch_and_are_called_as_their_folders() -> None:
    command = [sys.executable, "-c", WITHOUT_TORCH]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()) == (0, [*LOCALIZERS.names(), *READERS.names()]), (
        done.stderr
    )
