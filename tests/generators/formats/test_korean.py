"""Korean plates: which texts exist, and what is drawn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.generators.formats.base import PlateText
from src.generators.formats.european.grammar import plain
from src.generators.formats.korean import (
    COMMERCIAL,
    FACE,
    LAYOUT_SHARES,
    LAYOUTS,
    SKY,
    USES,
)
from src.generators.formats.korean import FORMAT as KOREAN
from src.generators.formats.korean.regions import REGIONS
from src.generators.plate import draw_plate
from src.generators.shapes import known_shapes
from tests.generators.formats.laws import check_spec


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("12가3456", ""),
        ("123가4567", ""),
        ("서울12바3456", "서울"),
        ("제주70허0001", "제주"),
        ("서울2가3456", "서울"),
    ],
)
def test_parse_splits_texts_that_exist(text: str, prefix: str) -> None:
    assert KOREAN.parse(text) == PlateText(text, prefix, text.removeprefix(prefix))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1가2345",
        "12가345",
        "12힣3456",
        "1234가5678",
        "서12가3456",
        "12가3456\n",
        "12A3456",
        "서울123가4567",
    ],
)
def test_parse_refuses_texts_that_cannot_exist(text: str) -> None:
    assert KOREAN.parse(text) is None


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_every_sample_obeys_the_grammar_and_shows_its_text(seed: int) -> None:
    spec = KOREAN.sample(np.random.default_rng(seed))
    check_spec(spec, KOREAN)
    region = "".join(mark.label for mark in spec.marks if mark.printed)
    assert region + "".join(plain(row.text) for row in spec.rows) == spec.text


def test_samples_cover_layouts_regions_and_every_character() -> None:
    rng = np.random.default_rng(7)
    specs = [KOREAN.sample(rng) for _ in range(6000)]
    assert {spec.layout for spec in specs} == set(LAYOUTS) == set(LAYOUT_SHARES)
    assert sum(LAYOUT_SHARES.values()) == pytest.approx(1)
    assert {spec.content.prefix for spec in specs} == {"", *KOREAN.regions}
    assert set("".join(spec.text for spec in specs)) == set(KOREAN.alphabet)
    assert {len(spec.content.number) for spec in specs} == {6, 7, 8}
    present = [spec for spec in specs if spec.layout == "long_band"]
    assert {len(spec.text) for spec in present} == {8}
    heads = [int(spec.text[:3]) for spec in present]
    assert 0.75 < sum(100 <= head < 700 for head in heads) / len(heads) < 0.99


def test_alphabet_has_digits_first_and_each_character_once() -> None:
    assert KOREAN.alphabet.startswith("0123456789")
    assert len(KOREAN.alphabet) == 98
    assert len(set(USES + COMMERCIAL)) == len(USES + COMMERCIAL) == 71
    assert len(set(REGIONS)) == 17
    assert KOREAN.max_length == len("서울12바3456")


def test_what_stands_beside_the_text_is_not_read() -> None:
    rng = np.random.default_rng(3)
    for name, label in (("long_band", "KOR"), ("long_electric", "EV")):
        spec = LAYOUTS[name](rng)
        assert [mark.label for mark in spec.marks if mark.label] == [label]
        plate = draw_plate(spec, rng, 48)
        assert plate.boxes is not None
        assert plate.boxes.shape == (len(spec.text), 4)


def test_colours_are_those_of_the_regulation() -> None:
    rng = np.random.default_rng(4)
    pale = {name: {sum(LAYOUTS[name](rng).ink) > 384 for _ in range(20)} for name in LAYOUTS}
    assert {name for name, inks in pale.items() if True in inks} == {
        "two_line_green", "two_line_region",
    }  # fmt: skip
    assert {LAYOUTS["long_electric"](rng).paper for _ in range(5)} == {SKY}
    assert len({LAYOUTS["long_band"](rng).paper for _ in range(200)}) == 2


def test_syllables_are_narrower_than_in_print_and_vary() -> None:
    assert set(FACE.own) >= set(USES + COMMERCIAL + "".join(REGIONS))
    for char, ways in FACE.own.items():
        assert len(ways) == FACE.counts[char] == 4
        assert all(way.width < known_shapes(char)[0].width for way in ways)


def test_same_seed_same_bytes() -> None:
    def draw(seed: int) -> bytes:
        rng = np.random.default_rng(seed)
        return b"".join(draw_plate(KOREAN.sample(rng), rng, 48).image.tobytes() for _ in range(8))

    assert draw(4) == draw(4) != draw(5)
