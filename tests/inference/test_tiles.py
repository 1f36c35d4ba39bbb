"""Large pictures are searched in tiles: whatever lies in them is found once, in its place, at a bounded cost."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.architectures.localizers.corner_detector.network import CornerDetector
from src.inference.detection import Detection
from src.inference.search import MAX_CANDIDATES, MAX_TILED, find_plates
from src.inference.tiles import (
    CELL,
    FINEST,
    LEAST_WIDTH,
    MAX_SEEN,
    MAX_STEP,
    MIN_STEP,
    OVERLAP,
    TILE,
    Level,
    detect_in_tiles,
    plan_levels,
)

LARGEST = OVERLAP - 8
SIZES = [(2160, 3840), (3840, 2160), (1000, 12000), (12000, 1000), (6000, 8000), (2000, 25000)]


def scene(height: int, width: int, marks: list[tuple[int, int, int, int]]) -> np.ndarray:
    """A picture whose ground is lively everywhere, up to 120, with white marks: left, top, width, height."""
    ground = np.random.default_rng(1).integers(0, 120, (height // 8 + 1, width // 8 + 1))
    image = np.kron(ground.astype(np.uint8), np.ones((8, 8), np.uint8))[:height, :width]
    for x, y, w, h in marks:
        image[y : y + h, x : x + w] = 255
    return image


def corners(x: float, y: float, w: float, h: float) -> np.ndarray:
    return np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]], np.float32) - np.float32(0.5)


def locate(image: np.ndarray) -> list[Detection]:
    """A localizer that finds white rectangles, also what a picture's edge has left of one."""
    white = (image > 200).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(white)
    return [Detection(corners(*map(float, row[:4])), 0.9, 1) for row in stats[1:]]


def full_level(height: int, width: int) -> Level:
    """The tiles of a picture at full size, which are those of the finest level of one twice as large."""
    level = plan_levels(round(height / FINEST), round(width / FINEST), 0.1)[-1]
    assert (level.height, level.width) == (height, width)
    return level


def nothing(_: np.ndarray) -> list[Detection]:
    return []


def watched(localize: Callable[[np.ndarray], list[Detection]], shapes: list[tuple[int, int]]):
    def run(image: np.ndarray) -> list[Detection]:
        shapes.append(image.shape)
        return localize(image)

    return run


@settings(max_examples=60, deadline=None)
@given(
    size=st.sampled_from([(1500, 2300), (2300, 1500), (400, 5000), (5000, 400)]),
    mark=st.tuples(st.integers(LEAST_WIDTH[1], LARGEST), st.integers(4, LARGEST)),
    place=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    near_edge=st.integers(-LARGEST, LARGEST) | st.none(),
)
def test_a_plate_anywhere_is_found_once_with_exact_corners(
    size: tuple[int, int], mark: tuple[int, int], place: tuple[float, float], near_edge: int | None
) -> None:
    height, width = size
    w, h = mark
    level = full_level(*size)
    x, y = round(place[0] * (width - w)), round(place[1] * (height - h))
    if near_edge is not None:  # across the edge of the first tile, by as much as there may be
        _, _, x2, y2 = level.tiles[0]
        x = min(max(x2 + near_edge, 0), width - w) if x2 < width else x
        y = min(max(y2 + near_edge, 0), height - h) if y2 < height else y
    (found,) = detect_in_tiles(locate, scene(height, width, [(x, y, w, h)]), level)
    assert np.array_equal(found.quad, corners(x, y, w, h))


def test_corners_of_a_shrunken_level_come_back_exactly() -> None:
    # 0.4 of the full size: marks whose sides are multiples of 5 lie on whole pixels there.
    image = scene(2000, 5000, [(100, 50, 200, 60), (2455, 900, 210, 70), (4800, 1940, 200, 60)])
    level = Level(800, 2000, [(0, 0, 1080, 800), (920, 0, 2000, 800)])
    found = sorted(
        (d.quad for d in detect_in_tiles(locate, image, level)), key=lambda q: float(q[0, 0])
    )
    expected = [(100, 50, 200, 60), (2455, 900, 210, 70), (4800, 1940, 200, 60)]
    assert len(found) == 3
    for quad, mark in zip(found, expected, strict=True):
        assert quad == pytest.approx(corners(*mark), abs=1e-3)


def test_what_an_edge_cuts_is_left_to_the_tile_that_sees_it_whole() -> None:
    level = Level(300, 2000, [(0, 0, 1080, 300), (920, 0, 2000, 300)])
    shapes: list[tuple[int, int]] = []
    (found,) = detect_in_tiles(
        watched(locate, shapes), scene(300, 2000, [(1000, 100, 120, 30)]), level
    )
    assert len(shapes) == 2
    assert np.array_equal(found.quad, corners(1000, 100, 120, 30))
    # Only what the picture itself cuts is all that there is.
    (found,) = detect_in_tiles(locate, scene(300, 2000, [(1900, 100, 100, 30)]), level)
    assert np.array_equal(found.quad, corners(1900, 100, 100, 30))


