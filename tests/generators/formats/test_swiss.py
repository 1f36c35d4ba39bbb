"""The Swiss format: which texts exist, and what is drawn."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.common.errors import UserError
from src.generators.formats import get_format
from src.generators.formats.base import DOT, PlateText
from src.generators.formats.swiss import FORMAT as SWISS
from src.generators.formats.swiss.layouts import COLOUR_SHARES, COLOURS, LAYOUT_SHARES, LAYOUTS
from src.generators.formats.swiss.shields import SHIELDS
from src.generators.formats.swiss.texts import CANTONS, KINDS, LENGTH_WEIGHTS


@pytest.mark.parametrize(
    ("text", "prefix", "number"),
    [
        ("ZH1", "ZH", "1"),
        ("ZH123456", "ZH", "123456"),
        ("ZH123U", "ZH", "123U"),
        ("CDGE3500", "CDGE", "3500"),
        ("AT" + "BE" + "10", "ATBE", "10"),
        ("VS999999Z", "VS", "999999Z"),
    ],
)
def test_parse_splits_texts_that_exist(text: str, prefix: str, number: str) -> None:
    assert SWISS.parse(text) == PlateText(text, prefix, number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ZH",
        "123",
        "ZH0",
        "ZH0123",
        "ZH1234567",
        "XX123",
        "zh123",
        "ZH 123",
        "ZH123\n",
        "ZH123A",
        "ZHU",
        "CDGE1",  # a country code needs a number behind it
        "CDGE123456",
        "CDGE123U",
        "CD3500",
        "GECD3500",
        "ZH\u0661\u0662",  # digits, but not ours
    ],
)
def test_parse_refuses_texts_that_cannot_exist(text: str) -> None:
    assert SWISS.parse(text) is None


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_every_sample_obeys_the_grammar_and_fits_its_plate(seed: int) -> None:
    spec = SWISS.sample(np.random.default_rng(seed))
    assert SWISS.parse(spec.text) == spec.content
    assert spec.content.prefix + spec.content.number == spec.text
    assert spec.content.prefix[-2:] in SWISS.regions
    assert set(spec.text) <= set(SWISS.alphabet)
    assert len(spec.text) <= SWISS.max_length
    assert spec.lines in (1, 2)
    width, height = spec.size
    for left, top, right, bottom in [part.box for part in spec.rows] + [
        mark.box for mark in spec.marks
    ]:
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
    if spec.lines == 2:
        assert spec.rows[0].box[3] < spec.rows[1].box[1]


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_rows_and_service_block_together_show_the_text(seed: int) -> None:
    """What the rows say, read in order, is the text; a year of expiry is not part of it."""
    spec = SWISS.sample(np.random.default_rng(seed))
    block = spec.marks[0].label if spec.layout == "diplomatic" else ""
    shown = block + "".join(row.text for row in spec.rows)
    assert "".join(c for c in shown if c.isalnum()) == spec.text
    assert (DOT in shown) == (spec.lines == 1)


def test_samples_cover_cantons_layouts_and_lengths_as_documented() -> None:
    rng = np.random.default_rng(7)
    specs = [SWISS.sample(rng) for _ in range(6000)]
    cantons = Counter(spec.content.prefix[-2:] for spec in specs)
    assert set(cantons) == set(CANTONS)
    assert min(cantons.values()) > 6000 / 26 * 0.7
    assert {spec.layout for spec in specs} == {*LAYOUTS, "diplomatic"}
    numbers = [spec.content.number for spec in specs if len(spec.content.prefix) == 2]
    lengths = Counter(sum(c.isdigit() for c in number) for number in numbers)
    for length, share in enumerate(LENGTH_WEIGHTS, start=1):
        assert lengths[length] / len(numbers) == pytest.approx(share, abs=0.02)
    papers = {spec.paper for spec in specs}
    assert papers >= set(COLOURS.values())


def test_shares_add_up_and_name_what_exists() -> None:
    for shares in (KINDS, LAYOUT_SHARES, COLOUR_SHARES):
        assert sum(shares.values()) == pytest.approx(1)
    assert sum(LENGTH_WEIGHTS) == pytest.approx(1)
    assert set(LAYOUT_SHARES) == set(LAYOUTS)
    assert set(COLOUR_SHARES) == set(COLOURS)
    assert len(set(CANTONS)) == 26
    assert set(SHIELDS) == {*CANTONS, "CH"}


def test_alphabet_is_unique_and_max_length_is_reached() -> None:
    assert len(set(SWISS.alphabet)) == len(SWISS.alphabet)
    assert len("ZH123456U") == len("CDGE12345") == SWISS.max_length


def test_get_format() -> None:
    assert get_format("swiss") is SWISS
    with pytest.raises(UserError, match=r"atlantis.*swiss"):
        get_format("atlantis")
