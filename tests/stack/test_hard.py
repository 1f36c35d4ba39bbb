"""How sure readings are where they should not be, by hand."""

import numpy as np
import pytest

from src.common.plates import LabelledPlate
from src.datasets.scenes import HardRecipe
from src.generators.formats import get_format
from src.generators.hard_scenes import HARD_KINDS, hard_kind
from src.generators.scene import World
from src.inference.reader import Reading
from src.stack.hard import HardScore
from src.stack.score import judge

QUAD = np.array([[10, 10], [90, 10], [90, 30], [10, 30]], np.float32)


def said(text: str, confidence: float, pattern: str = "") -> Reading:
    partial = bool(pattern)
    characters = tuple((c, confidence) for c in text)
    return Reading(text, "", text, 0.9, confidence, characters, QUAD, 1, partial, pattern or text)


def test_only_a_sure_and_whole_wrong_text_is_sure_and_wrong() -> None:
    truth = [LabelledPlate("ZH123456", lines=1, quad=QUAD)]
    score = HardScore(
        [
            judge(truth, [said("ZH12345", 0.95)]),  # cut: sure and wrong
            judge(truth, [said("ZH12345", 0.3, "ZH12345?")]),  # hidden: told
            judge(truth, [said("ZH123456", 0.99)]),  # covered: right after all
            judge([], [said("FR1990", 0.9)]),  # a notice, and sure
            judge(truth, []),
            judge(truth, [said("ZH12345", 0.89)]),
            judge(truth, [said("ZH12345", 0.2, "ZH12345?")]),
            judge([], []),
        ]
    )
    summary = score.summary()
    assert summary["pictures"] == 8
    assert summary["sure_and_wrong"] == pytest.approx(2 / 8)
    assert summary["told_partial"] == pytest.approx(2 / 6)
    assert summary["sure_and_wrong_by_kind"] == {
        "cut": 0.5, "hidden": 0.0, "covered": 0.0, "notice": 0.5,
    }  # fmt: skip
    assert score.badness() == [0.95, 0.3, 0.0, 0.9, 0.0, 0.89, 0.2, 0.0]


def test_an_empty_set_has_nothing_to_count() -> None:
    summary = HardScore([]).summary()
    assert (summary["pictures"], summary["sure_and_wrong"], summary["ece"]) == (0, None, None)
    assert set(summary["sure_and_wrong_by_kind"]) == set(HARD_KINDS)


def test_kinds_take_turns_and_the_same_number_is_the_same_scene() -> None:
    assert [hard_kind(i) for i in range(5)] == [*HARD_KINDS, HARD_KINDS[0]]
    recipe = HardRecipe(World(get_format("swiss")), 128, 128, 3, "test")
    assert np.array_equal(recipe(2).image, recipe(2).image)
    assert not recipe(3).plates
    assert recipe(4).plates