@pytest.mark.parametrize("size", [*SIZES, (8900, 8900), (1, 100_000), (50, 80_000), (700, 1000)])
def test_levels_cover_the_picture_within_the_budget(size: tuple[int, int]) -> None:
    coarsest = 640 / max(size)
    levels = plan_levels(*size, coarsest)
    assert sum(level.seen for level in levels) <= MAX_SEEN
    before = coarsest * max(size)
    for level in levels:
        longest = max(level.height, level.width)
        assert MIN_STEP * 0.95 <= longest / before <= MAX_STEP * 1.01 or len(levels) > 1
        before = longest
        covered = np.zeros((-(-level.height // 10), -(-level.width // 10)), bool)
        for x1, y1, x2, y2 in level.tiles:
            assert 0 <= x1 < x2 <= level.width
            assert 0 <= y1 < y2 <= level.height
            assert max(x2 - x1, y2 - y1) <= TILE
            covered[y1 // 10 : -(-y2 // 10), x1 // 10 : -(-x2 // 10)] = True
        assert covered.all()
    # What is not looked at as closely as it should be is looked at with two thirds of what is allowed or more.
    if size[0] * size[1] * FINEST**2 > MAX_SEEN:
        assert sum(level.seen for level in levels) > MAX_SEEN * 2 / 3


def test_plates_that_are_too_small_to_read_are_left_out() -> None:
    level = full_level(1100, 3000)
    for lines, least in LEAST_WIDTH.items():
        for width in (least - 1, least):

            def told(image: np.ndarray, width: int = width, lines: int = lines) -> list[Detection]:
                return [Detection(d.quad, d.score, lines) for d in locate(image)]

            found = detect_in_tiles(told, scene(1100, 3000, [(500, 400, width, 12)]), level)
            assert len(found) == (width >= least)


@pytest.mark.parametrize("size", [(1080, 1920), (2160, 3840), (4000, 6000)])
def test_large_pictures_are_searched_at_the_scale_that_readable_plates_need(
    size: tuple[int, int],
) -> None:
    level = plan_levels(*size, 640 / max(size))[-1]
    assert level[:2] == (round(size[0] * FINEST), round(size[1] * FINEST))
    # Plates are found from 24 pixels on, as the localizer learned them.
    assert LEAST_WIDTH[1] * FINEST >= 24


@pytest.mark.parametrize("size", SIZES)
def test_the_localizer_sees_no_more_than_the_budget(size: tuple[int, int]) -> None:
    shapes: list[tuple[int, int]] = []
    find_plates(watched(nothing, shapes), scene(*size, []), [128, 256, 640])
    assert shapes[2:]
    assert max(max(shape) for shape in shapes[3:]) <= TILE
    assert CornerDetector.multiple == CELL  # what a tile is padded to is what is counted
    assert sum(h * w for h, w in shapes[3:]) <= MAX_SEEN


@pytest.mark.parametrize(
    ("size", "seen"),
    [
        ((256, 256), [128, 256]),
        ((360, 480), [128, 384]),
        ((480, 640), [128, 448]),
        ((640, 33), [128, 448]),
        ((600, 800), [128, 256, 560]),
        ((720, 1280), [128, 256, 640]),
        ((1080, 1920), [128, 256, 960]),
        ((2160, 3840), [128, 256, 640, 1080, 1080]),
    ],
)
def test_passes_are_no_finer_than_needed_and_far_apart(
    size: tuple[int, int], seen: list[int]
) -> None:
    shapes: list[tuple[int, int]] = []
    find_plates(watched(nothing, shapes), scene(*size, []), [128, 256, 640])
    assert sorted(max(shape) for shape in shapes) == seen
    if max(seen) <= 640:
        assert shapes[::-1] == [
            tuple(max(1, round(side * long / max(size))) for side in size) for long in seen
        ]


def test_flat_tiles_are_not_searched_and_flat_margins_are_cut_off() -> None:
    image = np.full((1100, 3000), 130, np.uint8)
    image[:, 2000:] += np.arange(1000, dtype=np.uint16).astype(np.uint8)[None] // 64  # a faint haze
    image[400:440, 500:620] = 20
    image[410:430, 510:610] = 255
    shapes: list[tuple[int, int]] = []
    (found,) = detect_in_tiles(watched(locate, shapes), image, full_level(1100, 3000))
    assert np.array_equal(found.quad, corners(510, 410, 100, 20))
    assert len(shapes) == 1
    assert max(shapes[0]) <= 8 * CELL


def test_faint_plates_are_not_flat() -> None:
    image = np.full((1100, 3000), 60, np.uint8)
    image[500:524, 1000:1100] = 74
    level = full_level(1100, 3000)
    shapes: list[tuple[int, int]] = []
    detect_in_tiles(watched(nothing, shapes), image, level)
    assert shapes


def test_proposals_are_bounded_and_those_of_the_whole_picture_keep_their_places() -> None:
    def many(image: np.ndarray) -> list[Detection]:
        whole = max(image.shape) <= 640
        return [
            Detection(
                corners(20 + 28 * (n % 8), 20 + 16 * (n // 8), 24, 8), 0.3 if whole else 0.9, 1
            )
            for n in range(60)
        ]

    found = find_plates(many, scene(2160, 3840, []), [128, 256, 640])
    assert [d.score for d in found] == [0.3] * MAX_CANDIDATES + [0.9] * MAX_TILED
    assert [d.tiled for d in found] == [False] * MAX_CANDIDATES + [True] * MAX_TILED


def test_what_is_small_for_its_picture_is_told() -> None:
    # At 640 pixels of 1920 these are 27 and 29 wide: the first of them only a closer look finds.
    image = scene(1080, 1920, [(300, 300, 80, 20), (900, 700, 88, 20)])
    found = find_plates(locate, image, [128, 256, 640])
    closer = [d for d in found if abs(float(np.ptp(d.quad[:, 0])) - 84) < 6][-2:]
    assert sorted((float(d.quad[0, 0]) > 600, d.tiled) for d in closer) == [
        (False, True),
        (True, False),
    ]


def test_without_long_sides_the_picture_is_searched_once() -> None:
    shapes: list[tuple[int, int]] = []
    find_plates(watched(nothing, shapes), scene(1000, 3000, []), [])
    assert shapes == [(1000, 3000)]
