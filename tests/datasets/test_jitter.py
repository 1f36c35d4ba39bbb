"""Corner jitter."""

import numpy as np
import pytest

from src.common.geometry import is_readable_quad
from src.datasets.jitter import jitter_corners

QUAD = np.array([[0, 0], [100, 0], [100, 20], [0, 20]], np.float32)


def test_jitter_has_the_deviation_asked_for() -> None:
    rng = np.random.default_rng(1)
    moved = np.array([jitter_corners(rng, QUAD, 0.05) - QUAD for _ in range(4000)])
    # A twentieth of a height of 20 px is one pixel; the parts add up in squares.
    across = np.sqrt(0.7**2 + 0.8**2 + 1.0**2 + 0.4**2)
    down = np.sqrt(0.6**2 + 0.8**2 + 0.5**2 + 0.4**2)
    assert moved[..., 0].std(0) == pytest.approx(np.full(4, across), abs=0.08)
    assert moved[..., 1].std(0) == pytest.approx(np.full(4, down), abs=0.08)
    assert moved.mean(0) == pytest.approx(np.zeros((4, 2)), abs=0.1)


def test_a_slant_moves_the_upper_edge_against_the_lower() -> None:
    rng = np.random.default_rng(1)
    moved = np.array([jitter_corners(rng, QUAD, 0.05) - QUAD for _ in range(4000)])[..., 0]
    slant = (moved[:, 2:].mean(1) - moved[:, :2].mean(1)) / 2
    assert slant.std() == pytest.approx(np.sqrt(1.0 + 0.4**2 / 4), abs=0.06)


def test_no_error_moves_nothing() -> None:
    assert jitter_corners(np.random.default_rng(1), QUAD, 0.0) == pytest.approx(QUAD, abs=1e-3)


@pytest.mark.parametrize("share", [0.3, 1.0, 3.0])
def test_plates_stay_plates(share: float) -> None:
    rng = np.random.default_rng(2)
    for _ in range(300):
        assert is_readable_quad(jitter_corners(rng, QUAD, share))


def test_a_plate_too_small_to_have_corners_stays_where_it_is() -> None:
    tiny = QUAD * np.float32(0.004)
    assert jitter_corners(np.random.default_rng(1), tiny, 0.5) is tiny
