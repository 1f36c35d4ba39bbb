"""Networks by name."""

import pytest

from src.common.errors import UserError
from src.localize.settings import network_settings as localize_settings
from src.models.base import Localizer, Reader
from src.models.decoding.plates import DECODINGS, decoding_of
from src.models.registry import LOCALIZERS, READERS, build_localizer, build_reader
from src.ocr.settings import network_settings as ocr_settings

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.mark.parametrize("name", sorted(LOCALIZERS))
def test_every_localizer_is_built_from_the_params(name: str) -> None:
    assert isinstance(build_localizer(name, localize_settings()), Localizer)


@pytest.mark.parametrize("name", sorted(READERS))
def test_every_reader_is_built_from_the_params(name: str) -> None:
    assert isinstance(build_reader(name, ocr_settings(), ALPHABET), Reader)


def test_every_localizer_can_be_used_without_its_weights() -> None:
    assert DECODINGS.keys() == LOCALIZERS.keys()
    for name in LOCALIZERS:
        network = build_localizer(name, localize_settings())
        decoding = decoding_of(name, localize_settings())
        assert decoding.multiple == network.multiple
        assert decoding.fixed_size == network.fixed_size
        assert decoding.decode is network.decode
        assert decoding.refined == (network.refiner is not None)


def test_defaults_keep_the_budget() -> None:
    both = (
        build_localizer("corner_detector", localize_settings()),
        build_reader("ctc_reader", ocr_settings(), ALPHABET),
    )
    assert sum(p.numel() for network in both for p in network.parameters()) <= 2.1e6


def test_a_network_is_new_each_time() -> None:
    first, second = (build_localizer("corner_detector", localize_settings()) for _ in range(2))
    assert first is not second


def test_unknown_names_list_the_known_ones() -> None:
    with pytest.raises(UserError, match=r"localize_model.*corner_detector, plate_localizer_v3"):
        build_localizer("yolo", localize_settings())
    with pytest.raises(UserError, match=r"'yolo'.*corner_detector, plate_localizer_v3"):
        decoding_of("yolo", localize_settings())
    with pytest.raises(UserError, match=r"ocr_model.*ctc_reader, plate_ocr_v2"):
        build_reader("", ocr_settings(), ALPHABET)


@pytest.mark.parametrize(("side", "value"), [("height", 250), ("width", 0), ("width", -32)])
def test_sizes_that_do_not_fit_are_named(side: str, value: int) -> None:
    with pytest.raises(UserError, match=rf"multiples of 32.*{side} is {value}.*LocalizeParams"):
        build_localizer("corner_detector", {**localize_settings(), side: value})
