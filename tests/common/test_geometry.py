"""Quads and the crop, against numbers worked out by hand."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from src.common.geometry import (
    UNIT_SQUARE,
    from_plate,
    is_readable_quad,
    quad_area,
    quad_box,
    quad_cover,
    quad_iou,
    quad_size,
    rescale,
    stack_quads,
    to_plate,
)
from src.common.rectify import MARGIN_X, MARGIN_Y, cut, rectify


def square(x: float, y: float, side: float) -> NDArray[np.float32]:
    return np.array([[x, y], [x + side, y], [x + side, y + side], [x, y + side]], np.float32)


def whole(width: int, height: int) -> NDArray[np.float32]:
    """The quad of a plate that fills a picture."""
    right, bottom = width - 0.5, height - 0.5
    return np.array([[-0.5, -0.5], [right, -0.5], [right, bottom], [-0.5, bottom]], np.float32)


BOW_TIE = np.array([[0, 0], [10, 10], [10, 0], [0, 10]], np.float32)
DENT = np.array([[0, 0], [10, 0], [2, 2], [0, 10]], np.float32)
LINE = np.array([[0, 0], [10, 0], [20, 0], [30, 0]], np.float32)
POINT = np.zeros((4, 2), np.float32)
NOT_A_NUMBER = np.full((4, 2), np.nan, np.float32)
BROKEN = [BOW_TIE, DENT, LINE, POINT, NOT_A_NUMBER]


@st.composite
def convex_quads(draw: st.DrawFn) -> NDArray[np.float32]:
    """Clockwise convex quads: a point on each quarter of an ellipse's rim."""
    number = st.floats(0, 1, width=32)
    turns = np.array([draw(st.floats(0.05, 0.9)) for _ in range(4)]) + np.arange(4)
    angles = turns * np.pi / 2
    radii = np.array([4 + 200 * draw(number), 4 + 200 * draw(number)])
    centre = np.array([draw(st.floats(-500, 4000)), draw(st.floats(-500, 4000))])
    rim = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return (centre + radii * rim).astype(np.float32)


def test_box_and_area_of_a_tilted_square() -> None:
    diamond = np.array([[5, 0], [10, 5], [5, 10], [0, 5]], np.float32)
    assert quad_box(diamond).tolist() == [0, 0, 10, 10]
    assert quad_area(diamond) == 50
    assert quad_area(diamond[::-1]) == 50


def test_size_is_the_mean_of_opposite_edges() -> None:
    # Edges of 30 and 40 across.
    quad = np.array([[12, 8], [42, 8], [40, 24], [0, 24]], np.float32)
    # Left: (12, 16), which is 20 long. Right: (2, 16).
    assert quad_size(quad) == pytest.approx(((30 + 40) / 2, (20 + np.sqrt(260)) / 2))
    # Turned by the angle of the triangle 3, 4, 5: edges of 10 × 5 and 3 × 5.
    turned = np.array([[0, 0], [30, 40], [18, 49], [-12, 9]], np.float32)
    assert quad_size(turned) == pytest.approx((50, 15))
    assert quad_size(POINT) == (0, 0)


def test_iou_of_half_overlapping_squares_is_a_third() -> None:
    assert quad_iou(square(0, 0, 10), square(5, 0, 10)) == pytest.approx(50 / 150)


def test_iou_of_a_square_inside_another() -> None:
    assert quad_iou(square(0, 0, 10), square(2, 2, 5)) == pytest.approx(25 / 100)


def test_iou_of_apart_and_touching_squares_is_nothing() -> None:
    assert quad_iou(square(0, 0, 10), square(20, 20, 10)) == 0
    assert quad_iou(square(0, 0, 10), square(10, 0, 10)) == pytest.approx(0, abs=1e-6)


def test_iou_ignores_first_corner_and_sense() -> None:
    a, b = square(0, 0, 10), square(5, 0, 10)
    assert quad_iou(np.roll(a, 2, axis=0), b[::-1]) == pytest.approx(1 / 3)


