"""Labelled plates get the corners of finds that go with what is known, and none otherwise."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from src.common.geometry import box_quad, is_upright_box
from src.common.plates import LabelledPlate, NoText
from src.datasets.placing import Find, needs_finds, place_plates

TILTED = np.array([[20, 30], [100, 44], [98, 64], [18, 50]], np.float32)
SIZE = (100, 200)


def find(quad: NDArray[np.float32] = TILTED, text: str = "", lines: int = 1) -> Find:
    return Find(quad, lines, text)


def label(text: str = "ZH1", quad: NDArray[np.float32] | None = None) -> LabelledPlate:
    return LabelledPlate(text, quad=quad)


def corners(plate: LabelledPlate | None) -> list[list[float]] | None:
    return plate and plate.known_quad.tolist()


@given(st.floats(0, 500), st.floats(0, 500), st.floats(2, 300), st.floats(1, 300))
def test_boxes_are_told_from_corners(x: float, y: float, width: float, height: float) -> None:
    box = box_quad(np.array([[x, y], [x + width, y], [x + width, y + height], [x, y]], np.float32))
    assert is_upright_box(box)
    for corner in range(4):
        moved = box.copy()
        moved[corner, 1] += 0.5
        assert not is_upright_box(moved)


def test_corners_that_are_given_count_whatever_is_found() -> None:
    (plate,) = place_plates([label(quad=TILTED)], [find(TILTED + 3, "ZH1")], SIZE)
    assert corners(plate) == TILTED.tolist()
    assert place_plates([label(quad=TILTED)], [])[0] is not None


def test_a_box_gets_the_corners_of_what_was_found_in_it() -> None:
    (plate,) = place_plates([label(quad=box_quad(TILTED) + 1)], [find(TILTED, "", 2)], SIZE)
    assert corners(plate) == TILTED.tolist()
    assert plate is not None
    assert plate.lines == 2
    far = box_quad(TILTED) + np.array((60, 0), np.float32)
    assert place_plates([label(quad=far)], [find()], SIZE) == [None]
    assert place_plates([label(quad=box_quad(TILTED))], [], SIZE) == [None]


def test_a_text_alone_needs_a_find_that_reads_it() -> None:
    two = [label("ZH1"), label("BE2")]
    finds = [find(TILTED, "BE2"), find(TILTED + 30, "ZH7")]
    missing, plate = place_plates(two, finds, SIZE)
    assert missing is None
    assert corners(plate) == TILTED.tolist()


def test_the_only_plate_of_a_picture_is_what_fills_it() -> None:
    large = np.array([[4, 6], [190, 4], [192, 90], [6, 92]], np.float32)
    assert place_plates([label()], [find(large, "ZH8")], SIZE)[0] is not None
    assert place_plates([label()], [find(TILTED, "ZH8")], SIZE) == [None]
    assert place_plates([label(), label("BE2")], [find(large, "ZH8")], SIZE) == [None, None]


def test_a_find_is_of_one_plate_and_what_was_read_comes_first() -> None:
    same = box_quad(TILTED)
    first, second = place_plates(
        [label("BE2", same + 1), label("ZH1", same)], [find(TILTED, "ZH1")], SIZE
    )
    assert first is None
    assert corners(second) == TILTED.tolist()


def test_rows_are_those_of_the_label_else_of_the_find_else_of_the_shape() -> None:
    square = np.array([[10, 10], [50, 12], [50, 36], [10, 34]], np.float32)
    given_one = LabelledPlate("ZH1", lines=1, quad=square)
    rows = [
        place_plates([plate], finds, SIZE)[0]
        for plate, finds in [
            (given_one, [find(square, "ZH1", 2)]),
            (label(quad=TILTED), [find(TILTED, "ZH1", 2)]),
            (label(quad=square), []),
            (label(quad=TILTED), []),
        ]
    ]
    assert [plate and plate.lines for plate in rows] == [1, 2, 2, 1]
    assert not needs_finds(given_one)
    assert needs_finds(label(quad=square))
    assert needs_finds(LabelledPlate(NoText.UNREADABLE, lines=1, quad=box_quad(square)))
