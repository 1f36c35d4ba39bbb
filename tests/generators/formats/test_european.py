"""The plates of Europe: which texts exist, and what is drawn."""

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.generators.formats.base import PlateText, seal_of
from src.generators.formats.european import FORMAT as EUROPEAN
from src.generators.formats.european import content_of, sample_of
from src.generators.formats.european.countries import COUNTRIES, SHARES, texts_of
from src.generators.formats.european.faces import FACES
from src.generators.formats.european.grammar import plain
from src.generators.formats.european.layouts import SHAPES
from src.generators.formats.european.model import BAND_KINDS, STRIP_KINDS, Country
from src.generators.plate import draw_plate
from src.generators.typeface import MASTER_HEIGHT, TypeStyle, glyph_mask
from tests.generators.formats.laws import check_spec

BY_CODE = {country.code: country for country in COUNTRIES}


@pytest.mark.parametrize(
    ("text", "prefix", "number"),
    [
        ("B123ABC", "B", "123ABC"),
        ("CJ05XYZ", "CJ", "05XYZ"),
        ("ABC12D", "ABC", "12D"),
        ("MÜAB1234", "MÜAB", "1234"),
        ("1A23456", "1", "A23456"),
        ("1234BCD", "1234", "BCD"),
    ],
)
def test_parse_splits_after_the_first_run(text: str, prefix: str, number: str) -> None:
    assert EUROPEAN.parse(text) == PlateText(text, prefix, number)


@pytest.mark.parametrize(
    "text",
    [
        *("", "A", "1", "12345", "AB-123", "AB 123", "ab123", "ABCDE12345", "AB123\n", "AB1\u0661"),
        # Words, and what has a letter of a band or a crest in front of or behind a country's text.
        *("HYBRID", "ZURICH", "TAXI", "SMURFAN", "PRK123AB", "FAB123CD", "AB123CD75", "A0B1C2D3"),
        # Letters that a country never has, and numbers that never begin with a nought.
        *("1234AEI", "AB123QUO", "1AQ23456", "B0123ABCD"),
    ],
)
def test_parse_refuses_what_is_no_plate(text: str) -> None:
    assert EUROPEAN.parse(text) is None


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_every_sample_obeys_the_grammar_and_fits_its_plate(seed: int) -> None:
    spec = EUROPEAN.sample(np.random.default_rng(seed))
    check_spec(spec, EUROPEAN)
    assert "".join(plain(row.text) for row in spec.rows) == spec.text
    assert all(plain(row.text) for row in spec.rows)


REAL = {
    "RO": r"B\d{2,3}[A-Z]{3}|[A-Z]{2}\d\d[A-Z]{3}|[A-Z]{1,2}\d{3,6}|(MAI|A)\d{4,5}|(CD|TC)\d{6}",
    "S": r"[A-HJ-PR-UW-Z]{3}\d\d[0-9A-HJ-NPR-UW-Z]",
    "D": r"[A-ZÄÖÜ]{1,5}\d{1,5}[EH]?",
    "A": r"[A-Z]{1,2}(\d{3,6}[A-Z]{1,3}|[A-Z]{1,4}\d{1,2})",
    "F": r"[A-HJ-NP-TV-Z]{2}\d{2,3}[A-HJ-NP-TV-Z]{1,2}|W\d{3}[A-Z]{2}|\d{2,4}[A-Z]{1,3}\d[0-9AB]|\d+(CD|C|K)\d+",
    "I": r"[A-Z]{2}(\d{3}[A-Z]{2}|\d{5})|[A-Z]{2}[0-9A-Z]{6,7}",
    "E": r"[CHPRSV]?\d{4}[B-DF-HJ-NPR-TV-Z]{3}|[A-Z]{1,2}\d{4}[A-Z]{1,2}",
    "CZ": r"\d[A-Z]\d{5}|\d[A-Z]{2}\d{4}|[A-Z]{2,3}\d{4}|\d[A-Z]\d{4}|EL[0-9A-Z]{5}",
    "SK": r"[A-Z]{2}\d{3}[A-Z]{2}",
    "GB": r"[A-Z]{2}\d\d[A-Z]{3}|[A-Z]{1,3}\d{1,4}[A-Z]?|[A-Z]?\d{1,4}[A-Z]{2,3}",
    "NL": r"[A-Z0-9]{6}",
    "B": r"[1289OTQ]?[A-Z]{3}\d{3}|\d{3}[A-Z]{3}|CD[A-Z]{2}\d{3}",
    "UA": r"[A-Z]{2}\d{4}[A-Z]{2}|\d{5}[A-Z]{2}|\d\d[A-Z]{2}\d{4}",
}  # fmt: skip


