"""One answer per vehicle: tracks, gaps, returns, and what is dropped."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.inference.reader import Reading
from src.reading.tracker import VISIT_S, Tracker
from src.reading.tracks import Track, match
from src.reading.votes import SURE, Vehicle
from tests.reading.made import SWISS, reading, sighting


def follow(
    frames: Mapping[int, Sequence[Reading]], count: int = 0, least: float = 0.4
) -> list[Vehicle]:
    """Track frames by number, ten a second; those that are not named are empty."""
    tracker, vehicles = Tracker(SWISS, least), []
    for frame in range(max([count, *(n + 1 for n in frames)])):
        vehicles += tracker.add(frame, frame / 10, frames.get(frame, ()))
    return vehicles + tracker.finish()


def texts(vehicles: Sequence[Vehicle]) -> list[str]:
    return [vehicle.reading.text for vehicle in vehicles]


def test_nothing_seen_is_no_vehicle() -> None:
    assert follow({}, count=30) == []


def test_a_plate_that_moves_is_one_vehicle() -> None:
    (vehicle,) = follow({n: [reading("ZH42", 0.9, x=20.0 * n)] for n in range(10)})
    assert (vehicle.first, vehicle.last, vehicle.frames) == (0.0, 0.9, 10)


def test_misreadings_on_the_way_belong_to_the_same_vehicle() -> None:
    says = ["ZH42", "ZH47", "ZH42", "2H4", "ZH42"]
    confidence = [0.9, 0.5, 0.9, 0.5, 0.9]
    frames = {
        n: [reading(t, c, x=15.0 * n)]
        for n, (t, c) in enumerate(zip(says, confidence, strict=True))
    }
    (vehicle,) = follow(frames)
    assert vehicle.reading.text == "ZH42"
    assert vehicle.frames == 5


def test_a_fast_plate_is_expected_where_it_will_be() -> None:
    # It moves by more than its own width from frame to frame, and its text changes in each.
    says = ["ZH42", "ZH42", "ZH47", "ZH41", "ZH42"]
    frames = {n: [reading(t, 0.7, x=110.0 * n)] for n, t in enumerate(says)}
    (vehicle,) = follow(frames)
    assert (vehicle.reading.text, vehicle.frames) == ("ZH42", 5)


def test_gaps_do_not_end_a_track() -> None:
    frames = {n: [reading("ZH42", 0.6, x=10.0 * n)] for n in (0, 1, 8, 9, 15)}
    (vehicle,) = follow(frames)
    assert (vehicle.frames, vehicle.last) == (5, 1.5)


def test_gaps_are_measured_by_the_frames_that_are_read() -> None:
    # One frame in four seconds: what stands still in three of them is one vehicle, whatever the digits.
    tracker = Tracker(SWISS, 0.0)
    for n, text in enumerate(["ZH42", "ZH47", "ZH42"]):
        assert tracker.add(100 * n, 4.0 * n, [reading(text, 0.7)]) == []
    assert [v.frames for v in tracker.finish()] == [3]


def test_two_cars_side_by_side_stay_two() -> None:
    frames = {
        n: [reading("ZH42", 0.9, x=10.0 * n), reading("ZH47", 0.9, x=100 + 10.0 * n)]
        for n in range(8)
    }
    assert texts(follow(frames)) == ["ZH42", "ZH47"]


def test_cars_that_pass_each_other_keep_their_texts() -> None:
    frames = {
        n: [reading("ZH42", 0.9, x=40.0 * n), reading("BE77", 0.9, x=280 - 40.0 * n)]
        for n in range(8)
    }
    vehicles = follow(frames)
    assert sorted(texts(vehicles)) == ["BE77", "ZH42"]
    assert [vehicle.frames for vehicle in vehicles] == [8, 8]


def test_a_car_that_takes_the_place_of_another_is_another() -> None:
    frames = {n: [reading("ZH42" if n < 5 else "BE911", 0.95)] for n in range(10)}
    vehicles = follow(frames)
    assert texts(vehicles) == ["ZH42", "BE911"]
    assert [vehicle.frames for vehicle in vehicles] == [5, 5]


@pytest.mark.parametrize(("confidence", "kept"), [(SURE - 0.01, 0), (SURE, 1)])
def test_a_single_frame_has_to_be_sure(confidence: float, kept: int) -> None:
    assert len(follow({3: [reading("ZH42", confidence)]})) == kept


@pytest.mark.parametrize(("confidence", "kept"), [(0.39, 0), (0.41, 1)])
def test_several_frames_have_to_reach_the_threshold(confidence: float, kept: int) -> None:
    assert len(follow({n: [reading("ZH42", confidence)] for n in range(3)})) == kept


@pytest.mark.parametrize(("away", "vehicles"), [(VISIT_S - 0.5, 1), (VISIT_S + 0.5, 2)])
def test_who_comes_back_soon_is_the_same(away: float, vehicles: int) -> None:
    back = 2 + round(10 * away)
    frames = {n: [reading("ZH42", 0.9)] for n in (0, 1, 2)}
    frames |= {back + n: [reading("ZH42", 0.9, x=900)] for n in (0, 1)}
    found = follow(frames)
    assert len(found) == vehicles
    assert sum(vehicle.frames for vehicle in found) == 5


def test_the_same_text_twice_at_once_is_two_vehicles() -> None:
    frames = {n: [reading("ZH42", 0.9, x=50), reading("ZH42", 0.9, x=500)] for n in range(5)}
    found = follow(frames)
    assert texts(found) == ["ZH42", "ZH42"]
    assert [vehicle.frames for vehicle in found] == [5, 5]


def test_who_has_left_for_good_is_told_before_the_end() -> None:
    tracker = Tracker(SWISS, 0.4)
    told = {}
    for frame in range(300):
        seen = [reading("ZH42")] if frame < 10 else []
        for vehicle in tracker.add(frame, frame / 10, seen):
            told[frame / 10] = vehicle
    ((when, vehicle),) = told.items()
    assert vehicle.last == 0.9
    assert vehicle.last + VISIT_S < when < vehicle.last + VISIT_S + 0.3
    assert tracker.finish() == []


def test_who_stands_there_is_not_told_before_it_leaves() -> None:
    tracker = Tracker(SWISS, 0.4)
    for frame in range(600):
        # Hidden for two seconds each ten: tracks end, the visit does not.
        seen = [reading("ZH42")] if frame % 100 < 80 else []
        assert tracker.add(frame, frame / 10, seen) == []
    assert [vehicle.frames for vehicle in tracker.finish()] == [480]


def test_each_sighting_goes_to_one_track_at_most() -> None:
    tracks = [Track(sighting(0, "ZH42", x=100)), Track(sighting(0, "ZH42", x=110))]
    seen = [sighting(1, "ZH42", x=x) for x in (104, 111, 300)]
    followed = match(tracks, seen)
    assert followed == {0: tracks[0], 1: tracks[1]}


def test_what_is_in_sight_is_where_it_should_be() -> None:
    tracker = Tracker(SWISS, 0.4)
    tracker.add(0, 0.0, [reading("ZH42", x=100)])
    tracker.add(1, 0.1, [reading("ZH42", x=120)])
    ((quad, shown),) = tracker.in_sight(0.15)
    assert shown.text == "ZH42"
    assert quad.mean(axis=0) == pytest.approx([130, 100])
    tracker.add(2, 0.2, [])
    assert list(tracker.in_sight(0.2)) == []


@settings(deadline=None)
@given(
    st.lists(st.booleans(), min_size=6, max_size=40),
    st.floats(-30, 30),
    st.floats(-10, 10),
    st.lists(st.sampled_from(["ZH42", "ZH42", "ZH42", "ZH47", "ZH4"]), min_size=40, max_size=40),
)
def test_a_steady_plate_is_never_two(
    seen: list[bool], dx: float, dy: float, says: list[str]
) -> None:
    frames = {
        n: [reading(says[n], 0.75, x=500 + dx * n, y=500 + dy * n)]
        for n, there in enumerate(seen)
        if there or n % 3 == 0
    }
    vehicles = follow(frames, least=0.0)
    assert len(vehicles) == 1
    assert vehicles[0].frames == len(frames)
