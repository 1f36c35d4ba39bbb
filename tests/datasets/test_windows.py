"""Windows of pictures: pixels and corners are scaled alike."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.common.geometry import quad_box
from src.datasets.windows import Window, seen_share, width_to_hold, window_about

BOX = np.array([[60, 40], [90, 40], [90, 50], [60, 50]], np.float32)


def test_what_is_marked_in_the_picture_is_marked_in_the_window() -> None:
    picture = np.zeros((120, 200), np.uint8)
    picture[40:51, 60:91] = 255
    window = Window(30, 10, 100, 60)
    pixels = window.pixels(picture, (120, 200))
    left, top, right, bottom = quad_box(window.moved(BOX, (120, 200))).tolist()
    rows, columns = np.nonzero(pixels > 127)
    assert [columns.min(), columns.max()] == pytest.approx([left, right], abs=1.1)
    assert [rows.min(), rows.max()] == pytest.approx([top, bottom], abs=1.1)


@settings(max_examples=80)
@given(
    st.integers(1, 90),
    st.integers(1, 90),
    st.floats(-2, 92),
    st.floats(-2, 92),
    st.floats(0.5, 150),
)
def test_windows_are_of_one_size_and_in_the_picture_where_they_fit(
    rows: int, columns: int, x: float, y: float, width: float
) -> None:
    window = window_about((x, y), width, (32, 64), (rows, columns))
    picture = np.full((rows, columns), 200, np.uint8)
    pixels = window.pixels(picture, (32, 64))
    assert pixels.shape == (32, 64)
    assert (pixels == 200).all()
    assert window.width >= width
    if window.width <= columns:
        assert 0 <= window.left <= columns - window.width
    if window.height <= rows:
        assert 0 <= window.top <= rows - window.height


def test_a_window_holds_what_it_is_to_hold() -> None:
    tall = np.array([0, 0, 10, 40], np.float32)
    assert width_to_hold(tall, (32, 64)) == 80
    assert width_to_hold(tall[[0, 1, 3, 2]], (32, 64)) == 40


def test_how_much_of_a_plate_is_seen() -> None:
    assert seen_share(BOX, (100, 100)) == pytest.approx(1)
    assert seen_share(BOX, (100, 76)) == pytest.approx(0.5, abs=0.02)
    assert seen_share(BOX + 100, (100, 100)) == 0
