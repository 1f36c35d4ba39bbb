"""From anchors to plates, and back."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from src.inference.decoding.anchor_levels import (
    ANCHORS,
    CORNERS,
    LINES,
    MAX_PLATES,
    OUTPUTS,
    SCORE,
    STRIDES,
    anchor_grid,
    decode_anchors,
)

HEIGHT, WIDTH = 64, 96
UPPER = np.array([[20, 20], [60, 22], [59, 34], [19, 31]], np.float32)
LOWER = np.array([[40, 40], [80, 38], [82, 58], [42, 61]], np.float32)
Maps = tuple[NDArray[np.float32], ...]


def nothing(count: int = 1, height: int = HEIGHT, width: int = WIDTH) -> Maps:
    """Maps on which no anchor sees a plate."""
    maps = tuple(
        np.zeros((count, ANCHORS * OUTPUTS, height // s, width // s), np.float32) for s in STRIDES
    )
    for level in maps:
        level[:, SCORE::OUTPUTS] = -12
    return maps


def write(
    maps: Maps,
    quad: NDArray[np.float32],
    place: tuple[int, int, int, int],
    logit: float,
    lines: int = 1,
    picture: int = 0,
) -> None:
    """Let one anchor answer a plate. place: level, row, column and anchor of the cell."""
    level, row, column, anchor = place
    centre = (np.array([column, row]) + 0.5) * STRIDES[level] - 0.5
    cell = maps[level][picture, anchor * OUTPUTS :, row, column]
    cell[SCORE] = logit
    cell[CORNERS] = ((quad - centre) / STRIDES[level]).ravel()
    cell[LINES] = 5 if lines == 2 else -5


@pytest.mark.parametrize("place", [(0, 3, 5, 0), (0, 7, 11, 1), (1, 2, 3, 1), (2, 1, 0, 0)])
def test_each_level_and_anchor_speaks_of_its_place(place: tuple[int, int, int, int]) -> None:
    maps = nothing()
    write(maps, UPPER, place, 3.0, 2)
    ((found,),) = decode_anchors(maps, HEIGHT, WIDTH, 0.3)
    assert found.quad == pytest.approx(UPPER, abs=1e-4)
    assert found.quad.dtype == np.float32
    assert found.score == pytest.approx(1 / (1 + np.exp(-3)))
    assert found.lines == 2


def test_the_grid_by_hand() -> None:
    centres, strides = anchor_grid(((2, 1), (1, 1), (1, 1)))
    assert (
        centres.tolist()
        == [[3.5, 3.5]] * 2 + [[3.5, 11.5]] * 2 + [[7.5, 7.5]] * 2 + [[15.5, 15.5]] * 2
    )
    assert strides.tolist() == [8, 8, 8, 8, 16, 16, 32, 32]


def test_of_several_anchors_on_a_plate_the_best_speaks() -> None:
    maps = nothing()
    write(maps, UPPER + 1, (0, 3, 4, 0), 1.0)
    write(maps, UPPER, (0, 3, 5, 1), 2.0)
    write(maps, UPPER - 1, (1, 1, 2, 0), 0.5)
    write(maps, LOWER, (1, 3, 3, 0), 1.5, 2)
    (found,) = decode_anchors(maps, HEIGHT, WIDTH, 0.3)
    assert [d.lines for d in found] == [1, 2]  # the best first
    assert found[0].quad == pytest.approx(UPPER, abs=1e-4)
    assert found[1].quad == pytest.approx(LOWER, abs=1e-4)


def test_nothing_below_the_least_score() -> None:
    maps = nothing()
    write(maps, UPPER, (0, 3, 5, 0), 0.0)
    assert len(decode_anchors(maps, HEIGHT, WIDTH, 0.5)[0]) == 1
    assert decode_anchors(maps, HEIGHT, WIDTH, 0.51) == [[]]


def test_corners_that_make_no_plate_are_none() -> None:
    maps = nothing()
    write(maps, UPPER[::-1], (0, 3, 5, 0), 5.0)  # mirrored
    write(maps, UPPER, (0, 3, 4, 0), 1.0)
    ((found,),) = decode_anchors(maps, HEIGHT, WIDTH, 0.3)
    assert found.score < 0.9


def test_each_picture_has_its_own_plates() -> None:
    maps = nothing(3)
    write(maps, UPPER, (0, 3, 5, 0), 3.0, 1, picture=0)
    write(maps, LOWER, (0, 6, 7, 0), 3.0, 2, picture=2)
    assert [[d.lines for d in one] for one in decode_anchors(maps, HEIGHT, WIDTH, 0.3)] == [
        [1], [], [2]
    ]  # fmt: skip


def test_numbers_that_are_none_find_nothing() -> None:
    maps = nothing()
    write(maps, UPPER * np.nan, (0, 3, 5, 0), 3.0)
    write(maps, UPPER * np.inf, (0, 3, 6, 0), 3.0)
    write(maps, UPPER, (0, 3, 7, 0), np.nan)
    with np.errstate(invalid="ignore"):
        assert decode_anchors(maps, HEIGHT, WIDTH, 0.3) == [[]]


def test_no_more_plates_than_a_picture_may_have() -> None:
    maps = nothing(1, 256, 256)
    for row in range(32):
        for column in range(32):
            x, y = 8 * column, 8 * row
            quad = np.array([[x, y], [x + 7, y], [x + 7, y + 7], [x, y + 7]], np.float32)
            write(maps, quad, (0, row, column, 0), 3.0)
    assert len(decode_anchors(maps, 256, 256, 0.3)[0]) == MAX_PLATES


@st.composite
def plates(draw: st.DrawFn) -> NDArray[np.float32]:
    """Corners of plates of any place, size and direction."""
    width, height = draw(st.floats(4, 200)), draw(st.floats(4, 100))
    angle, lean = draw(st.floats(-math.pi, math.pi)), draw(st.floats(-0.5, 0.5))
    along = np.array([math.cos(angle), math.sin(angle)]) * width
    across = np.array([-math.sin(angle), math.cos(angle)]) * height + lean * along
    corner = np.array([draw(st.floats(-100, 300)), draw(st.floats(-100, 300))])
    return (corner + np.array([0 * along, along, along + across, across])).astype(np.float32)


@given(
    plates(),
    st.integers(0, 2),
    st.integers(0, 1),
    st.integers(1, 4),
    st.integers(1, 4),
    st.floats(0.05, 0.99),
    st.sampled_from([1, 2]),
)
def test_what_is_written_is_read(
    quad: NDArray[np.float32],
    level: int,
    anchor: int,
    rows: int,
    columns: int,
    score: float,
    lines: int,
) -> None:
    height, width = 32 * rows, 32 * columns
    maps = nothing(1, height, width)
    place = (level, height // STRIDES[level] - 1, width // STRIDES[level] - 1, anchor)
    write(maps, quad, place, math.log(score / (1 - score)), lines)
    ((found,),) = decode_anchors(maps, height, width, score - 0.01)
    assert found.quad == pytest.approx(quad, abs=1e-3)
    assert found.score == pytest.approx(score, abs=1e-4)
    assert found.lines == lines
