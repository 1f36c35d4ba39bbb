"""Plates whose text their format does not know."""

import re
from dataclasses import replace

import numpy as np
import pytest

from src.generators.foreign import foreign_spec
from src.generators.formats import get_format
from src.generators.plate import draw_plate
from src.generators.splits import Split, text_split

SWISS = get_format("swiss")


@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_the_format_does_not_know_the_text(split: Split) -> None:
    texts = set()
    for seed in range(200):
        spec = foreign_spec(np.random.default_rng(seed), SWISS, split)
        assert SWISS.parse(spec.text) is None
        assert text_split(spec.text) == split
        assert 1 <= len(spec.text) <= SWISS.max_length
        assert set(spec.text) <= set(SWISS.alphabet)
        assert (spec.content.prefix, spec.content.number) == ("", spec.text)
        shown = "".join(row.text for row in spec.rows)
        assert "".join(c for c in shown if c in SWISS.alphabet) == spec.text
        assert all(row.text for row in spec.rows)
        texts.add(spec.text)
    assert len(texts) > 180


def test_they_look_like_the_format_s_plates() -> None:
    specs = [foreign_spec(np.random.default_rng(seed), SWISS, "train") for seed in range(300)]
    assert {spec.lines for spec in specs} == {1, 2}
    assert {bool(spec.marks) for spec in specs} == {True, False}
    for spec in specs[:20]:
        plate = draw_plate(spec, np.random.default_rng(1), 48)
        assert plate.text == spec.text
        assert plate.image.std() > 5


def test_a_format_that_knows_every_text_draws_its_own() -> None:
    everything = replace(
        get_format("european"), patterns=(re.compile("(?P<prefix>.)(?P<number>.*)"),)
    )
    known = 0
    for seed in range(20):
        spec = foreign_spec(np.random.default_rng(seed), everything, "train")
        assert text_split(spec.text) == "train"
        known += everything.parse(spec.text) is not None
    assert known > 0


def test_same_seed_same_plate() -> None:
    first, second = (foreign_spec(np.random.default_rng(5), SWISS, "train") for _ in range(2))
    assert first == second
