"""The plates of Europe: which texts exist, and what is drawn."""

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.generators.formats.base import PlateText
from src.generators.formats.european import FORMAT as EUROPEAN
from src.generators.formats.european import (
    SHARES,
    UNKNOWN_SHARE,
    content_of,
    sample_of,
)
from src.generators.formats.european.countries import COUNTRIES, UNKNOWN, Country
from src.generators.formats.european.faces import FACES
from src.generators.formats.european.grammar import plain
from src.generators.plate import draw_plate
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
        ("SMURFAN", "SMURFAN", ""),
        ("1234BCD", "1234", "BCD"),
    ],
)
def test_parse_splits_after_the_first_run(text: str, prefix: str, number: str) -> None:
    assert EUROPEAN.parse(text) == PlateText(text, prefix, number)


@pytest.mark.parametrize(
    "text",
    ["", "A", "1", "12345", "AB-123", "AB 123", "ab123", "ABCDE12345", "AB12\n", "AB1\u0661"],
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
    "RO": r"B\d{2,3}[A-Z]{3}|[A-Z]{2}\d\d[A-Z]{3}|[A-Z]{1,2}0\d{4,5}",
    "S": r"[A-Z]{3}\d\d[0-9A-Z]|[A-Z]{2,7}|[A-Z]{5}\d",
    "D": r"[A-ZÄÖÜ]{1,5}\d{1,5}[EH]?",
    "A": r"[A-Z]{1,2}(\d{3,6}[A-Z]{1,2}|[A-Z]{3}\d{1,2})",
    "F": r"[A-Z]{2}\d{3}[A-Z]{2}|\d{2,4}[A-Z]{2}\d\d",
    "I": r"[A-Z]{2}\d{3}[A-Z]{2}",
    "E": r"\d{4}[B-Z]{3}|[A-Z]{1,2}\d{4}[B-Z]{1,2}",
    "CZ": r"\d[A-Z]\d{5}|\d[A-Z]{2}\d{4}",
    "SK": r"[A-Z]{2}\d{3}[A-Z]{2}",
    "GB": r"[A-Z]{2}\d\d[A-Z]{3}|[A-Z]\d{3}[A-Z]{3}",
    "NL": r"[A-Z0-9]{6}",
    "B": r"\d?[A-Z]{3}\d{3}",
    "UA": r"[A-Z]{2}\d{4}[A-Z]{2}",
}


@pytest.mark.parametrize("code", sorted(REAL))
def test_countries_issue_their_own_texts(code: str) -> None:
    rng = np.random.default_rng(1)
    for _ in range(150):
        assert re.fullmatch(REAL[code], sample_of(rng, BY_CODE[code]).text)


@pytest.mark.parametrize("country", [*COUNTRIES, UNKNOWN], ids=lambda c: c.code or "unknown")
def test_tables_add_up_and_name_what_exists(country: Country) -> None:
    for shares in (country.texts, country.papers, country.inks):
        assert sum(shares.values()) == pytest.approx(1)
    assert country.face in FACES
    assert set(country.letters) <= set(EUROPEAN.alphabet)
    assert country.seals or not any("*" in template for template in country.texts)


def test_samples_cover_countries_layouts_lengths_and_every_character() -> None:
    assert sum(SHARES) == pytest.approx(1)
    assert SHARES[-1] == UNKNOWN_SHARE
    rng = np.random.default_rng(7)
    specs = [EUROPEAN.sample(rng) for _ in range(4000)]
    assert {spec.layout for spec in specs} == {
        *("long_plain", "long_band", "long_two_bands"),
        *("square_plain", "square_band", "motorcycle_plain", "motorcycle_band"),
    }
    two = sum(spec.lines == 2 for spec in specs) / len(specs)
    assert 0.18 < two < 0.32
    lengths = Counter(len(spec.text) for spec in specs)
    assert set(lengths) >= set(range(3, 10))
    assert set("".join(spec.text for spec in specs)) == set(EUROPEAN.alphabet)
    codes = Counter(m.label for s in specs for m in s.marks if m.label.isalpha())
    assert set(codes) == set(BY_CODE)
    assert codes["RO"] > 300
    assert any(sum(spec.paper) < sum(spec.ink) for spec in specs)


def test_same_seed_same_bytes() -> None:
    def draw(seed: int) -> bytes:
        rng = np.random.default_rng(seed)
        return b"".join(draw_plate(EUROPEAN.sample(rng), rng, 48).image.tobytes() for _ in range(8))

    assert draw(4) == draw(4) != draw(5)


def test_a_template_that_makes_no_plate_is_found() -> None:
    with pytest.raises(ValueError, match="'123'"):
        content_of("123")
