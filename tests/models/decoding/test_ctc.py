"""Texts to classes and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.common.errors import UserError
from src.models.decoding.ctc import BLANK, Codec, Decoded

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
    assert CODEC.decode(columns(path)).text == text


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
    assert CODEC.decode(columns([2, 0, 2])).text == "11"
    assert CODEC.decode(columns([2, 2, 2])).text == "1"
    assert CODEC.decode(columns([0, 2, 2, 0, 0, 2, 0])).text == "11"


def test_confidence_is_that_of_the_strongest_column() -> None:
    table = columns([3, 3, 0, 1], 0.6)
    table[1] = [0.02, 0.02, 0.02, 0.92, 0.02]
    decoded = CODEC.decode(table)
    assert decoded.text == "A0"
    assert decoded.confidences == pytest.approx((0.92, 0.6))
    assert decoded.mean == pytest.approx(0.76)
    assert decoded.minimum == pytest.approx(0.6)


def test_a_new_character_does_not_inherit_the_one_before() -> None:
    table = np.concatenate([columns([1], 0.9), columns([2], 0.5)])
    assert CODEC.decode(table).confidences == pytest.approx((0.9, 0.5))


def test_blanks_alone_are_an_empty_text_of_no_confidence() -> None:
    decoded = CODEC.decode(columns([0, 0, 0]))
    assert decoded == Decoded("", ())
    assert decoded.mean == decoded.minimum == 0.0


def test_foreign_character_is_named() -> None:
    with pytest.raises(UserError, match="'QX'") as raised:
        CODEC.encode("Q1X")
    assert "plate_format" in str(raised.value)


@pytest.mark.parametrize("alphabet", ["", "ABA"])
def test_alphabet_has_distinct_characters(alphabet: str) -> None:
    with pytest.raises(ValueError, match="distinct"):
        Codec(alphabet)
