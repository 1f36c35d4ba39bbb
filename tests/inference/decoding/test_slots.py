"""Texts of readers with a head for each place, against products that were written down by hand."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from src.generators.formats import get_format
from src.inference.decoding.slots import BEAM, SlotDecoder
from src.inference.grammar import PlateDecoder

DECODER = SlotDecoder("ab")


def logits(*places: list[float]) -> np.ndarray:
    """Raw output for one plate of these probabilities of none, a and b in each place."""
    with np.errstate(divide="ignore"):
        return np.maximum(np.log(np.array(places, np.float32)), -50)[None]


def found(raw: np.ndarray, decoder: SlotDecoder = DECODER) -> dict[str, float]:
    (candidates,) = decoder.candidates(raw)
    return {c.text: math.exp(c.log_probability) for c in candidates}


def enumerated(raw: np.ndarray) -> dict[str, float]:
    """Every text's probability, from all ways to fill the places that leave no gap."""
    powers = np.exp(raw[0].astype(np.float64))
    table = powers / powers.sum(1, keepdims=True)
    texts: dict[str, float] = {}
    for path in product(range(3), repeat=len(table)):
        text = "".join("ab"[c - 1] for c in path if c)
        if all(path[: len(text)]):
            texts[text] = math.prod(float(row[c]) for row, c in zip(table, path, strict=True))
    return texts


raws = arrays(
    np.float32,
    st.tuples(st.just(1), st.integers(1, 4), st.just(3)),
    elements=st.sampled_from([-20.0, -3.0, 0.0, 0.5, 4.0, 20.0]),
)


def test_two_places_by_hand() -> None:
    raw = logits([0.1, 0.6, 0.3], [0.5, 0.2, 0.3])
    by_hand = {
        "a": 0.6 * 0.5,
        "ab": 0.6 * 0.3,
        "b": 0.3 * 0.5,
        "aa": 0.6 * 0.2,
        "bb": 0.3 * 0.3,
        "ba": 0.3 * 0.2,
        "": 0.1 * 0.5,
    }
    assert found(raw) == pytest.approx(by_hand, rel=1e-5)
    assert list(found(raw)) == list(by_hand)  # the likeliest first
    # Nothing in the first place and something in the second is no text: 0.1 · 0.5 belongs to none.
    assert sum(by_hand.values()) == pytest.approx(1 - 0.1 * 0.5)
    assert DECODER.best(raw) == ["a"]


def test_a_place_in_doubt_does_not_cut_the_text_off() -> None:
    # "Nothing" is likelier in the second place than any character, and yet the third one is sure of its own.
    raw = logits([0.0, 1.0, 0.0], [0.4, 0.3, 0.3], [0.01, 0.0, 0.99])
    assert DECODER.best(raw)[0] in {"aab", "abb"}
    assert found(raw)["aab"] == pytest.approx(0.3 * 0.99, rel=1e-4)
    assert found(raw)["a"] == pytest.approx(0.4 * 0.01, rel=1e-4)


def test_no_place_is_left_over_and_none_is_needed() -> None:
    full = logits([0.0, 0.0, 1.0], [0.0, 1.0, 0.0])
    assert DECODER.best(full) == ["ba"]
    assert found(full)["ba"] == pytest.approx(1)
    empty = logits([1.0, 0.0, 0.0], [1.0, 0.0, 0.0])
    assert DECODER.best(empty) == [""]
    assert found(empty)[""] == pytest.approx(1)


def test_plates_are_decoded_each_on_its_own() -> None:
    raws = [logits([0.1, 0.6, 0.3], [0.5, 0.2, 0.3]), logits([0.9, 0.05, 0.05], [0.9, 0.1, 0.0])]
    both = np.concatenate(raws)
    assert DECODER.best(both) == ["a", ""]
    assert DECODER.candidates(both) == [DECODER.candidates(raw)[0] for raw in raws]
    assert DECODER.candidates(both[:0]) == []
    assert DECODER.best(both[:0]) == []


@given(raws)
def test_they_are_the_likeliest_of_all(raw: np.ndarray) -> None:
    everything, some = enumerated(raw), found(raw)
    assert 1 <= len(some) <= BEAM
    for text, p in some.items():
        assert p == pytest.approx(everything[text], rel=1e-5)
    # What is missing is less likely than what was found, or has a character that is not followed.
    if len(some) == BEAM:
        least = min(some.values())
        missing = {t: p for t, p in everything.items() if t not in some and p > least * 1.001}
        assert all(p < 1e-3 for p in missing.values())


@given(raws)
def test_probabilities_are_in_order_and_sum_to_one_at_most(raw: np.ndarray) -> None:
    (candidates,) = DECODER.candidates(raw)
    logs = [c.log_probability for c in candidates]
    assert len({c.text for c in candidates}) == len(candidates)
    assert logs == sorted(logs, reverse=True)
    assert sum(map(math.exp, logs)) <= 1 + 1e-9


@given(raws)
def test_the_best_is_the_first_candidate(raw: np.ndarray) -> None:
    (candidates,) = DECODER.candidates(raw)
    (best,) = DECODER.best(raw)
    assert enumerated(raw)[best] == pytest.approx(max(enumerated(raw).values()), rel=1e-9)
    assert math.exp(candidates[0].log_probability) == pytest.approx(enumerated(raw)[best], rel=1e-9)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (np.zeros((1, 4, 5), np.float32), r"\(N, places, 3\)"),
        (np.zeros((4, 3), np.float32), r"\(N, places, 3\)"),
        (np.array([[[0, np.nan, 1]]], np.float32), "finite"),
        (np.array([[[0, np.inf, 1]]], np.float32), "finite"),
    ],
)
def test_what_no_reader_of_the_alphabet_gives(raw: np.ndarray, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        DECODER.candidates(raw)


def test_the_grammar_decides_between_texts_that_look_alike() -> None:
    swiss = get_format("swiss")
    decoder = SlotDecoder(swiss.alphabet)
    classes = len(swiss.alphabet) + 1
    raw = np.full((1, 5, classes), -30, np.float32)
    for place, character in enumerate("ZH42"):
        raw[0, place, 1 + swiss.alphabet.index(character)] = 0
    raw[0, 4, 0] = 0
    # ZG looks a little likelier than ZH, and both are cantons; Z2 looks likelier still, and is none.
    raw[0, 1, 1 + swiss.alphabet.index("G")] = math.log(2)
    raw[0, 1, 1 + swiss.alphabet.index("2")] = math.log(3)
    (judged,) = PlateDecoder(decoder, swiss.parse).decode(raw)
    assert (judged.raw_text, judged.text, judged.accepted) == ("Z242", "ZG42", True)
    # Prior weights 0.97 and 0.03: 2 · 0.97 of (1 + 2) · 0.97 + 3 · 0.03.
    assert judged.confidence == pytest.approx(2 * 0.97 / (3 * 0.97 + 3 * 0.03), rel=1e-4)
    assert judged.confidences == pytest.approx((1, judged.confidence, 1, 1), abs=1e-4)