@pytest.mark.parametrize("quad", BROKEN)
def test_broken_quads_share_nothing_and_cannot_be_cut(quad: NDArray[np.float32]) -> None:
    image = np.zeros((20, 20), np.uint8)
    assert quad_iou(quad, square(0, 0, 10)) == 0
    assert quad_iou(quad, quad) == 0
    assert not is_readable_quad(quad)
    with pytest.raises(ValueError, match="clockwise"):
        rectify(image, quad, 1, 32, 128)
    with pytest.raises(ValueError, match="clockwise"):
        from_plate(quad, quad)


def test_mirrored_quad_cannot_be_cut() -> None:
    with pytest.raises(ValueError, match="clockwise"):
        rectify(np.zeros((20, 20), np.uint8), square(0, 0, 10)[::-1], 1, 32, 128)


@given(convex_quads(), convex_quads())
@settings(max_examples=150, deadline=None)
def test_iou_is_symmetric_and_a_share(a: NDArray[np.float32], b: NDArray[np.float32]) -> None:
    iou = quad_iou(a, b)
    assert 0 <= iou <= 1
    assert quad_iou(b, a) == pytest.approx(iou, abs=1e-3)
    assert quad_iou(a, a) == pytest.approx(1, abs=1e-3)


@given(convex_quads(), st.floats(0.1, 1))
@settings(max_examples=60, deadline=None)
def test_iou_with_a_shrunken_copy_is_the_share_of_area(
    quad: NDArray[np.float32], scale: float
) -> None:
    centre = quad.mean(axis=0)
    small = (centre + scale * (quad - centre)).astype(np.float32)
    assert quad_iou(quad, small) == pytest.approx(scale**2, abs=5e-3)


def test_rescaling_keeps_edges_at_edges() -> None:
    """A picture of 10 × 4 pixels spans -0.5 … 9.5 and -0.5 … 3.5; twice as wide and half as high 20 × 2."""
    corners = np.array([[-0.5, -0.5], [9.5, -0.5], [9.5, 3.5], [4.5, 1.5]], np.float32)
    larger = rescale(corners, (8, 6), (4, 12))
    assert larger.tolist() == [[-0.5, -0.5], [19.5, -0.5], [19.5, 1.5], [9.5, 0.5]]
    assert larger.dtype == np.float32


def test_quads_are_stacked() -> None:
    stacked = stack_quads(square(0, 0, 10 + k) for k in range(3))
    assert stacked.shape == (3, 4, 2)
    assert stacked.dtype == np.float32
    assert stacked[2].tolist() == square(0, 0, 12).tolist()
    assert stack_quads([]).shape == (0, 4, 2)


def checker(rows: int, columns: int, cell: int) -> NDArray[np.uint8]:
    cells = np.indices((rows, columns)).sum(axis=0) % 2 * 255
    return np.kron(cells, np.ones((cell, cell))).astype(np.uint8)


def test_rectify_puts_every_cell_of_a_checker_in_its_place() -> None:
    """A plate of 4x16 cells fills a picture; margins repeat its border."""
    height, width = 32, 128
    crop = rectify(checker(4, 16, 20), whole(320, 80), 1, height, width)
    assert crop.shape == (height, width)
    assert crop.dtype == np.uint8
    for row in range(4):
        for column in range(16):
            y = ((row + 0.5) / 4 + MARGIN_Y) / (1 + 2 * MARGIN_Y) * height - 0.5
            x = ((column + 0.5) / 16 + MARGIN_X) / (1 + 2 * MARGIN_X) * width - 0.5
            assert crop[round(y), round(x)] == 255 * ((row + column) % 2)


@given(
    st.lists(st.floats(-12, 12, width=32), min_size=8, max_size=8),
    st.sampled_from([1.0, 2.5, 9.0]),
)
@settings(max_examples=40, deadline=None)
def test_rectify_undoes_a_warp(shifts: list[float], scale: float) -> None:
    """However the plate lies and however large it is in the picture, the crop is the same."""
    plate = np.asarray(cv2.GaussianBlur(checker(2, 8, 16), (0, 0), 3), np.uint8)
    corners = np.array([[60, 60], [188, 60], [188, 92], [60, 92]]) + np.reshape(shifts, (4, 2))
    quad = (corners * scale).astype(np.float32)
    side = round(250 * scale)
    matrix = cv2.getPerspectiveTransform(whole(128, 32), quad)
    scene = cv2.warpPerspective(plate, matrix, (side, side), borderMode=cv2.BORDER_REPLICATE)
    expected = rectify(plate, whole(128, 32), 1, 32, 128).astype(int)
    found = rectify(scene.astype(np.uint8), quad, 1, 32, 128).astype(int)
    assert np.abs(found - expected).mean() < 6


