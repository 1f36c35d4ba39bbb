"""Plates of which a part is seen: what the edge cuts, and what is left of a text."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.inference.cropped import EDGE
from src.inference.reader import PARTIAL_CONFIDENCE
from src.reading.cut import (
    cut_by_edge,
    doubted,
    foreign_to,
    is_rest,
    is_rest_of,
    shape,
)
from tests.reading.made import quad, reading

TEXTS = st.text("ZHB0123456789", min_size=1, max_size=9)


@pytest.mark.parametrize("size", [1.0, 4.0])
@pytest.mark.parametrize("edge", ["left", "top", "right", "bottom"])
@pytest.mark.parametrize(("inside", "cut"), [(EDGE + 0.05, False), (EDGE - 0.05, True)])
def test_plates_that_come_near_an_edge_are_cut(
    edge: str, inside: float, cut: bool, size: float
) -> None:
    """Near is measured in heights of the plate: 20 and 80 px here. The picture's edge lies half a pixel outside."""
    height, width = 600, 800
    corners = quad(0, 0, 80 * size)
    away = inside * 20 * size - 0.5
    low, high = corners.min(axis=0), corners.max(axis=0)
    x, y = {
        "left": (away - low[0], 300),
        "top": (400, away - low[1]),
        "right": (width - 1 - away - high[0], 300),
        "bottom": (400, height - 1 - away - high[1]),
    }[edge]
    one = replace(reading("ZH42"), quad=corners + np.array((x, y), np.float32))
    assert cut_by_edge(one, height, width).partial is cut


def test_what_is_flagged_stays_so_away_from_edges() -> None:
    assert cut_by_edge(replace(reading("ZH42", x=400), partial=True), 600, 800).partial


@pytest.mark.parametrize(
    ("confidence", "partial", "left"),
    [(0.9, True, PARTIAL_CONFIDENCE), (0.3, True, 0.3), (0.9, False, 0.9)],
)
def test_partial_readings_are_never_sure(confidence: float, partial: bool, left: float) -> None:
    assert doubted(replace(reading("ZH42", confidence), partial=partial)).confidence == left


@pytest.mark.parametrize(
    ("whole", "part", "foreign"),
    [
        ("LU348916", "LU3", 0),
        ("LU348916", "48916", 0),
        ("VD53025", "D3025", 0),  # the left of a plate of two lines is hidden
        ("LU348916", "LU3?", 0),
        ("LU348916", "B916", 1),
        ("LU348916", "BE77", 4),
        ("ZH12", "ZH123", 1),
        ("ZH12", "ZH12?", 1),
        ("ZH1?", "ZH12", 1),
        ("ZH12", "", 0),
        ("", "ZH", 2),
    ],
)
def test_characters_that_the_whole_text_does_not_have(whole: str, part: str, foreign: int) -> None:
    assert foreign_to(whole, part) == foreign


@given(TEXTS, st.data())
def test_what_is_left_of_a_text_has_nothing_foreign(text: str, data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from("k?x"), min_size=len(text), max_size=len(text)))
    kept = {"k": lambda char: char, "?": lambda char: "?", "x": lambda char: ""}
    assert foreign_to(text, "".join(kept[k](c) for k, c in zip(kinds, text, strict=True))) == 0


@given(TEXTS, TEXTS)
def test_foreign_characters_are_as_many_as_are_too_many(whole: str, part: str) -> None:
    assert max(len(part) - len(whole), 0) <= foreign_to(whole, part) <= len(part)
    assert foreign_to(whole, part) == foreign_to(whole[::-1], part[::-1])


@pytest.mark.parametrize(
    ("text", "seen", "rest"),
    [
        ("ZH12345", 3.4, True),
        ("ZH12345", 4.0, False),  # as wide: one character more or less was misread
        ("3456", 2.0, True),
        ("3456", 3.4, False),
        ("ZH654", 2.0, False),
        ("ZH123456", 2.0, False),
        ("ZH1234567", 2.0, False),
    ],
)
def test_the_rest_of_a_text_is_narrower(text: str, seen: float, rest: bool) -> None:
    assert is_rest(text, seen, "ZH123456", 4.1) is rest


def test_shapes_are_of_the_plate_and_not_of_its_box() -> None:
    angle = np.radians(30)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    turned = (quad(0, 0) @ turn).astype(np.float32)
    assert shape(turned) == pytest.approx(4, abs=1e-4)
    whole, half = reading("ZH42"), quad(100, 100)
    half[:, 0] = half[:, 0].clip(None, 100)
    assert is_rest_of(replace(reading("ZH"), quad=half), whole)
    assert not is_rest_of(reading("ZH"), whole)
