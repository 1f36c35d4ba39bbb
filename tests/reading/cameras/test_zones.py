"""Zones in which a plate was, and masks that hide what is not to be read."""

import numpy as np

from src.reading.cameras.zones import area, black_out, visited
from src.reading.path import Place

LEFT = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
CORNER = ((0.5, 0.5), (1.0, 0.5), (1.0, 1.0))
ZONES = {"left": LEFT, "corner": CORNER}


def way(*points: tuple[float, float]) -> list[Place]:
    return [Place(float(n), x, y, 20) for n, (x, y) in enumerate(points)]


def test_zones_come_in_the_order_in_which_they_were_entered() -> None:
    assert visited(ZONES, way((180, 60), (99, 50), (10, 90)), 100, 200) == ("corner", "left")
    assert visited(ZONES, way((10, 10), (180, 60), (10, 10)), 100, 200) == ("left", "corner")
    # Inside the triangle's box and outside the triangle.
    assert visited(ZONES, way((110, 95)), 100, 200) == ()
    assert visited({}, way((10, 10)), 100, 200) == ()


def test_shares_hold_at_any_size() -> None:
    for scale in (1, 4):
        assert visited(ZONES, way((99 * scale, 5)), 100 * scale, 200 * scale) == ("left",)
        assert visited(ZONES, way((101 * scale, 5)), 100 * scale, 200 * scale) == ()


def test_area_is_a_share_of_the_picture() -> None:
    assert area(LEFT) == 0.5
    assert area(CORNER) == 0.125


def test_masks_are_black_and_nothing_else_is() -> None:
    picture = np.full((100, 200), 90, np.uint8)
    hidden = black_out(picture, [LEFT])
    assert (hidden[:, :99] == 0).all()
    assert (hidden[:, 102:] == 90).all()
    assert (picture == 90).all()
    assert black_out(picture, []) is picture