def test_a_frame_says_what_is_cut() -> None:
    """A quarter of the width beyond the left edge to the middle, a half of the height beyond both edges, 1:1."""
    image = np.random.default_rng(1).integers(0, 256, (100, 200), dtype=np.uint8)
    quad = np.array([[59.5, 29.5], [139.5, 29.5], [139.5, 49.5], [59.5, 49.5]], np.float32)
    # 80×20 pixels from column 60 and row 30: the frame is columns 40 to 99 and rows 20 to 59.
    found = cut(image, quad, (-0.25, -0.5, 0.5, 1.5), 40, 60)
    assert np.array_equal(found, image[20:60, 40:100])
    # And at half the size the mean of each block of four.
    blocks = image[20:60, 40:100].reshape(20, 2, 30, 2).mean((1, 3))
    half = cut(image, quad, (-0.25, -0.5, 0.5, 1.5), 20, 30)
    assert np.abs(half - blocks).max() <= 0.5


def test_a_frame_around_a_large_plate_shows_what_is_really_there() -> None:
    """A plate so large that its surroundings are averaged down first: none of the frame may be cut off by that."""
    image = np.zeros((1800, 3000), np.uint8)
    image[100:1700, 340:2660] = 255
    # 2000×1000 pixels from column 500 and row 400. The light part reaches 160 pixels, 0.08 of the width, beyond the
    # plate's sides and 300, 0.30 of the height, above and below; the frame reaches 300 and 350.
    quad = square(0, 0, 1) * np.array([2000, 1000], np.float32) + np.array([499.5, 399.5])
    found = cut(image, quad.astype(np.float32), (-0.15, -0.35, 1.15, 1.35), 68, 130)
    # Each pixel of the canvas is 20×25 of the picture: 7 columns and 2 rows of black on each side.
    assert (found[:, :6] == 0).all()
    assert (found[:, 124:] == 0).all()
    assert (found[:1] == 0).all()
    assert (found[67:] == 0).all()
    assert (found[3:65, 8:122] == 255).all()


def test_two_lines_lie_side_by_side() -> None:
    plate = np.zeros((80, 150), np.uint8)
    plate[40:] = 200
    plate[:, :10] = 100
    crop = rectify(plate, whole(150, 80), 2, 32, 128)
    assert crop.shape == (32, 128)
    assert (crop[:28, 10:63] == 0).all()
    assert (crop[4:, 74:] == 200).all()
    assert (crop[:, [1, 65]] == 100).all()
    # each half reaches 3% of the plate's height over the middle: 0.03 / 0.59 of 32 rows
    assert crop[31, 40] == 200
    assert crop[0, 100] == 0


def test_two_lines_fill_an_odd_canvas() -> None:
    assert rectify(checker(2, 4, 20), whole(80, 40), 2, 33, 129).shape == (33, 129)


def test_a_plate_has_one_or_two_lines() -> None:
    with pytest.raises(ValueError, match="not 3"):
        rectify(checker(2, 2, 9), whole(18, 18), 3, 32, 128)


