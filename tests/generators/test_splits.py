"""Training, validation and test share no plate text."""

from collections import Counter
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.generators.formats import get_format
from src.generators.splits import Split, sample_spec, text_split

SWISS = get_format("swiss")


@given(st.text(max_size=9))
def test_every_text_has_one_split(text: str) -> None:
    assert text_split(text) in get_args(Split)
    assert text_split(text) == text_split(text)


def test_a_text_never_changes_its_split() -> None:
    # Fixed for ever: a frozen test set must not become training data by an update.
    assert [text_split(t) for t in ("ZH7", "ZH8", "BE11")] == ["train", "test", "val"]


def test_shares_are_about_80_10_10() -> None:
    counts = Counter(text_split(f"ZH{i}") for i in range(20_000))
    assert counts["train"] / 20_000 == pytest.approx(0.8, abs=0.01)
    assert counts["val"] / 20_000 == pytest.approx(0.1, abs=0.01)
    assert counts["test"] / 20_000 == pytest.approx(0.1, abs=0.01)


def test_drawn_texts_belong_to_their_split() -> None:
    drawn: dict[str, set[str]] = {}
    splits: tuple[Split, ...] = get_args(Split)
    for split in splits:
        rng = np.random.default_rng(1)
        drawn[split] = {sample_spec(rng, SWISS, split).text for _ in range(60)}
        assert {text_split(text) for text in drawn[split]} == {split}
    assert not drawn["train"] & drawn["val"]
    assert not drawn["train"] & drawn["test"]
    assert not drawn["val"] & drawn["test"]


def test_every_length_is_in_every_split() -> None:
    # A hash of few texts could leave the short plates without a test.
    short = {text_split(f"{canton}{n}") for canton in SWISS.regions for n in range(1, 10)}
    assert short == {"train", "val", "test"}
