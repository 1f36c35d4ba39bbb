"""Texts to classes and back."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.common.errors import UserError
from src.inference.decoding.ctc import CTCDecoder
from src.inference.decoding.ctc_beam import beam_search
from src.inference.decoding.ctc_codec import BLANK, Codec

ALPHABET = "01AZ"
CODEC = Codec(ALPHABET)
texts = st.text(st.sampled_from(ALPHABET), max_size=9)


def columns(path: list[int], strength: float = 1.0) -> np.ndarray:
    """Probabilities (columns, classes) whose strongest class is that of the path."""
    rest = (1 - strength) / (CODEC.classes - 1)
    table = np.full((len(path), CODEC.classes), rest, np.float32)
    table[np.arange(len(path)), path] = strength
    return table


@given(texts, st.integers(1, 3))
def test_what_is_encoded_comes_back(text: str, repeats: int) -> None:
    path = [BLANK]
    for number in CODEC.encode(text):
        path += [number] * repeats + [BLANK]
    assert CODEC.collapse(path) == text


@given(st.lists(texts, max_size=5))
def test_targets_have_their_true_lengths_and_no_blank(batch: list[str]) -> None:
    flat, lengths = CODEC.encode_batch(batch)
    assert flat.dtype == lengths.dtype == np.int64
    assert lengths.tolist() == [len(text) for text in batch]
    assert len(flat) == lengths.sum()
    assert not (flat == BLANK).any()


def test_encode_by_hand() -> None:
    assert CODEC.encode("0AZ1") == [1, 3, 4, 2]
    flat, lengths = CODEC.encode_batch(["11", "", "A"])
    assert flat.tolist() == [2, 2, 3]
    assert lengths.tolist() == [2, 0, 1]


def test_equal_neighbours_need_a_blank_between_them() -> None:
    assert CODEC.collapse([2, 0, 2]) == "11"
    assert CODEC.collapse([2, 2, 2]) == "1"
    assert CODEC.collapse([0, 2, 2, 0, 0, 2, 0]) == "11"
    assert CODEC.collapse([1, 2, 1]) == "010"
    assert CODEC.collapse([0, 0, 0]) == CODEC.collapse([]) == ""


def test_each_plate_has_the_text_of_its_strongest_classes() -> None:
    raw = np.log(np.stack([columns([3, 3, 0, 1], 0.6), columns([0, 2, 0, 2], 0.5)]))
    assert CTCDecoder(ALPHABET).best(raw) == ["A0", "11"]


def test_candidates_are_those_of_the_softmax() -> None:
    table = np.random.default_rng(1).dirichlet(np.ones(CODEC.classes), 3).astype(np.float32)
    # Logits are probabilities' logarithms but for a constant in each column.
    shift = np.array([[100.0], [0.0], [-100.0]], np.float32)
    raw = np.stack([np.log(table), np.log(table) + shift])
    expected = {
        c.text: pytest.approx(c.log_probability, abs=1e-4) for c in beam_search(table, ALPHABET)
    }
    for found in CTCDecoder(ALPHABET).candidates(raw):
        assert {c.text: c.log_probability for c in found} == expected


@pytest.mark.parametrize("classes", [4, 6])
def test_the_raw_output_of_another_alphabet_is_refused(classes: int) -> None:
    with pytest.raises(ValueError, match=r"columns, 5\) .* 0 countries"):
        CTCDecoder(ALPHABET).candidates(np.zeros((1, 8, classes), np.float32))


def test_columns_vote_for_countries_and_texts_do_not_see_them() -> None:
    text = np.log(np.stack([columns([3, 3, 0, 1], 0.6), columns([0, 2, 0, 2], 0.5)]))
    votes = np.zeros((2, 4, 2), np.float32)
    votes[0, :, 0] = [4.0, 0.0, 0.0, 0.0]  # one column sees the band: on the mean, e to 1
    votes[1] = 50.0
    raw = np.concatenate([text, votes], 2)
    decoder = CTCDecoder(ALPHABET, ["CH", "DE"])
    assert decoder.best(raw) == CTCDecoder(ALPHABET).best(text)
    for seen, alone in zip(
        decoder.candidates(raw), CTCDecoder(ALPHABET).candidates(text), strict=True
    ):
        assert seen == alone
    first, second = decoder.countries(raw)
    assert first == pytest.approx({"CH": math.e / (1 + math.e), "DE": 1 / (1 + math.e)})
    assert second == pytest.approx({"CH": 0.5, "DE": 0.5})
    assert CTCDecoder(ALPHABET).countries(text) == [{}, {}]


@pytest.mark.parametrize("countries", [["CH"], ["CH", "DE", "FR"], []])
def test_the_raw_output_of_other_countries_is_refused(countries: list[str]) -> None:
    raw = np.zeros((1, 8, CODEC.classes + 2), np.float32)
    decoder = CTCDecoder(ALPHABET, countries)
    for decode in (decoder.best, decoder.candidates):
        with pytest.raises(ValueError, match=rf"columns, .* {len(countries)} countries.*, 7\)"):
            decode(raw)


def test_foreign_character_is_named() -> None:
    with pytest.raises(UserError, match="'QX'") as raised:
        CODEC.encode("Q1X")
    assert "plate_format" in str(raised.value)


@pytest.mark.parametrize("alphabet", ["", "ABA"])
def test_alphabet_has_distinct_characters(alphabet: str) -> None:
    with pytest.raises(ValueError, match="distinct"):
        Codec(alphabet)
