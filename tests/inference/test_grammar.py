"""Which text is believed, and how much: worked out by hand, and what holds for any probabilities."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from src.common.texts import UNSEEN
from src.generators.formats.base import PlateText
from src.inference.decoding.ctc_beam import beam_search
from src.inference.decoding.ctc_codec import Codec
from src.inference.grammar import CUT_CROP, FOREIGN, Judged, Parse, apply_unseen, judge

CODEC = Codec("12AB")


def parse(text: str) -> PlateText | None:
    """A country whose plates are an A or a B and one digit or two."""
    prefix, number = text[:1], text[1:]
    known = prefix in ("A", "B") and number.isdigit() and len(number) <= 2
    return PlateText(text, prefix, number) if known else None


def decode(probabilities: np.ndarray, codec: Codec = CODEC, grammar: Parse = parse) -> Judged:
    """What is believed of one plate's (columns, classes) probabilities."""
    return judge(beam_search(probabilities, codec.alphabet), grammar)


def columns(*spoken: dict[str, float]) -> np.ndarray:
    """Probabilities of columns by character, the blank being ""; a blank column stands between any two."""
    table = np.zeros((2 * len(spoken), CODEC.classes), np.float32)
    table[1::2, 0] = 1
    for row, column in zip(table[::2], spoken, strict=True):
        for character, p in column.items():
            row[CODEC.alphabet.index(character) + 1 if character else 0] = p
    return table


def test_a_certain_text_is_certain() -> None:
    judged = decode(columns({"A": 1}, {"1": 1}, {"1": 1}))
    assert judged == Judged("A11", (1.0, 1.0, 1.0), 1.0, True, "A11", 1.0)


def test_a_likely_known_text_beats_a_likelier_unknown_one() -> None:
    judged = decode(columns({"1": 0.8, "A": 0.2}, {"2": 1}))
    assert (judged.text, judged.raw_text, judged.accepted) == ("A2", "12", True)
    share = 0.2 * (1 - FOREIGN) / (0.2 * (1 - FOREIGN) + 0.8 * FOREIGN)
    assert judged.confidence == pytest.approx(share)
    assert judged.confidences == pytest.approx((share, 1.0))


def test_a_certain_foreign_text_stays_as_it_is() -> None:
    judged = decode(columns({"1": 0.98, "A": 0.02}, {"2": 1}))
    assert (judged.text, judged.raw_text, judged.accepted) == ("12", "12", False)
    share = 0.98 * FOREIGN / (0.98 * FOREIGN + 0.02 * (1 - FOREIGN))
    assert judged.confidence == pytest.approx(share, rel=1e-5)
    assert 0.59 < share < 0.61


@pytest.mark.parametrize(("known", "chosen"), [(0.031, "A2"), (0.029, "12")])
def test_the_odds_at_which_the_choice_turns(known: float, chosen: str) -> None:
    # With FOREIGN at 0.03 a known text needs 3/97 of the other's probability, 0.0300 to 0.9700.
    assert decode(columns({"1": 1 - known, "A": known}, {"2": 1})).text == chosen


def test_two_known_texts_are_judged_by_their_looks() -> None:
    judged = decode(columns({"A": 1}, {"1": 0.6, "2": 0.4}))
    assert judged.text == "A1"
    assert judged.confidence == pytest.approx(0.6)
    assert judged.confidences == pytest.approx((1.0, 0.6))


def test_a_missing_character_is_doubted_where_it_stands() -> None:
    judged = decode(columns({"A": 1}, {"1": 0.9, "": 0.1}, {"2": 1}))
    assert judged.text == "A12"
    assert judged.confidences == pytest.approx((1.0, 0.9, 1.0))


def test_one_character_more_is_doubt_in_the_one_before() -> None:
    judged = decode(columns({"A": 1}, {"1": 0.3, "": 0.7}, {"2": 1}))
    assert judged.text == "A2"
    assert judged.confidences == pytest.approx((0.7, 1.0))
    first = decode(columns({"A": 0.001, "": 0.999}, {"1": 0.9, "B": 0.1}))
    assert first.text == "1"
    assert min(first.confidences) == pytest.approx(first.confidence, abs=1e-3)


def test_what_the_search_lost_counts_as_unknown_texts() -> None:
    # 0.0009 of the first column is below what is followed.
    spoken = {"1": 0.9991, "B": 0.0009}
    foreign = decode(columns(spoken, {"1": 1}))
    assert foreign.confidence == pytest.approx(0.9991)
    assert foreign.confidences == (1.0, 1.0)
    known = decode(columns({"A": 1}, spoken))
    assert known.confidence == pytest.approx(
        0.9991 * (1 - FOREIGN) / (0.9991 * (1 - FOREIGN) + 0.0009 * FOREIGN), abs=1e-7
    )


@pytest.mark.parametrize("nothing", [np.zeros((0, 5), np.float32), columns({"": 1})])
def test_nothing_to_read(nothing: np.ndarray) -> None:
    judged = decode(nothing)
    assert judged == Judged("", (), 0.0, False, "", 0.0)


def test_a_faint_unknown_text_gives_way_to_silence() -> None:
    # Nothing to read is as likely beforehand as the reader learnt; a lone digit is no plate of this country.
    judged = decode(columns({"1": 0.6, "": 0.4}))
    assert (judged.text, judged.raw_text) == ("", "1")
    assert decode(columns({"1": 0.99, "": 0.01})).text == "1"


