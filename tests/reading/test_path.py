"""The way of a plate: few places, the first and the last exact."""

from hypothesis import given, settings
from hypothesis import strategies as st

from src.reading.path import MOST_PLACES, Path
from tests.reading.made import quad


def test_a_plate_that_stands_is_one_place() -> None:
    path = Path(0, quad(100))
    for n in range(1, 1000):
        path.add(n, quad(100 + n % 3))
    first, last = path.places()
    assert (first.seconds, first.x, first.width) == (0, 100, 80)
    assert (last.seconds, last.x) == (999, 100)


def test_places_are_half_a_plate_apart() -> None:
    path = Path(0, quad(0))
    for n in range(1, 101):
        path.add(n, quad(n))
    assert [place.x for place in path.places()] == [0, 41, 82, 100]


def test_a_plate_that_grows_in_its_place_is_seen_to() -> None:
    path = Path(0, quad(100, width=80))
    path.add(1, quad(100, width=100))
    path.add(2, quad(100, width=101))
    assert [place.width for place in path.places()] == [80, 100, 101]


def test_earlier_and_later_parts_are_one_way() -> None:
    early, late = Path(0, quad(0)), Path(5, quad(500))
    early.add(1, quad(100))
    late.add(6, quad(600))
    late.merge(early)
    assert [place.x for place in late.places()] == [0, 100, 500, 600]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=400), st.booleans())
def test_however_long_it_is_it_stays_short(xs: list[int], merged: bool) -> None:
    path = Path(0, quad(xs[0]))
    for n, x in enumerate(xs[1:], start=1):
        path.add(n, quad(x))
    if merged:
        path.merge(Path(-1, quad(7)))
    places = path.places()
    assert len(places) <= MOST_PLACES + 1
    assert places[0].x == (7 if merged else xs[0])
    assert places[-1].x == xs[-1]
    assert list(places) == sorted(places)
