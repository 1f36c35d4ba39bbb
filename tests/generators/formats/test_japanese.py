"""Japanese plates: which texts exist, and what is drawn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.generators.formats.base import DOT, HYPHEN, PlateText, shows_character
from src.generators.formats.japanese import (
    BUSINESS,
    CLASS_LETTERS,
    KEI,
    KEI_BUSINESS,
    LAYOUT_SHARES,
    LAYOUTS,
    PRIVATE,
    USES,
)
from src.generators.formats.japanese import FORMAT as JAPANESE
from src.generators.formats.japanese.lettering import face, squeezed
from src.generators.formats.japanese.places import PLACES, SHARES
from src.generators.plate import draw_plate
from tests.generators.formats.laws import check_spec


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("品川330さ1234", "品川"),
        ("尾張小牧500あ1", "尾張小牧"),
        ("いわき33そ12", "いわき"),
        ("横浜31Cら8", "横浜"),
        ("沖縄300Y1234", "沖縄"),
        ("富士山580わ223", "富士山"),
        ("名古屋あ1234", "名古屋"),
        ("1大阪れ99", "1大阪"),
    ],
)
def test_parse_splits_texts_that_exist(text: str, prefix: str) -> None:
    assert JAPANESE.parse(text) == PlateText(text, prefix, text.removeprefix(prefix))
    assert JAPANESE.doubt(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "品川330さ",
        "品川330さ0123",
        "品川330さ12345",
        "品川3さ1234",
        "品川330ん1234",
        "品川3301234",
        "東品330さ1234",
        "3大阪れ99",
        "1大阪330れ99",
        "品川A30さ1234",
        "品川330さ1234\n",
    ],
)
def test_parse_refuses_texts_that_cannot_exist(text: str) -> None:
    assert JAPANESE.parse(text) is None


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_every_sample_obeys_the_grammar_and_shows_its_text(seed: int) -> None:
    spec = JAPANESE.sample(np.random.default_rng(seed))
    check_spec(spec, JAPANESE)
    assert spec.lines == 2
    upper, lower = ("".join(filter(shows_character, row.text)) for row in spec.rows)
    assert upper + lower == spec.text
    assert lower[0] in USES
    # Four digits have a dash between them, fewer have dots in their stead.
    assert (HYPHEN in spec.rows[1].text) == (len(lower) == 5)
    assert spec.rows[1].text.count(DOT) == 5 - len(lower)
    for field in spec.fields:
        left, top, right, bottom = field.box
        assert 0 <= left < right <= spec.size[0] + 1e-9
        assert 0 <= top < bottom <= spec.size[1]


def test_samples_cover_layouts_places_and_every_character() -> None:
    rng = np.random.default_rng(7)
    specs = [JAPANESE.sample(rng) for _ in range(6000)]
    assert {spec.layout for spec in specs} == set(LAYOUTS) == set(LAYOUT_SHARES)
    assert sum(LAYOUT_SHARES.values()) == pytest.approx(1)
    assert {spec.content.prefix.lstrip("12") for spec in specs} == set(JAPANESE.regions)
    assert set("".join(spec.text for spec in specs)) == set(JAPANESE.alphabet)
    assert max(len(spec.text) for spec in specs) <= JAPANESE.max_length == len("尾張小牧330さ1234")


def test_places_and_characters_are_those_of_the_regulation() -> None:
    assert len({part.code for part in PLACES.values()}) == 47
    assert sum(SHARES.values()) == pytest.approx(1)
    assert SHARES["名古屋"] > 1.5 * SHARES["飛騨"] > 0
    kana = {char for char in USES if not char.isascii()}
    assert len(kana) == 42
    assert kana.isdisjoint("おしへん")
    assert len(CLASS_LETTERS) == 10


def test_colours_and_hiragana_are_those_of_the_use() -> None:
    rng = np.random.default_rng(1)
    for name, uses, pale in (
        ("commercial", BUSINESS, True),
        ("kei_commercial", KEI_BUSINESS, True),
        ("kei", KEI + "わEHKMTYよ", False),
        ("private", PRIVATE + "われEHKMTYよ", False),
    ):
        specs = [LAYOUTS[name](rng) for _ in range(60)]
        assert {spec.rows[1].text[0] for spec in specs} <= set(uses), name
        assert {sum(spec.ink) > sum(spec.paper) for spec in specs} == {pale}, name


def test_the_small_character_stays_between_upper_and_lower_end_of_the_digits() -> None:
    rng = np.random.default_rng(2)
    for _ in range(20):
        spec = LAYOUTS["private"](rng)
        ways = spec.face.own[spec.rows[1].text[0]]
        assert len(ways) == 3
        for way in ways:
            heights = [float(v.split(",")[1]) for v in way.strokes.replace(";", " ").split()]
            assert min(heights) > 0.2
            assert max(heights) < 0.95


def test_strokes_are_squeezed() -> None:
    assert squeezed("0,0 1,1,.5;1,0 0,1 z", 0.5, 1) == "0,0.500 1,1.000,.5;1,0.500 0,1.000 z"


def test_chinese_characters_are_as_wide_as_high() -> None:
    own = face("さ").own
    assert {"京", "川", "品"} <= own.keys()
    assert all(shape.width == 0.94 for char in own.keys() - {"さ"} for shape in own[char])


def test_same_seed_same_bytes() -> None:
    def draw(seed: int) -> bytes:
        rng = np.random.default_rng(seed)
        return b"".join(draw_plate(JAPANESE.sample(rng), rng, 48).image.tobytes() for _ in range(8))

    assert draw(4) == draw(4) != draw(5)
