"""Views of plates."""

import numpy as np
import pytest

from src.common.geometry import is_readable_quad
from src.generators.pose import LEAST_HEIGHT, filling_quad, seen_quad


@pytest.mark.parametrize("width", [30.0, 120.0, 400.0])
@pytest.mark.parametrize("aspect", [1.9, 4.5])
def test_views_are_plates_of_the_width_asked_for(aspect: float, width: float) -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        quad = seen_quad(rng, aspect, width)
        assert quad.shape == (4, 2)
        assert quad.dtype == np.float32
        assert is_readable_quad(quad)  # convex, clockwise: not seen from behind
        upper, lower = np.hypot(*(quad[1] - quad[0])), np.hypot(*(quad[2] - quad[3]))
        assert max(upper, lower) == pytest.approx(width, rel=1e-4)


def test_views_lie_around_the_origin() -> None:
    rng = np.random.default_rng(2)
    centres = np.array([seen_quad(rng, 4.5, 100).mean(0) for _ in range(200)])
    assert np.abs(centres).max() < 15


def test_plates_are_read_from_left_to_right() -> None:
    rng = np.random.default_rng(3)
    along = np.array([q[1] - q[0] for q in (seen_quad(rng, 4.5, 100) for _ in range(300))])
    assert (along[:, 0] > 0).mean() > 0.98


def test_large_plates_are_seen_straighter() -> None:
    def tilt(width: float) -> float:
        rng = np.random.default_rng(4)
        quads = (seen_quad(rng, 4.5, width) for _ in range(300))
        return float(np.mean([abs(np.arctan2(*(q[1] - q[0])[::-1])) for q in quads]))

    assert tilt(300) < 0.7 * tilt(60)


def test_views_are_seeded() -> None:
    first, second = (seen_quad(np.random.default_rng(5), 3.0, 80) for _ in range(2))
    assert np.array_equal(first, second)


@pytest.mark.parametrize(("aspect", "rows", "columns"), [(4.5, 128, 128), (1.9, 60, 256)])
def test_filling_quads_span_the_picture(aspect: float, rows: int, columns: int) -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        quad = filling_quad(rng, aspect, rows, columns)
        assert is_readable_quad(quad)
        span = np.ptp(quad, axis=0) / np.array([columns, rows])
        assert 0.8 <= span.max() <= 1.25
        assert quad.min() >= -0.2 * rows
        assert (quad <= np.array([1.1 * columns, 1.2 * rows])).all()


def shape_of(quad: np.ndarray) -> tuple[float, float, float]:
    """Turn of the long edges, shear (both in degrees) and width over height of the parallelogram next to a quad."""
    along, down = (
        (quad[1] - quad[0] + quad[2] - quad[3]) / 2,
        (quad[3] - quad[0] + quad[2] - quad[1]) / 2,
    )
    turn, fall = (np.degrees(np.arctan2(y, x)) for x, y in (along, down))
    area = abs(along[0] * down[1] - along[1] * down[0])
    return float(turn), float(fall - turn - 90), float(along @ along / area)


def test_steep_views_are_covered_and_straight_ones_the_majority() -> None:
    rng = np.random.default_rng(6)
    turns, shears, aspects = np.array([shape_of(seen_quad(rng, 4.545, 100)) for _ in range(4000)]).T
    for angles in (turns, shears):
        low, high = np.percentile(angles, (2, 98))
        assert low < -45
        assert high > 45
    assert np.percentile(aspects, 98) > 9.5
    assert np.percentile(aspects, 2) < 3.6
    assert np.mean((abs(turns) < 20) & (abs(shears) < 12)) > 0.55


def test_nobody_is_squeezed_beyond_reading() -> None:
    rng = np.random.default_rng(7)
    heights = []
    for _ in range(1000):
        quad = seen_quad(rng, 4.545, 50)
        heights.append(50 / shape_of(quad)[2])
    # Straight on it would be 11 px high; what is left is squeezed to LEAST_HEIGHT and then seen from an angle.
    assert np.percentile(heights, 1) > 0.6 * LEAST_HEIGHT
