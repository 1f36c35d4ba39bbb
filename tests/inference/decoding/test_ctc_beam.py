"""Texts and their probabilities, against sums over alignments that were written down by hand."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from src.inference.decoding.ctc_beam import BEAM, beam_search
from src.inference.decoding.ctc_codec import BLANK, Codec

CODEC = Codec("ab")


def table(*rows: list[float]) -> np.ndarray:
    return np.array(rows, np.float32)


def found(probabilities: np.ndarray, beam: int = 1000, prune: float = 0.0) -> dict[str, float]:
    """Every text's probability."""
    candidates = beam_search(probabilities, CODEC.alphabet, beam, prune)
    return {c.text: math.exp(c.log_probability) for c in candidates}


def enumerated(probabilities: np.ndarray) -> dict[str, float]:
    """Every text's probability, from all alignments one by one."""
    texts: dict[str, float] = {}
    for path in product(range(CODEC.classes), repeat=len(probabilities)):
        # A column that stays with its class says nothing new; blanks are dropped after that.
        fresh = [c for i, c in enumerate(path) if i == 0 or c != path[i - 1]]
        text = "".join(CODEC.alphabet[c - 1] for c in fresh if c != BLANK)
        p = math.prod(float(row[c]) for row, c in zip(probabilities, path, strict=True))
        texts[text] = texts.get(text, 0.0) + p
    return texts


@st.composite
def distributions(draw: st.DrawFn, classes: int = CODEC.classes, columns: int = 5) -> np.ndarray:
    """Rows that sum to 1, with zeros and near certainties among them."""
    size = (draw(st.integers(1, columns)), classes)
    weights = draw(arrays(np.float64, size, elements=st.sampled_from([0.0, 1e-6, 0.1, 1.0, 50.0])))
    weights[:, 0] += (weights.sum(axis=1) == 0).astype(float)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float32)


def test_two_columns_by_hand() -> None:
    # "": both blank. "a": aa, a-, -a. "b" likewise. "ab" and "ba": one alignment each. "aa" does not fit.
    texts = found(table([0.5, 0.3, 0.2], [0.1, 0.6, 0.3]))
    by_hand = {
        "": 0.5 * 0.1,
        "a": 0.3 * 0.6 + 0.3 * 0.1 + 0.5 * 0.6,
        "b": 0.2 * 0.3 + 0.2 * 0.1 + 0.5 * 0.3,
        "ab": 0.3 * 0.3,
        "ba": 0.2 * 0.6,
    }
    assert texts == pytest.approx(by_hand, rel=1e-5)
    assert sum(texts.values()) == pytest.approx(1.0)


def test_equal_characters_need_a_blank_between_them() -> None:
    texts = found(table([0, 1, 0], [0.4, 0.6, 0], [0, 1, 0]))
    assert texts == pytest.approx({"a": 0.6, "aa": 0.4})


def test_alignments_add_up_to_more_than_the_best_path() -> None:
    probabilities = table([0.6, 0.4, 0], [0.6, 0.4, 0])
    assert CODEC.collapse(probabilities.argmax(1).tolist()) == ""
    best = beam_search(probabilities, CODEC.alphabet)[0]
    assert best.text == "a"
    assert math.exp(best.log_probability) == pytest.approx(1 - 0.36)


def test_blank_columns_scale_every_text() -> None:
    seen, silence = [0.0, 0.7, 0.3], [0.9, 0.0, 0.1]
    texts = found(table(seen, silence, [1, 0, 0], [1, 0, 0]))
    assert texts == pytest.approx({"a": 0.63, "b": 0.3, "ab": 0.07})
    pruned = found(table(seen, silence, [1, 0, 0], seen), prune=0.2)
    assert pruned == pytest.approx({"aa": 0.441, "ab": 0.189, "ba": 0.189, "bb": 0.081})


def test_thousands_of_columns_do_not_vanish() -> None:
    candidates = beam_search(np.full((3000, 3), 1 / 3, np.float32), CODEC.alphabet)
    assert len(candidates) == BEAM
    assert all(math.isfinite(c.log_probability) and c.log_probability < 0 for c in candidates)


def test_no_columns_are_the_empty_text() -> None:
    assert beam_search(np.zeros((0, 3), np.float32), CODEC.alphabet) == [("", 0.0)]


@given(distributions())
def test_a_wide_beam_is_the_enumeration(probabilities: np.ndarray) -> None:
    wanted = {text: p for text, p in enumerated(probabilities).items() if p > 0}
    assert found(probabilities) == pytest.approx(wanted, rel=1e-9)


@given(distributions(columns=12), st.integers(1, 4), st.sampled_from([0.0, 0.01, 0.9]))
def test_a_narrow_beam_gives_distinct_texts_of_less(
    probabilities: np.ndarray, beam: int, prune: float
) -> None:
    candidates = beam_search(probabilities, CODEC.alphabet, beam, prune)
    logs = [c.log_probability for c in candidates]
    assert 1 <= len({c.text for c in candidates}) == len(candidates) <= beam
    assert logs == sorted(logs, reverse=True)
    assert sum(math.exp(p) for p in logs) <= 1 + 1e-5


@pytest.mark.parametrize(
    ("probabilities", "said"),
    [
        (np.zeros((4, 5), np.float32), r"\(columns, 3\)"),
        (np.zeros(3, np.float32), r"\(columns, 3\)"),
        (table([1, 0, 0], [0, np.nan, 1]), "softmax"),
        (table([np.inf, 0, 0]), "softmax"),
        (table([2.0, -1.0, 0.0]), "softmax"),
        (table([1, 0, 0], [0, 0, 0]), "all 0"),
    ],
    ids=["classes", "one column", "nan", "infinite", "logits", "zeros"],
)
def test_what_are_no_probabilities(probabilities: np.ndarray, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        beam_search(probabilities, CODEC.alphabet)
