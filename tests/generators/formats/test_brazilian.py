"""Brazilian plates: which texts exist, and what is drawn."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.generators.formats.base import PlateText, shows_character
from src.generators.formats.brazilian import FORMAT as BRAZILIAN
from src.generators.formats.brazilian import LAYOUT_SHARES, LAYOUTS, likelihoods
from src.generators.formats.brazilian.states import SHARES, STATES, index_of, letters_at
from src.generators.formats.brazilian.texts import CONVERTED, MERCOSUR, OLD
from src.generators.plate import draw_plate
from tests.generators.formats.laws import check_spec


@pytest.mark.parametrize("text", ["AAA0001", "BRA2019", "BRA2E19", "QZZ9Z99", "RIO2A18"])
def test_parse_splits_texts_that_exist(text: str) -> None:
    assert BRAZILIAN.parse(text) == PlateText(text, text[:3], text[3:])


@pytest.mark.parametrize(
    "text", ["", "AA1234", "ABC123", "ABC12345", "ABC12D3", "AB1C234", "1ABC234", "ABC1234\n", "ABC1D2"]
)  # fmt: skip
def test_parse_refuses_texts_that_cannot_exist(text: str) -> None:
    assert BRAZILIAN.parse(text) is None


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_every_sample_obeys_the_grammar_and_shows_its_text(seed: int) -> None:
    spec = BRAZILIAN.sample(np.random.default_rng(seed))
    check_spec(spec, BRAZILIAN)
    assert "".join(filter(shows_character, "".join(r.text for r in spec.rows))) == spec.text
    assert not any(map(shows_character, "".join(m.label for m in spec.marks if m.printed)))
    assert spec.lines == (2 if "motorcycle" in spec.layout else 1)
    assert (MERCOSUR if "mercosur" in spec.layout else OLD).fullmatch(spec.text)


def test_samples_cover_layouts_states_and_every_character() -> None:
    rng = np.random.default_rng(7)
    specs = [BRAZILIAN.sample(rng) for _ in range(6000)]
    assert {spec.layout for spec in specs} == set(LAYOUTS) == set(LAYOUT_SHARES)
    assert sum(LAYOUT_SHARES.values()) == pytest.approx(1)
    assert set("".join(spec.text for spec in specs)) == set(BRAZILIAN.alphabet)
    labels = {mark.label for spec in specs for mark in spec.marks}
    assert {label[:2] for label in labels if label and label != "BRASIL"} >= {
        state.code for state in STATES
    }
    without = [spec for spec in specs if spec.layout == "old" and not spec.marks]
    assert without, "some lost the strip above"
    letters = [spec.text[4] for spec in specs if "mercosur" in spec.layout]
    assert 0.88 < sum(char in CONVERTED for char in letters) / len(letters) < 0.97
    assert set(letters) > set(CONVERTED)


def test_the_states_and_their_series_are_those_of_brazil() -> None:
    assert len({state.code for state in STATES}) == len(STATES) == 27
    assert sum(SHARES) == pytest.approx(1)
    assert 110 < sum(state.vehicles for state in STATES) < 125
    # The first series follow one another without a gap from AAA on.
    first = sorted((index_of(state.first), index_of(state.last)) for state in STATES)
    assert first[0][0] == 0
    assert all(last + 1 == start for (_, last), (start, _) in pairwise(first))
    assert [letters_at(index) for index in (0, 26, 26**3 - 1)] == ["AAA", "ABA", "ZZZ"]


def test_a_text_is_as_likely_as_letters_and_digits_that_are_drawn_evenly() -> None:
    assert likelihoods("AB12345", None) == {}
    old, first, last = (likelihoods(t, None)["BR"] for t in ("ABC1234", "ABC1A34", "ABC1Z34"))
    assert 26**3 * 10**3 * (10 * old + 10 * first + 16 * last) == pytest.approx(1)
    assert last < first
    assert likelihoods("ABC1234", 1)["BR"] > likelihoods("ABC1234", 2)["BR"] > 0


def test_colours_and_what_stands_beside_the_text_are_those_of_the_series() -> None:
    rng = np.random.default_rng(1)
    inks = {name: {sum(LAYOUTS[name](rng).ink) > 500 for _ in range(40)} for name in LAYOUTS}
    assert inks["old_commercial"] == {True}
    assert inks["old"] == inks["mercosur"] == {False}
    for name in LAYOUTS:
        labels = [mark.label for mark in LAYOUTS[name](rng).marks if not mark.printed]
        assert ("BRASIL" in labels) == name.startswith("mercosur")


def test_the_band_is_dark_and_the_strip_is_not_read() -> None:
    rng = np.random.default_rng(2)
    differences = []
    for name in ("mercosur", "mercosur_motorcycle") * 10:
        spec = LAYOUTS[name](rng)
        plate = draw_plate(spec, rng, 70)
        assert plate.boxes is not None
        assert plate.boxes.shape == (7, 4)
        width = plate.image.shape[1]
        column = plate.image[:, round(0.23 * width) : round(0.27 * width)].astype(float).mean(1)
        differences.append(column[18:22].mean() - column[5:11].mean())
    assert np.median(differences) > 40


def test_same_seed_same_bytes() -> None:
    def draw(seed: int) -> bytes:
        rng = np.random.default_rng(seed)
        plates = (draw_plate(BRAZILIAN.sample(rng), rng, 48) for _ in range(8))
        return b"".join(plate.image.tobytes() for plate in plates)

    assert draw(4) == draw(4) != draw(5)
