"""Formats by name, alone and mixed."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.common.errors import UserError
from src.generators.formats import FORMATS, get_format

ALL = "+".join(FORMATS)


def test_a_mixture_knows_the_texts_of_its_parts() -> None:
    both = get_format("swiss+korean")
    swiss, korean = FORMATS["swiss"], FORMATS["korean"]
    assert both.name == "swiss+korean"
    assert set(both.alphabet) == set(swiss.alphabet) | set(korean.alphabet)
    assert list(both.alphabet) == sorted(set(both.alphabet))
    assert both.alphabet.startswith("0123456789A")
    assert both.max_length == 9
    assert both.regions == swiss.regions + korean.regions
    assert both.parse("ZH123") == swiss.parse("ZH123")
    assert both.parse("12가3456") == korean.parse("12가3456")
    assert both.parse("XX123") is None


def test_the_first_part_that_knows_a_text_splits_it() -> None:
    assert get_format("swiss+european").parse("ZH123U") == FORMATS["swiss"].parse("ZH123U")
    assert get_format("european+swiss").parse("XX123") is not None


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_mixture_of_all_draws_what_it_can_parse(seed: int) -> None:
    everything = get_format(ALL)
    spec = everything.sample(np.random.default_rng(seed))
    knowing = [part for part in FORMATS.values() if part.parse(spec.text) is not None]
    assert spec.content in [part.parse(spec.text) for part in knowing]
    assert everything.parse(spec.text) == knowing[0].parse(spec.text)
    assert set(spec.text) <= set(everything.alphabet)
    assert len(spec.text) <= everything.max_length


def test_swiss_and_european_texts_are_split_alike_in_either_order() -> None:
    one, other = (get_format(name) for name in ("swiss+european", "european+swiss"))
    rng = np.random.default_rng(5)
    for text in (one.sample(rng).text for _ in range(200)):
        assert one.parse(text) == other.parse(text)


def test_each_part_is_drawn_as_often() -> None:
    both = get_format("swiss+korean")
    rng = np.random.default_rng(3)
    swiss = sum(FORMATS["swiss"].parse(both.sample(rng).text) is not None for _ in range(1000))
    assert 450 < swiss < 550


def test_a_mixture_can_be_sent_to_a_worker() -> None:
    both = get_format("swiss+european")
    copy = pickle.loads(pickle.dumps(both))
    drawn = [f.sample(np.random.default_rng(9)) for f in (both, copy)]
    assert drawn[0] == drawn[1]
    assert get_format("swiss+european") is both


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("swiss+atlantis", f"'atlantis'.*{', '.join(sorted(FORMATS))}"),
        ("swiss+", "empty part"),
        ("", "empty part"),
        ("+swiss", "empty part"),
        ("swiss+european+swiss", "twice"),
    ],
)
def test_a_name_that_is_no_format_is_refused(name: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        get_format(name)