@pytest.mark.parametrize("code", sorted(REAL))
def test_countries_issue_their_own_texts(code: str) -> None:
    rng = np.random.default_rng(1)
    for _ in range(150):
        assert re.fullmatch(REAL[code], sample_of(rng, BY_CODE[code]).text)


@pytest.mark.parametrize("country", COUNTRIES, ids=lambda c: c.code)
def test_tables_add_up_and_name_what_exists(country: Country) -> None:
    assert set(country.faces) <= set(FACES)
    assert sum(series.share for series in country.series) == pytest.approx(1)
    for series in country.series:
        look = series.look
        for shares in (series.texts, look.bands, look.strips, look.shapes or {"": 1}):
            assert sum(shares.values()) == pytest.approx(1)
        assert sum(look.papers.values()) == pytest.approx(1)
        assert sum(look.inks.values()) == pytest.approx(1)
        assert set(look.bands) <= set(BAND_KINDS)
        assert set(look.strips) <= set(STRIP_KINDS)
        assert set(look.shapes or SHAPES) <= set(SHAPES)
        assert set(country.letters_of(series)) <= set(EUROPEAN.alphabet)
        assert look.seals or not any("*" in template for template in series.texts)


@pytest.mark.parametrize("country", COUNTRIES, ids=lambda c: c.code)
def test_no_text_hangs_on_a_difference_that_is_not_drawn(country: Country) -> None:
    """Where O and 0, or I and 1, are one shape, changing one for the other makes no other text of the country."""
    pattern = re.compile(texts_of(country))
    changes = [pair for pair in ("O0", "I1") if any(_alike(pair, face) for face in country.faces)]
    rng = np.random.default_rng(2)
    for text in (sample_of(rng, country).text for _ in range(200)):
        for one, other in [
            *((pair[0], pair[1]) for pair in changes),
            *((pair[1], pair[0]) for pair in changes),
        ]:
            for place in (i for i, char in enumerate(text) if char == one):
                changed = text[:place] + other + text[place + 1 :]
                assert not pattern.fullmatch(changed), (text, changed)


def _alike(pair: str, face: str) -> bool:
    """Say whether two characters are drawn as one in a face, as wide and as round."""
    one, other = (glyph_mask(c, TypeStyle(2, 1, 0, {}, own=FACES[face].own)) for c in pair)
    if abs(one.shape[1] - other.shape[1]) > 0.04 * MASTER_HEIGHT:
        return False
    width = min(one.shape[1], other.shape[1])
    return float(np.abs(one[:, :width].astype(int) - other[:, :width]).mean()) < 12


def test_the_most_drawn_countries_are_those_with_most_vehicles() -> None:
    assert len(COUNTRIES) >= 44
    assert len(BY_CODE) == len(COUNTRIES)
    assert sum(SHARES) == pytest.approx(1)
    shares = dict(zip(BY_CODE, SHARES, strict=True))
    assert sorted(shares, key=shares.__getitem__)[-6:] == ["PL", "E", "GB", "F", "I", "D"]
    assert shares["D"] / shares["S"] == pytest.approx((49 / 5) ** 0.5)


def test_samples_cover_countries_layouts_lengths_and_every_character() -> None:
    rng = np.random.default_rng(7)
    specs = [EUROPEAN.sample(rng) for _ in range(6000)]
    places = ("plain", "band", "strip", "two_bands")
    layouts = {f"{shape}_{place}" for shape in SHAPES for place in places}
    assert {spec.layout for spec in specs} | {"short_strip"} == layouts
    two = sum(spec.lines == 2 for spec in specs) / len(specs)
    assert 0.18 < two < 0.34
    lengths = Counter(len(spec.text) for spec in specs)
    assert set(lengths) >= set(range(3, 10))
    assert set("".join(spec.text for spec in specs)) == set(EUROPEAN.alphabet)
    codes = Counter(m.label for s in specs for m in s.marks if m.label.isalpha())
    assert set(codes) >= {"D", "I", "F", "RO", "PL", "SRB", "UA", "TR", "IRL"}
    seals = {seal_of(char) for s in specs for row in s.rows for char in row.text}
    assert {"crest", "crested", "stack", "flagged", "season", "small"} <= {s[0] for s in seals if s}
    dark = sum(sum(spec.paper) < sum(spec.ink) for spec in specs) / len(specs)
    assert 0.005 < dark < 0.1


def test_same_seed_same_bytes() -> None:
    def draw(seed: int) -> bytes:
        rng = np.random.default_rng(seed)
        return b"".join(draw_plate(EUROPEAN.sample(rng), rng, 48).image.tobytes() for _ in range(8))

    assert draw(4) == draw(4) != draw(5)


def test_a_template_that_makes_no_plate_is_found() -> None:
    with pytest.raises(ValueError, match="'123'"):
        content_of("123")
