"""A text that reads better upside down is none; all else stays as it is."""

from collections.abc import Sequence

import numpy as np
import pytest

from src.inference.grammar import Judged
from src.inference.upright import SURE, decode_upright


def judged(text: str, confidence: float) -> Judged:
    return Judged(text, (confidence,) * len(text), confidence, True, text, confidence)


def plate(up: int, down: int) -> np.ndarray:
    """A plate (4, 8) whose left upper corner is ``up`` and whose right lower one is ``down``."""
    image = np.zeros((4, 8), np.uint8)
    image[0, 0], image[-1, -1] = up, down
    return image


class Reads:
    """Reads of each plate a text as sure as its left upper corner says, in percent; empty where that is 0."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.cropped: list[list[bool]] = []

    def __call__(self, plates: np.ndarray, cropped: Sequence[bool]) -> list[Judged]:
        self.batches.append(len(plates))
        self.cropped.append(list(cropped))
        assert plates.flags.c_contiguous
        return [judged(f"ZH{p[0, 0]}" if p[0, 0] else "", p[0, 0] / 100) for p in plates]


def texts(*plates: np.ndarray, least: float = 0.4) -> tuple[list[str], list[int]]:
    reads = Reads()
    return [
        d.text for d in decode_upright(reads, plates, [False] * len(plates), least)
    ], reads.batches


def test_a_text_that_is_surer_upside_down_is_left_out() -> None:
    assert texts(plate(60, 99), plate(60, 50), plate(70, 0)) == (["", "ZH60", "ZH70"], [3, 3])


def test_what_is_left_out_has_no_confidence() -> None:
    (nothing,) = decode_upright(Reads(), [plate(60, 99)], [False], 0.4)
    assert (nothing.text, nothing.confidences, nothing.confidence) == ("", (), 0.0)


def test_equally_sure_both_ways_stays() -> None:
    assert texts(plate(60, 60))[0] == ["ZH60"]


@pytest.mark.parametrize("up", [0, 39, round(100 * SURE), 100])
def test_sure_texts_and_those_nobody_hears_of_are_read_once(up: int) -> None:
    assert texts(plate(up, 100)) == ([f"ZH{up}" if up else ""], [1])


def test_only_doubtful_ones_are_read_again() -> None:
    assert texts(plate(99, 100), plate(80, 100), plate(99, 0)) == (["ZH99", "", "ZH99"], [3, 1])


def test_a_crop_is_one_the_wrong_way_round_too() -> None:
    reads = Reads()
    decode_upright(reads, [plate(99, 0), plate(60, 0), plate(70, 0)], [True, True, False], 0.4)
    assert reads.cropped == [[True, True, False], [True, False]]
