"""The wide look finds a plate's corners, the close one reads between them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from src.common.geometry import (
    MARGIN_X,
    MARGIN_Y,
    UNIT_SQUARE,
    is_readable_quad,
    rectify,
    to_plate,
)
from src.ocr.looks import WIDE_X, WIDE_Y, corrected, miss, offsets, widen

ONE_LINE = np.array([[0, 0], [100, 0], [100, 20], [0, 20]], np.float32)
TWO_LINES = np.array([[10, 40], [70, 40], [70, 72], [10, 72]], np.float32)
both_kinds = pytest.mark.parametrize("quad", [ONE_LINE, TWO_LINES], ids=["one line", "two lines"])


@st.composite
def plates(draw: st.DrawFn) -> NDArray[np.float32]:
    """Plates of one and two lines of any size and place, turned and seen in perspective."""
    height, aspect = draw(st.floats(8, 300)), draw(st.sampled_from([1.4, 2.0, 4.5]))
    turn = draw(st.floats(-np.pi, np.pi))
    along = np.array([np.cos(turn), np.sin(turn)])
    down = np.array([-along[1], along[0]])
    own = np.array([[draw(st.floats(-0.12, 0.12)) for _ in range(2)] for _ in range(4)])
    corners = (UNIT_SQUARE - 0.5) * [aspect, 1.0] + own
    centre = np.array([draw(st.floats(-200, 4000)), draw(st.floats(-200, 4000))])
    return (centre + height * corners @ np.stack([along, down])).astype(np.float32)


@given(plates(), st.integers(0, 2**32), st.floats(0, 0.3))
def test_true_offsets_lead_back_to_the_plate(
    true: NDArray[np.float32], seed: int, share: float
) -> None:
    cut = widen(miss(np.random.default_rng(seed), true, share))
    quad = corrected(cut, offsets(true, cut))
    assert quad is not None
    assert quad.dtype == np.float32
    assert quad == pytest.approx(true, rel=1e-5, abs=0.02)


def test_offsets_by_hand() -> None:
    # Cut out 10 px too far left and 5 px too high, of a quad of 100×20 px.
    cut = ONE_LINE - np.array((10, 5), np.float32)
    told = offsets(ONE_LINE, cut)
    assert told == pytest.approx(np.full((4, 2), (0.1, 0.25)), abs=1e-6)
    only_first = np.zeros((4, 2), np.float32)
    only_first[0] = 0.1, 0.25
    quad = corrected(cut, only_first)
    assert quad == pytest.approx(np.array([[0, 0], [90, -5], [90, 15], [-10, 15]]), abs=1e-4)


@both_kinds
def test_no_offsets_change_nothing(quad: NDArray[np.float32]) -> None:
    assert offsets(quad, quad) == pytest.approx(np.zeros((4, 2)), abs=1e-6)
    assert corrected(quad, np.zeros((4, 2), np.float32)) == pytest.approx(quad, abs=1e-4)


@pytest.mark.parametrize(
    "told",
    [
        np.full((4, 2), np.nan),
        np.full((4, 2), np.inf),
        0.5 - UNIT_SQUARE,
        UNIT_SQUARE[::-1] - UNIT_SQUARE,
        UNIT_SQUARE[[0, 2, 1, 3]] - UNIT_SQUARE,
        [[0.9, 0.9], [0, 0], [0, 0], [0, 0]],
    ],
    ids=["nan", "infinite", "a point", "from behind", "crossed", "dented"],
)
def test_offsets_that_make_no_plate_are_not_believed(told: object) -> None:
    assert corrected(ONE_LINE, np.asarray(told, np.float32)) is None


def test_wide_look_by_hand() -> None:
    assert (WIDE_X, WIDE_Y) == (0.06, 0.25)
    expected = np.array([[-6, -5], [106, -5], [106, 25], [-6, 25]])
    assert widen(ONE_LINE) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("quad", "share"), [(ONE_LINE, 0.1), (TWO_LINES, 0.05)], ids=["one line", "two lines"]
)
def test_wide_look_takes_the_plate_in(quad: NDArray[np.float32], share: float) -> None:
    # Two-line plates are narrow, and the margins beside them with them.
    rng = np.random.default_rng(1)
    seen = [to_plate(quad, widen(miss(rng, quad, share))) for _ in range(1000)]
    low, high = np.array([-MARGIN_X, -MARGIN_Y]), np.array([1 + MARGIN_X, 1 + MARGIN_Y])
    inside = [bool(((corners > low) & (corners < high)).all()) for corners in seen]
    assert np.mean(inside) > 0.98


@pytest.mark.parametrize(("lines", "quad"), [(1, ONE_LINE), (2, TWO_LINES)])
def test_wide_canvas_shows_all_of_the_plate_and_what_is_round_it(
    lines: int, quad: NDArray[np.float32]
) -> None:
    picture = np.zeros((120, 160), np.uint8)
    (x1, y1), (x2, y2) = (quad[[0, 2]] + 20).astype(int).tolist()
    picture[y1:y2, x1:x2] = 255
    # The edges of pixels x1 … x2 - 1 lie half a pixel before their centres.
    plate = quad + np.float32(19.5)
    wide = rectify(picture, widen(plate), lines, 32, 128)
    # A plate's area over that of what is cut out, margins included; halves of two lines overlap by 2×3% of it.
    seen = (1 + 2 * WIDE_X) * (1 + 2 * WIDE_Y) * 1.06 * (1.12 if lines == 1 else 1.18)
    overlap = 1.0 if lines == 1 else 1 + 0.06 * (1 + 2 * WIDE_Y)
    assert wide.mean() / 255 == pytest.approx(overlap / seen, rel=0.03)
    upper, lower = (wide, wide) if lines == 1 else (wide[:, :64], wide[:, 64:])
    for edge in (upper[0], lower[-1], upper[:, 0], upper[:, -1], lower[:, 0], lower[:, -1]):
        assert not edge.any()


@both_kinds
def test_misses_have_their_deviations(quad: NDArray[np.float32]) -> None:
    rng = np.random.default_rng(1)
    height = float(quad[3, 1] - quad[0, 1])
    errors = np.array([miss(rng, quad, 0.05) - quad for _ in range(4000)]) / (0.05 * height)
    # Each corner: shift, size and its own in x; shift, turn, size and its own in y.
    each = (0.7**2 + 0.8**2 + 0.4**2, 0.6**2 + 0.8**2 + 0.5**2 + 0.4**2)
    assert errors.var(0) == pytest.approx(np.full((4, 2), each), rel=0.1)
    # Their mean: the shift, and a quarter of the variance of what each corner has by itself.
    common = (0.7**2 + 0.4**2 / 4, 0.6**2 + 0.4**2 / 4)
    assert errors.mean(1).var(0) == pytest.approx(np.array(common), rel=0.1)
    assert errors.mean(0) == pytest.approx(np.zeros((4, 2)), abs=0.08)


def test_a_miss_of_nothing_moves_nothing() -> None:
    assert miss(np.random.default_rng(1), ONE_LINE, 0.0) == pytest.approx(ONE_LINE, abs=1e-4)


def test_missed_plates_stay_plates() -> None:
    rng = np.random.default_rng(2)
    moved = [miss(rng, TWO_LINES, 1.0) for _ in range(300)]
    assert all(is_readable_quad(quad) for quad in moved)
    # Some would not have been plates any more and were left where they are; most were moved.
    left = sum(np.array_equal(quad, TWO_LINES) for quad in moved)
    assert 0 < left < 200


def test_plates_smaller_than_a_pixel_are_not_missed() -> None:
    tiny = ONE_LINE / np.float32(25)
    assert np.array_equal(miss(np.random.default_rng(1), tiny, 0.3), tiny)


def test_same_seed_same_miss() -> None:
    first, second = (miss(np.random.default_rng(7), ONE_LINE, 0.1) for _ in range(2))
    assert np.array_equal(first, second)
