"""What was read, and what somebody says of it, as rows of the contract."""

import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.collecting.rows import (
    AS_READ,
    CONFIRMED,
    CORRECTED,
    NO_PLATE,
    WRONG,
    KeptRow,
    RowWriter,
    as_read,
    corrected,
    label_quad,
    read_back,
)
from src.datasets.annotation_rows import Row
from tests.reading.made import reading

TWO = as_read("a.png", "g", [reading("ZH10", 0.5), reading("AG12", 0.6, x=200)], 300, 200)
NONE = as_read("a.png", "g", [], 300, 200)


def told(rows: list[KeptRow]) -> list[tuple[str, str, bool]]:
    return [(one.row.text, one.feedback, bool(one.row.corners)) for one in rows]


def test_what_was_read_is_a_row_with_corners_and_its_group() -> None:
    first = TWO[0]
    numbers = [float(cell) for cell in first.row.corners]
    assert numbers == [60, 90, 140, 90, 140, 110, 60, 110]
    assert (first.row.text, first.row.group, first.row.lines, first.row.split) == ("ZH10", "g", "1", "")  # fmt: skip
    assert first.confidence == "0.5000"
    assert told(NONE) == [("", "", False)]


def test_a_part_that_cannot_be_seen_is_a_question_mark() -> None:
    part = replace(reading("ZH1"), partial=True, pattern="ZH1?")
    assert as_read("a.png", "g", [part], 300, 200)[0].row.text == "ZH1?"


def test_corners_beyond_the_edge_are_moved_to_it() -> None:
    outside = np.array([[-10, 5], [50, 5], [50, 25], [-10, 25]], np.float32)
    assert label_quad(outside, 40, 30) is not None
    assert np.array(label_quad(outside, 40, 30)).tolist() == [[0, 5], [40, 5], [40, 25], [0, 25]]
    assert label_quad(outside - 100, 40, 30) is None


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([], [("ZH10", WRONG, True), ("AG12", WRONG, True)]),
        (["zh 18"], [("ZH18", CORRECTED, True), ("AG12", "", True)]),
        (["ZH·10"], [("ZH10", CONFIRMED, True), ("AG12", "", True)]),
        ([AS_READ, "AG 13"], [("ZH10", "", True), ("AG13", CORRECTED, True)]),
        (["", AS_READ], [("ZH10", WRONG, True), ("AG12", "", True)]),
        ([NO_PLATE], [("AG12", "", True)]),
        ([NO_PLATE, NO_PLATE], [("", CORRECTED, False)]),
        ([AS_READ, AS_READ, "GE7"], [("ZH10", "", True), ("AG12", "", True), ("GE7", CORRECTED, False)]),
    ],
)  # fmt: skip
def test_what_is_said_of_plates(texts: list[str], expected: list[tuple[str, str, bool]]) -> None:
    rows = corrected(TWO, texts)
    assert told(rows) == expected
    assert {one.row.group for one in rows} == {"g"}


def test_what_is_said_where_nothing_was_read() -> None:
    assert told(corrected(NONE, [])) == [("", WRONG, False)]
    assert told(corrected(NONE, ["GE 7"])) == [("GE7", CORRECTED, False)]


@pytest.mark.parametrize("text", ["=1+1", "ZH<b>", "A" * 41, "ZH\u202e1", "??"])
def test_texts_that_no_plate_has(text: str) -> None:
    with pytest.raises(ValueError, match="text "):
        corrected(TWO, [text])


@pytest.mark.parametrize("text", ["", NO_PLATE, AS_READ])
def test_a_missed_plate_needs_its_text(text: str) -> None:
    with pytest.raises(ValueError, match="2 plates were read, and a missed one needs its text"):
        corrected(TWO, [AS_READ, AS_READ, text])


@settings(deadline=None)
@given(st.lists(st.text(max_size=8), max_size=4))
def test_whatever_is_said_the_rows_are_of_the_contract(texts: list[str]) -> None:
    try:
        rows = corrected(TWO, texts)
    except ValueError:
        return
    empty = [one for one in rows if not one.row.text and not one.row.corners]
    assert rows
    assert not empty or len(rows) == 1
    assert all(one.row.image == "a.png" for one in rows)


def test_a_hash_takes_the_place_of_a_text() -> None:
    row = TWO[0].hashed(lambda text: f"<{text}>")
    assert (row.row.text, row.text_hash, row.row.corners) == ("", "<ZH10>", TWO[0].row.corners)
    assert NONE[0].hashed(lambda text: "never") == NONE[0]


def test_rows_come_back_as_they_were_written() -> None:
    file = io.StringIO(newline="")
    writer = RowWriter(file, ("more",))
    rows = [Row(0, "a.png", "ZH10", ("1",) * 8, "val", "g", "CH", "2"), Row(0, "b.png", "", ())]
    for row in rows:
        writer.write(row, ("x",))
    file.seek(0)
    assert list(read_back(file)) == [(row, ["x"]) for row in rows]
