"""American plates: which texts exist, what is drawn, and what is printed on them that is not read."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.generators.formats.base import PlateText, shows_character
from src.generators.formats.us import FORMAT as US
from src.generators.formats.us import KINDS, VANITY_LENGTHS, likelihoods
from src.generators.formats.us.faces import FACES
from src.generators.formats.us.layouts import MOTORCYCLE
from src.generators.formats.us.model import GROUNDS, LETTERS
from src.generators.formats.us.serials import expand, places, probability
from src.generators.formats.us.smallprint import PICTURES, STACKS, UNREAD_SHAPES, small, squeezed
from src.generators.formats.us.states import OTHER_SERIALS, SHARES, STATES, TEMPORARY_SERIALS
from src.generators.plate import draw_plate
from tests.generators.formats.laws import check_spec


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("7ABC123", "7"),  # California
        ("ABC1234", "ABC"),
        ("AB12345", "AB"),  # Illinois, Connecticut
        ("1AB2345", "1"),  # Maryland
        ("D12ABC", "D"),  # New Jersey
        ("123456", "123456"),  # Delaware
        ("HELLO", "HELLO"),
        ("OX", "OX"),
    ],
)
def test_parse_splits_texts_that_exist(text: str, prefix: str) -> None:
    assert US.parse(text) == PlateText(text, prefix, text.removeprefix(prefix))
    assert US.doubt(text) is None


@pytest.mark.parametrize(
    "text", ["", "A", "1", "ABCDEFGH", "ABC12345", "12345678", "A1B2C3D", "ABC-123", "ABC123\n", "Ä123"]
)  # fmt: skip
def test_parse_refuses_texts_that_cannot_exist(text: str) -> None:
    assert US.parse(text) is None


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_every_sample_obeys_the_grammar_and_shows_its_text(seed: int) -> None:
    spec = US.sample(np.random.default_rng(seed))
    check_spec(spec, US)
    assert "".join(filter(shows_character, spec.rows[0].text)) == spec.text
    # Nothing that is printed beside the text is taken for a part of it.
    assert not any(map(shows_character, "".join(m.label for m in spec.marks if m.printed)))
    assert US.issuers is not None
    assert US.issuers.issue(spec.text)
    for field in spec.fields:
        left, top, right, bottom = field.box
        assert 0 <= left < right <= spec.size[0] + 1e-9
        assert 0 <= top < bottom <= spec.size[1]


def test_samples_cover_states_lengths_letterings_and_every_character() -> None:
    rng = np.random.default_rng(7)
    specs = [US.sample(rng) for _ in range(4000)]
    names = {small(name) for one in STATES for name in (one.name, one.name.upper())}
    written = {mark.label for spec in specs for mark in spec.marks} & names
    assert {label.lower() for label in written} <= {name.lower() for name in names}
    assert len(written) > 90
    assert {spec.layout for spec in specs} == {
        "plain", "fading", "scene", "picture", "bands", "pale_on_dark", "vanity", "motorcycle", "temporary",
    }  # fmt: skip
    assert {len(spec.text) for spec in specs} == set(range(2, 8))
    assert set("".join(spec.text for spec in specs)) == set(US.alphabet)
    assert {id(spec.face) for spec in specs} == {id(face) for face in FACES.values()}
    assert {spec.size == MOTORCYCLE for spec in specs} == {True, False}
    shown = {char for spec in specs for char in spec.rows[0].text}
    assert set(PICTURES) <= shown
    assert shown & set(STACKS)


def test_what_the_states_are_said_to_have_adds_up() -> None:
    assert len({one.code for one in STATES}) == len(STATES) == 51
    assert len({one.name for one in STATES}) == 51
    assert sum(SHARES) == pytest.approx(1)
    assert 270 < sum(one.vehicles for one in STATES) < 300
    tables = [*(one.serials for one in STATES), OTHER_SERIALS, TEMPORARY_SERIALS, KINDS]
    for shares in [*tables, VANITY_LENGTHS]:
        assert sum(shares.values()) == pytest.approx(1), shares
    for one in STATES:
        assert all(3 < len(places(serial, one.letters)) <= US.max_length for serial in one.serials)
        for look in one.looks:
            assert look.ground in GROUNDS
            assert set(look.faces) <= set(FACES)


def test_a_serial_is_as_likely_as_it_is_drawn() -> None:
    rng = np.random.default_rng(1)
    drawn = [expand(rng, "@-+*#^", "AB") for _ in range(4000)]
    assert all(serial[1] == "-" and serial[3] == "*" and serial[5] == "^" for serial in drawn)
    texts = ["".join(filter(str.isalnum, serial)) for serial in drawn]
    assert probability("@-+*#^", "AB", "A10") == pytest.approx(1 / 2 / 9 / 10)
    assert texts.count("A10") / len(texts) == pytest.approx(1 / 180, abs=0.004)
    assert probability("@-+*#^", "AB", "A00") == probability("@-+*#^", "AB", "A1") == 0


def test_texts_are_as_likely_as_plates_with_them() -> None:
    assert likelihoods("A1B2C3D", None) == {}
    rng = np.random.default_rng(2)
    lengths = [len(US.sample(rng).text) for _ in range(4000)]
    letters = sum(likelihoods(text, 1)["US"] for text in (a + b for a in LETTERS for b in LETTERS))
    assert letters == pytest.approx(KINDS["vanity"] * VANITY_LENGTHS["2"])
    assert lengths.count(2) / len(lengths) == pytest.approx(letters, abs=0.002)
    # Three letters and four digits: of many states, so far likelier than seven places of any kind.
    assert likelihoods("ABC1234", 1)["US"] > 30 * likelihoods("AB12CD3", 1).get("US", 36.0**-7)


def test_small_letters_have_shapes_and_are_not_read() -> None:
    written = small("Ohio 44 www.A-B")
    assert written.count(" ") == 2
    assert not any(map(shows_character, written))
    assert set(written) - set(" .-") <= UNREAD_SHAPES.keys()
    assert squeezed("0,0,1 1,1 z;.5,.5 1,0", 0.5, 1) == "0,0.500,1 1,1.000 z;.5,0.750 1,0.500"


def test_what_is_not_read_is_drawn_and_leaves_the_boxes_of_what_is() -> None:
    rng = np.random.default_rng(3)
    for spec in (US.sample(rng) for _ in range(60)):
        boxes = draw_plate(spec, rng, 60).boxes
        assert boxes is not None
        assert boxes.shape == (len(spec.text), 4)
        # The text stands between what is written above and below it.
        assert boxes[:, 1].min() > 0.15
        assert boxes[:, 3].max() < 0.86


def test_same_seed_same_bytes() -> None:
    def draw(seed: int) -> bytes:
        rng = np.random.default_rng(seed)
        return b"".join(draw_plate(US.sample(rng), rng, 48).image.tobytes() for _ in range(8))

    assert draw(4) == draw(4) != draw(5)
