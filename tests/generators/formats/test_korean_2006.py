"""The Korean series of seven characters, as a format of its own."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.datasets.drawn_with import drawing_files
from src.generators.formats import get_format
from src.generators.formats.base import PlateText
from src.generators.formats.european.grammar import plain
from tests.generators.formats.laws import check_spec

SERIES, KOREAN = get_format("korean_2006"), get_format("korean")


@pytest.mark.parametrize("text", ["123가4567", "서울12바3456", "12가345", "1가2345", "12A3456", ""])
def test_texts_of_other_series_are_none_of_its_own(text: str) -> None:
    assert SERIES.parse("12가3456") == PlateText("12가3456", "", "12가3456")
    assert SERIES.parse(text) is None


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_every_sample_is_a_plate_of_korea_in_one_row_of_seven(seed: int) -> None:
    spec = SERIES.sample(np.random.default_rng(seed))
    check_spec(spec, SERIES)
    assert plain(spec.rows[0].text) == spec.text
    assert (len(spec.rows), len(spec.text)) == (1, SERIES.max_length) == (1, 7)
    assert KOREAN.parse(spec.text) == spec.content


def test_both_sizes_and_every_character_are_drawn() -> None:
    rng = np.random.default_rng(7)
    specs = [SERIES.sample(rng) for _ in range(16000)]
    assert {spec.layout for spec in specs} == {"long", "short"}
    assert set("".join(spec.text for spec in specs)) == set(SERIES.alphabet)
    assert len(SERIES.alphabet) == 81


def test_what_it_draws_with_changes_where_korea_does() -> None:
    def own(name: str) -> set[Path]:
        return {f for f in drawing_files(name) if "formats" in f.parts and "korean" in f.parts}

    assert own("korean_2006") == own("korean") != set()
    assert own("swiss") == set()
