"""The notation of texts."""

import re

import numpy as np
import pytest

from src.generators.formats.base import HYPHEN, SEALS, THIN_SPACE, seal, seal_of
from src.generators.formats.european.grammar import (
    expand,
    plain,
    printed,
    probabilities,
    regular_expression,
)


def test_classes_draw_from_the_country_and_everything_else_stands_for_itself() -> None:
    drawn = {expand(np.random.default_rng(seed), "X@-#Ü", "AB") for seed in range(200)}
    assert drawn == {f"X{letter}-{digit}Ü" for letter in "AB" for digit in "0123456789"}


def test_choices_nest_and_may_be_empty() -> None:
    drawn = {expand(np.random.default_rng(seed), "{A,B{1,2}}{,Z}", "Q") for seed in range(200)}
    assert drawn == {"A", "B1", "B2", "AZ", "B1Z", "B2Z"}


@pytest.mark.parametrize(
    ("template", "text", "breaking", "whole"),
    [
        ("X@#", "XA7", 0, 1 / 2 / 10),
        ("@ +", "A7", 1 / 2 / 9, 0),
        # A seal in front of everything is no place to break a text.
        ("*@+", "A7", 0, 1 / 2 / 9),
        ("{A,A,B}-1", "A1", 2 / 3, 0),
        ("{A-,A}B", "AB", 1 / 2, 1 / 2),
        # Two ways to the same text.
        ("{A,AB}{B,}", "AB", 0, 1 / 2),
        ("@@@", "AAB", 0, 1 / 8),
        ("@#", "A", 0, 0),
        ("@#", "A12", 0, 0),
        ("@#", "Z1", 0, 0),
    ],
)
def test_a_text_is_as_likely_as_it_is_drawn(
    template: str, text: str, breaking: float, whole: float
) -> None:
    assert probabilities(template, "AB", text) == pytest.approx((breaking, whole))


@pytest.mark.parametrize("template", ["{A,AB,@ {1,#}}{C,}", "+{A,B*}@", "{@,@,@@}-{+,#}"])
def test_the_texts_of_a_template_are_all_there_are(template: str) -> None:
    texts = {
        plain(expand(np.random.default_rng(seed), template, "AB").replace("*", ""))
        for seed in range(3000)
    }
    assert sum(sum(probabilities(template, "AB", text)) for text in texts) == pytest.approx(1)


@pytest.mark.parametrize("template", ["{A", "A}", "{A}}"])
def test_a_brace_without_partner_is_an_error(template: str) -> None:
    with pytest.raises(ValueError, match="brace"):
        expand(np.random.default_rng(0), template, "A")


def test_what_is_printed_between_groups_is_not_text() -> None:
    rng = np.random.default_rng(3)
    shown = printed(rng, "AB*12 3-4", ("pair",))
    assert plain(shown) == "AB1234"
    assert next(filter(None, map(seal_of, shown)))[0] == "pair"
    assert HYPHEN in shown
    assert "*" not in shown


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("@@ +##", "[AB][AB][1-9][0-9][0-9]"),
        ("{A,B}-{@,#+}*", "[AB](?:[AB]|[0-9][1-9])"),
        ("{AB,C,}·1", "(?:AB|C|)1"),
    ],
)
def test_the_regular_expression_of_a_template_matches_what_is_drawn_from_it(
    template: str, expected: str
) -> None:
    expression = regular_expression(template, "AB")
    assert expression == expected
    for seed in range(40):
        drawn = plain(expand(np.random.default_rng(seed), template, "AB"))
        assert re.fullmatch(expression, drawn)


def test_a_seal_without_kinds_is_a_gap() -> None:
    assert set(printed(np.random.default_rng(0), "A*B", ())) <= {"A", "B", " ", THIN_SPACE}


def test_every_seal_has_its_own_character() -> None:
    chars = {seal(kind, variant): (kind, variant) for kind in SEALS for variant in range(16)}
    assert len(chars) == 16 * len(SEALS)
    assert all(seal_of(char) == meaning for char, meaning in chars.items())
    assert seal_of("A") is None
    assert seal_of("가") is None
    with pytest.raises(ValueError, match="not 16"):
        seal("round", 16)
