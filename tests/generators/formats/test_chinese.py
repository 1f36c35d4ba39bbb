"""Chinese plates: which texts exist, and what is drawn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.generators.formats.base import PlateText
from src.generators.formats.chinese import FORMAT as CHINESE
from src.generators.formats.chinese import LAYOUT_SHARES, LAYOUTS, LETTERS, USES
from src.generators.formats.chinese.provinces import PROVINCES
from src.generators.formats.european.grammar import plain
from src.generators.plate import draw_plate
from tests.generators.formats.laws import check_spec


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("京A12345", "京"),
        ("皖AB123C", "皖"),
        ("浙CD5678", "浙"),
        ("粤BD12345", "粤"),
        ("粤BDF1234", "粤"),
        ("沪A12345F", "沪"),
        ("川A1234警", "川"),
        ("川A1B34警", "川"),
        ("鲁B1234学", "鲁"),
        ("冀C1234挂", "冀"),
        ("粤Z1A34港", "粤"),
        ("粤Z1234澳", "粤"),
        ("沪A0023领", "沪"),
        ("使224578", ""),
        ("224578使", ""),
    ],
)
def test_parse_splits_texts_that_exist(text: str, prefix: str) -> None:
    assert CHINESE.parse(text) == PlateText(text, prefix, text.removeprefix(prefix))
    assert CHINESE.doubt(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A12345",
        "京12345",
        "京A1234",
        "京A123456",
        "京AABC12",  # three letters of five
        "京AO2345",
        "京I12345",
        "沪AI12345",
        "粤BD1A345",  # the letter of a new-energy plate is first or last, a second one beside the first
        "粤BL12345",
        "川AAB34警",
        "川A12345警",
        "京Z1234港",
        "粤A1234港",
        "警A12345",
        "使2245781",
        "224使578",
        "京A12345\n",
    ],
)
def test_parse_refuses_texts_that_cannot_exist(text: str) -> None:
    assert CHINESE.parse(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [("京O12345", "does not have O"), ("京A1234", "do not stand as on such plates")],
)
def test_doubt_says_why_a_text_is_none(text: str, said: str) -> None:
    assert said in str(CHINESE.doubt(text))


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_every_sample_obeys_the_grammar_and_shows_its_text(seed: int) -> None:
    spec = CHINESE.sample(np.random.default_rng(seed))
    check_spec(spec, CHINESE)
    assert "".join(plain(row.text) for row in spec.rows) == spec.text
    for field in spec.fields:
        left, top, right, bottom = field.box
        assert 0 <= left < right <= spec.size[0]
        assert 0 <= top < bottom <= spec.size[1]


def test_samples_cover_layouts_provinces_and_every_character() -> None:
    rng = np.random.default_rng(7)
    specs = [CHINESE.sample(rng) for _ in range(6000)]
    assert {spec.layout for spec in specs} == set(LAYOUTS) == set(LAYOUT_SHARES)
    assert sum(LAYOUT_SHARES.values()) == pytest.approx(1)
    assert {spec.content.prefix for spec in specs} == {"", *CHINESE.regions}
    assert set("".join(spec.text for spec in specs)) == set(CHINESE.alphabet)
    assert {len(spec.text) for spec in specs} == {7, 8}
    for spec in specs:
        assert spec.lines == (2 if "two_line" in spec.layout else 1)


def test_the_alphabet_is_that_of_the_standard() -> None:
    assert len(PROVINCES) == len({one.code for one in PROVINCES.values()}) == 31
    assert all(one.code.startswith("CN-") for one in PROVINCES.values())
    assert len(LETTERS) == 24
    assert set("IO").isdisjoint(LETTERS)
    assert CHINESE.alphabet.startswith("0123456789ABCDEFGHJK")
    assert len(CHINESE.alphabet) == 10 + 24 + 31 + len(USES)
    assert CHINESE.max_length == len("粤BD12345")


def test_plates_are_pale_on_dark_or_dark_on_pale_as_the_standard_says() -> None:
    rng = np.random.default_rng(1)
    pale = {name: {sum(LAYOUTS[name](rng).ink) > 384 for _ in range(40)} for name in LAYOUTS}
    both = {"motorcycle_two_line"}
    assert {name for name, inks in pale.items() if inks == {True}} == {"blue", "black"}
    assert {name for name, inks in pale.items() if len(inks) == 2} == both


def test_a_large_new_energy_plate_is_paler_behind_the_province() -> None:
    rng = np.random.default_rng(3)
    differences = []
    for _ in range(30):
        image = draw_plate(LAYOUTS["green_large"](rng), rng, 70).image.astype(float)
        # Above the letters, where nothing but the ground shows.
        strip = np.median(image[10:13], axis=0)
        differences.append(strip[20:50].mean() - strip[90:200].mean())
    assert np.median(differences) > 15


def test_same_seed_same_bytes() -> None:
    def draw(seed: int) -> bytes:
        rng = np.random.default_rng(seed)
        return b"".join(draw_plate(CHINESE.sample(rng), rng, 48).image.tobytes() for _ in range(8))

    assert draw(4) == draw(4) != draw(5)
