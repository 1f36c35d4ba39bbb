"""Which way a plate went, and what that is called."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.reading.cameras.heading import COMPASS, direction, heading, rests, stands
from src.reading.path import Place


def way(*places: tuple[float, float, float]) -> list[Place]:
    return [Place(float(n), *place) for n, place in enumerate(places)]


@pytest.mark.parametrize(
    ("end", "degrees", "name"),
    [
        ((100, 0), 0, "up"),
        ((200, 100), 90, "right"),
        ((100, 200), 180, "down"),
        ((0, 100), 270, "left"),
        ((170, 200), 145, "down"),
        ((130, 100), None, None),
    ],
)
def test_compass(end: tuple[float, float], degrees: float | None, name: str | None) -> None:
    path = way((100, 100, 50), (*end, 50))
    went = heading(path)
    assert went == (None if degrees is None else pytest.approx(degrees, abs=0.1))
    assert direction(path, COMPASS) == name


def test_names_are_those_of_the_file() -> None:
    down, up = way((0, 0, 50), (0, 200, 50)), way((0, 200, 50), (0, 0, 50))
    names = {"in": 170.0, "out": 350.0}
    assert [direction(path, names) for path in (down, up)] == ["in", "out"]
    assert direction(way((0, 0, 50), (200, 0, 50)), names) is None
    nearer = {"in": "approaching", "out": "leaving"}
    assert direction(way((0, 0, 50), (0, 9, 61)), nearer) == "in"
    assert direction(way((0, 0, 61), (0, 9, 50)), nearer) == "out"
    assert direction(way((0, 0, 50), (0, 9, 55)), nearer) is None


@given(st.floats(0, 360), st.floats(60, 1000))
def test_every_way_is_found(degrees: float, far: float) -> None:
    angle = math.radians(degrees)
    went = heading(way((0, 0, 50), (far * math.sin(angle), -far * math.cos(angle), 50)))
    assert went is not None
    assert abs((went - degrees + 180) % 360 - 180) < 0.01


def test_what_moves_and_comes_back_did_not_stand() -> None:
    assert stands(way((0, 0, 50), (10, 0, 55)))
    assert not stands(way((0, 0, 50), (20, 0, 50)))
    assert not stands(way((0, 0, 50), (90, 0, 50), (0, 0, 50)))
    # It comes straight at the camera.
    assert not stands(way((0, 0, 50), (5, 0, 65)))


def test_what_came_to_rest_has_not_moved_for_two_seconds() -> None:
    came = [Place(0.0, 0, 0, 50), Place(1.0, 100, 0, 50)]
    assert not rests(came)
    assert not rests([*came, Place(2.5, 110, 0, 50), Place(2.6, 150, 0, 50)])
    assert rests([*came, Place(4.0, 105, 0, 50)])
    assert rests(came[:1])