@given(
    arrays(np.float32, (7, CODEC.classes), elements=st.sampled_from([0.0, 1e-6, 0.1, 1.0, 30.0]))
)
def test_all_numbers_are_probabilities(weights: np.ndarray) -> None:
    weights[:, 0] += weights.sum(axis=1) == 0
    judged = decode(weights / weights.sum(axis=1, keepdims=True))
    assert len(judged.confidences) == len(judged.text)
    for number in (*judged.confidences, judged.confidence):
        assert 0.0 <= number <= 1.0
    if judged.text:
        assert 0 < judged.confidence <= min(judged.confidences) + 1e-9
    assert judged.accepted == (parse(judged.text) is not None)


@given(arrays(np.float32, (7, CODEC.classes), elements=st.floats(0, 1, width=32)))
def test_a_grammar_that_knows_every_text_changes_nothing(weights: np.ndarray) -> None:
    weights[:, 0] += 0.1
    probabilities = weights / weights.sum(axis=1, keepdims=True)
    judged = decode(probabilities, grammar=lambda text: PlateText(text, "", text))
    assert judged.text == judged.raw_text


def test_probabilities_too_small_for_a_float() -> None:
    judged = decode(np.full((3000, CODEC.classes), 0.2, np.float32))
    assert judged.text
    assert judged.confidence == 0.0
    assert all(0.0 <= c <= 1.0 for c in judged.confidences)


def test_logits_are_refused() -> None:
    with pytest.raises(ValueError, match="softmax"):
        decode(np.full((4, CODEC.classes), 7, np.float32))


def test_characters_that_cannot_be_seen() -> None:
    """A1 and something behind it, or A1 and nothing more; both are as likely beforehand, so looks decide."""
    codec = Codec("12AB" + UNSEEN)
    table = np.zeros((5, codec.classes), np.float32)
    table[:, 0] = 1
    for row, char in ((0, "A"), (2, "1")):
        table[row] = np.eye(codec.classes)[codec.encode(char)[0]]
    table[4] = 0
    table[4, codec.encode(UNSEEN)[0]], table[4, 0] = 0.75, 0.25
    judged = decode(table, codec)
    assert (judged.text, judged.seen, judged.partial, judged.accepted) == ("A1?", "A1", True, True)
    assert judged.confidence == pytest.approx(0.75)
    assert judged.whole == pytest.approx(0.25)
    table[4, codec.encode(UNSEEN)[0]], table[4, 0] = 0.25, 0.75
    judged = decode(table, codec)
    assert (judged.text, judged.partial) == ("A1", False)
    assert judged.whole == judged.confidence == pytest.approx(0.75)


WHOLE = Judged("A11", (0.9, 1.0, 1.0), 0.9, True, "A11", 0.9)


@pytest.mark.parametrize(
    ("unseen", "text", "confidences", "confidence", "whole"),
    [
        ((0.0, 0.0, 0.0), "A11", (0.9, 1.0, 1.0), 0.9, 0.9),
        ((0.05, 0.0, 0.0), "A11", (0.9, 1.0, 1.0), 0.855, 0.9),
        ((0.2, 0.25, 0.0), "A11", (0.9, 1.0, 1.0), 0.54, 0.6),
        ((0.0, 0.85, 0.0), "A11", (0.9, 1.0, 1.0), 0.5, 0.15),
        ((0.0, 0.0, 0.3), "A11", (0.9, 1.0, 1.0), 0.63, 0.7),
        ((0.0, 0.0, 0.99), "A11", (0.9, 1.0, 1.0), 0.5, 0.01),
        ((0.0, 0.95, 0.0), "A11?", (0.9, 1.0, 1.0, 0.95), 0.9, 0.05),
        ((0.95, 0.0, 0.0), "?A11", (0.95, 0.9, 1.0, 1.0), 0.9, 0.05),
        ((0.95, 0.91, 0.0), "?A11?", (0.95, 0.9, 1.0, 1.0, 0.91), 0.9, 0.0045),
    ],
)
def test_who_sees_more_than_the_text_says_whether_it_goes_on(
    unseen: tuple[float, float, float],
    text: str,
    confidences: tuple[float, ...],
    confidence: float,
    whole: float,
) -> None:
    judged = apply_unseen(WHOLE, unseen)
    assert judged.text == text
    assert judged.confidences == pytest.approx(confidences)
    assert judged.confidence == pytest.approx(confidence)
    assert judged.whole == pytest.approx(whole)
    assert judged.seen == "A11"


def test_an_end_that_is_known_to_be_unseen_stays_as_it_is() -> None:
    partial = Judged("A1?", (0.9, 1.0, 0.8), 0.8, True, "A1?", 0.2)
    assert apply_unseen(partial, (0.0, 0.99, 0.0)) == partial
    both = apply_unseen(partial, (0.91, 0.99, 0.0))
    assert (both.text, both.confidence) == ("?A1?", 0.8)
    assert both.whole == pytest.approx(0.09)


def test_nothing_is_told_to_go_on_where_nothing_is_read() -> None:
    nothing = Judged("", (), 0.0, False, "", 0.0)
    assert apply_unseen(nothing, (0.9, 0.9, 0.9)) == nothing


def test_a_crop_of_a_plate_shows_all_of_it_unless_it_is_quite_clear() -> None:
    codec = Codec("12AB" + UNSEEN)
    table = np.zeros((6, codec.classes), np.float32)
    table[0, codec.encode("A")], table[2, codec.encode("1")] = 1, 1
    table[[1, 3, 5], 0] = 1
    for share in (0.9, 0.99):
        table[4, codec.encode(UNSEEN)], table[4, 0] = share, 1 - share
        candidates = beam_search(table, codec.alphabet)
        assert judge(candidates, parse).text == "A1" + UNSEEN
        odds = (1 - share) * (1 - FOREIGN) / (share * CUT_CROP)
        crop = judge(candidates, parse, cropped=True)
        assert crop.text == ("A1" if odds > 1 else "A1" + UNSEEN)
        assert crop.whole == pytest.approx(odds / (1 + odds), rel=1e-4)
