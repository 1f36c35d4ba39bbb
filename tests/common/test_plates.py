"""Labelled plates: what is known of them, and why something is not."""

import pickle

import numpy as np
import pytest

from src.common.plates import LabelledPlate, NoText

QUAD = np.array([[0, 0], [50, 0], [50, 11], [0, 11]], np.float32)


def test_what_is_known_is_given() -> None:
    plate = LabelledPlate("ZH1", "ZH", 2, QUAD)
    assert (plate.known_text, plate.known_lines) == ("ZH1", 2)
    assert plate.known_quad is QUAD
    assert LabelledPlate("").known_text == ""


def test_what_is_not_known_is_asked_for_in_vain() -> None:
    for reason in NoText:
        with pytest.raises(ValueError, match=f"text of this plate is {reason.value}"):
            _ = LabelledPlate(reason).known_text
    with pytest.raises(ValueError, match="rows of text"):
        _ = LabelledPlate("ZH1").known_lines
    with pytest.raises(ValueError, match="corners"):
        _ = LabelledPlate("ZH1").known_quad


def test_no_text_is_false_and_each_reason_its_own() -> None:
    assert not LabelledPlate(NoText.UNKNOWN).text
    assert not LabelledPlate(NoText.UNREADABLE).text
    assert len({NoText.UNKNOWN, NoText.UNREADABLE}) == 2
    # Workers send plates to one another.
    assert pickle.loads(pickle.dumps(LabelledPlate(NoText.UNKNOWN))).text is NoText.UNKNOWN


def test_unreadable_characters_are_counted() -> None:
    texts = ("ZH1", "?H?", "", NoText.UNREADABLE)
    assert [LabelledPlate(text).unreadable_characters for text in texts] == [0, 2, 0, 0]
