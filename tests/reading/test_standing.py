"""What stands before a camera is given once, while it is still there."""

from collections.abc import Callable

from src.inference.reader import Reading
from src.reading.tracker import Tracker
from src.reading.votes import Vehicle
from tests.reading.made import SWISS, reading

Seen = Callable[[int], list[Reading]]


def watch(
    seen: Seen, frames: int, after: float = 5.0
) -> tuple[list[tuple[float, Vehicle]], Tracker]:
    """Follow frames, ten a second; return what was given, and when."""
    tracker, given = Tracker(SWISS, 0.4), []
    for frame in range(frames):
        now = frame / 10
        found = tracker.add(frame, now, seen(frame))
        given += [(now, vehicle) for vehicle in found + tracker.standing(after)]
    return given + [(frames / 10, vehicle) for vehicle in tracker.finish()], tracker


def new(given: list[tuple[float, Vehicle]]) -> list[tuple[float, str]]:
    return [(when, vehicle.reading.text) for when, vehicle in given if not vehicle.given]


def test_what_stands_is_given_after_a_while_and_once() -> None:
    given, _ = watch(lambda frame: [reading("ZH42")], 600)
    assert new(given) == [(5.0, "ZH42")]
    (last,) = [vehicle for _, vehicle in given if vehicle.given]
    assert (last.first, last.last, last.frames) == (0.0, 59.9, 600)


def test_what_passes_is_given_as_in_a_video() -> None:
    given, _ = watch(lambda frame: [reading("ZH42", x=20.0 * frame)] if frame < 20 else [], 300)
    assert [text for _, text in new(given)] == ["ZH42"]
    assert given[0][0] == 5.0  # it was seen first five seconds ago, and has gone since
    assert given[0][1].path[0].x == 0
    assert given[0][1].path[-1].x == 380


def test_what_is_lost_again_and_again_is_given_once() -> None:
    """It is read for half a second, and then for three it is not: each time another track."""
    given, _ = watch(lambda frame: [reading("ZH42")] if frame % 35 < 5 else [], 1000)
    assert [text for _, text in new(given)] == ["ZH42"]


def test_another_visit_is_another_vehicle() -> None:
    given, _ = watch(lambda frame: [reading("ZH42")] if frame < 100 or frame > 300 else [], 500)
    assert [text for _, text in new(given)] == ["ZH42", "ZH42"]


def test_what_is_doubtful_is_given_when_it_is_sure() -> None:
    given, _ = watch(lambda frame: [reading("ZH42", 0.3 if frame < 100 else 0.9)], 300)
    ((when, text),) = new(given)
    assert text == "ZH42"
    assert when >= 10


def test_what_is_misread_for_hours_takes_no_more_memory() -> None:
    def noise(frame: int) -> list[Reading]:
        return [reading(f"ZH{frame % 1000}", 0.3)]

    given, tracker = watch(noise, 300, after=0.0)
    assert new(given) == []
    tracker.add(300, 30.0, noise(300))
    assert sum(len(track.votes._piles) for track in tracker._tracks) < 80


def test_those_that_were_given_and_are_there_are_known() -> None:
    tracker = Tracker(SWISS, 0.4)
    for frame in range(100):
        tracker.add(frame, frame / 10, [reading("ZH42"), reading("BE7", x=500)])
        if frame == 60:
            assert [v.reading.text for v in tracker.standing(5)] == ["ZH42", "BE7"]
    assert [v.reading.text for v in tracker.given_in_sight()] == ["ZH42", "BE7"]