@pytest.mark.parametrize("size", [256, 600, 1300, 5000])
def test_fine_stripes_become_grey_instead_of_false_stripes(size: int) -> None:
    """Stripes of one pixel, far finer than the canvas: sampled without averaging they beat."""
    stripes = np.tile(np.array([0, 255], np.uint8), (size // 4, size // 2))
    crop = rectify(stripes, whole(size, size // 4), 1, 32, 64)
    assert np.ptp(crop[4:-4, 8:-8].astype(int)) < 60


@pytest.mark.parametrize("size", [(128, 32), (700, 200), (5120, 1280)])
def test_the_crop_is_centred_however_large_the_plate(size: tuple[int, int]) -> None:
    """An edge in the plate's middle, dark to light: the two sides of the crop must add up."""
    width, height = size
    position = (np.arange(width) + 0.5) / width - 0.5
    row = np.clip(127.5 + 255 * 25 * position, 0, 255).round().astype(np.uint8)
    crop = rectify(np.tile(row, (height, 1)), whole(width, height), 1, 32, 128).astype(int)
    assert np.abs(crop + crop[:, ::-1] - 255).max() <= 3  # each halving rounds


def test_quads_partly_and_wholly_outside_repeat_the_border() -> None:
    image = np.full((40, 40), 90, np.uint8)
    for x, y, side in [(-20, -20, 40), (30, 10, 500), (5000, 5000, 60), (-3000, 0, 900)]:
        assert (rectify(image, square(x, y, side), 1, 32, 128) == 90).all()


def test_a_large_picture_is_cut_where_the_quad_is() -> None:
    """A light plate on dark, in a picture wider than OpenCV 4 can warp from."""
    image = np.zeros((40, 40_000), np.uint8)
    image[10:30, 39_000:39_100] = 255
    quad = square(0, 0, 1) * np.array([100, 20], np.float32) + np.array([38_999.5, 9.5])
    crop = rectify(image, quad.astype(np.float32), 1, 32, 128)
    assert (crop[4:-4, 6:-6] == 255).all()
    assert (crop[0] == 0).all()


def test_cover_is_of_the_smaller_one() -> None:
    # 10×10 inside 20×20, half of it beyond the edge: 50 of 100.
    assert quad_cover(square(15, 0, 10), square(0, 0, 20)) == pytest.approx(0.5)
    assert quad_cover(square(0, 0, 20), square(15, 0, 10)) == pytest.approx(0.5)
    assert quad_cover(square(5, 5, 4), square(0, 0, 20)) == pytest.approx(1)
    assert quad_cover(square(0, 0, 10), square(30, 0, 10)) == 0
    assert quad_cover(square(5, 5, 4)[::-1], square(0, 0, 20)) == pytest.approx(1)


@pytest.mark.parametrize("broken", BROKEN)
def test_quads_that_are_none_cover_nothing(broken: NDArray[np.float32]) -> None:
    assert quad_cover(broken, square(0, 0, 20)) == quad_cover(square(0, 0, 20), broken) == 0


def test_plate_coordinates_by_hand() -> None:
    plate = np.array([[100, 50], [200, 50], [200, 70], [100, 70]], np.float32)
    points = np.array([[100, 50], [150, 60], [175, 45], [210, 75]], np.float32)
    own = np.array([[0, 0], [0.5, 0.5], [0.75, -0.25], [1.1, 1.25]])
    assert to_plate(points, plate) == pytest.approx(own, abs=1e-5)
    assert from_plate(own.astype(np.float32), plate) == pytest.approx(points, abs=1e-3)


def test_plate_coordinates_are_in_perspective() -> None:
    # The right edge is seen half as high as the left one, so it is twice as far away: the diagonals cross at the
    # plate's middle, two thirds of the way along.
    plate = np.array([[0, 0], [30, 5], [30, 15], [0, 20]], np.float32)
    middle = from_plate(np.array([[0.5, 0.5]], np.float32), plate)
    assert middle == pytest.approx(np.array([[20, 10]]), abs=1e-4)
    assert to_plate(middle, plate) == pytest.approx(np.array([[0.5, 0.5]]), abs=1e-5)


@given(convex_quads())
def test_a_plate_s_corners_are_those_of_the_unit_square(quad: NDArray[np.float32]) -> None:
    if not is_readable_quad(quad):
        return
    corners = from_plate(UNIT_SQUARE, quad)
    assert corners.dtype == np.float32
    assert corners == pytest.approx(quad, rel=1e-4, abs=0.05)


@pytest.mark.parametrize("broken", BROKEN)
def test_what_is_no_plate_has_no_coordinates(broken: NDArray[np.float32]) -> None:
    for change in (to_plate, from_plate):
        with pytest.raises(ValueError, match="convex"):
            change(UNIT_SQUARE, broken)
