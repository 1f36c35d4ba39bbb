"""The answers of one camera: one a vehicle, with zones, way and what is watched for."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from src.inference.reader import Reading
from src.reading.cameras.events import Event, Events
from src.reading.cameras.parked import Parked
from src.reading.cameras.watch import WatchList
from tests.reading.cameras.made import camera, narrow
from tests.reading.made import reading

HEIGHT, WIDTH = 400, 640
START = 1_700_000_000.0
Seen = Callable[[int], Sequence[Reading]]


def events(parked: Parked | None = None, watch: WatchList | None = None, **changed: Any) -> Events:
    """The answers of a camera, whose pictures begin at START."""
    return Events(camera(**changed), narrow(), parked or remembering(None), watch, clock)


def clock(seconds: float) -> float:
    return START + seconds


def remembering(path: Path | None) -> Parked:
    return Parked(path, 600, clock)


def run(following: Events, seen: Seen, frames: int, first: int = 0) -> list[Event]:
    """What is answered of frames, ten a second."""
    found: list[Event] = []
    for frame in range(first, first + frames):
        found += following.add(frame / 10, seen(frame), HEIGHT, WIDTH)
    return found


def passing(frame: int) -> Sequence[Reading]:
    """ZH42 goes down through the picture, from 1 s to 3 s."""
    return [reading("ZH42", x=320, y=60 + 14.0 * (frame - 10))] if 10 <= frame < 30 else []


def standing(frame: int) -> Sequence[Reading]:
    return [reading("ZH42", x=320)]


def test_an_answer_says_when_where_and_which_way() -> None:
    (event,) = run(events(zones={"road": ((0, 0.5), (1, 0.5), (1, 1), (0, 1))}), passing, 100)
    assert (event["camera"], event["plate"], event["canton"]) == ("gate", "ZH42", "ZH")
    assert event["image"] == {"width": WIDTH, "height": HEIGHT}
    times = {
        key: datetime.fromisoformat(event["vehicle"][key]).timestamp() for key in ("first", "last")
    }
    assert times == {"first": START + 1, "last": pytest.approx(START + 2.9, abs=0.001)}
    assert datetime.fromisoformat(event["time"]).tzinfo == UTC
    assert (event["vehicle"]["frames"], event["vehicle"]["in_sight"]) == (20, False)
    assert (event["zones"], event["direction"], event["heading"]) == (["road"], "down", 180.0)
    assert "watch" not in event


def test_what_is_in_no_zone_is_not_answered() -> None:
    top = {"sky": ((0.0, 0.0), (1.0, 0.0), (1.0, 0.1), (0.0, 0.1))}
    assert run(events(zones=top), passing, 200) == []


def test_only_some_directions_are_answered() -> None:
    assert len(run(events(directions={"in": 180.0}, only=("in",)), passing, 200)) == 1
    assert run(events(directions={"in": 0.0}, only=("in",)), passing, 200) == []
    assert run(events(only=("left",)), standing, 200) == []


def test_what_stands_is_answered_soon_and_once() -> None:
    following = events(answer_after=2)
    (event,) = run(following, standing, 600)
    assert event["vehicle"]["frames"] == pytest.approx(21, abs=5)
    assert event["vehicle"]["in_sight"]
    assert (event["direction"], event["heading"]) == (None, None)
    assert following.finish() == []


def test_what_stands_is_not_answered_again_after_a_gap() -> None:
    """Nothing is read of it for half a minute: a lorry stood before it, or the camera was lost."""
    following = events()
    assert len(run(following, standing, 100)) == 1
    assert run(following, lambda frame: [], 300, first=100) == []
    assert run(following, standing, 100, first=400) == []
    # It drives away, and comes back a minute later.
    away = run(
        following,
        lambda frame: [reading("ZH42", x=320.0 + 20 * (frame - 500))] if frame < 515 else [],
        600,
        500,
    )
    assert away == []
    back = run(
        following,
        lambda frame: [reading("ZH42", x=max(320.0, 600 - 20.0 * (frame - 1100)))],
        100,
        1100,
    )
    assert [event["plate"] for event in back] == ["ZH42"]


def test_a_restart_does_not_answer_it_again(tmp_path: Path) -> None:
    first = events(remembering(tmp_path / "p.json"))
    assert len(run(first, standing, 100)) == 1
    assert first.finish() == []
    assert run(events(remembering(tmp_path / "p.json")), standing, 100, first=400) == []


def test_it_is_kept_also_where_nothing_could_be_finished(tmp_path: Path) -> None:
    """The program was killed: where it stands was noted before."""
    run(events(remembering(tmp_path / "p.json")), standing, 400)
    assert run(events(remembering(tmp_path / "p.json")), standing, 100, first=600) == []


def test_a_restart_while_it_passes_does_not_answer_it_again(tmp_path: Path) -> None:
    first = events(remembering(tmp_path / "p.json"))
    assert run(first, passing, 20) == []
    assert [event["plate"] for event in first.finish()] == ["ZH42"]
    assert run(events(remembering(tmp_path / "p.json")), passing, 200, first=22) == []


def test_what_is_in_sight_at_the_end_is_answered() -> None:
    following = events()
    assert run(following, standing, 20) == []
    (event,) = following.finish()
    assert event["plate"] == "ZH42"


def test_what_is_gone_is_answered_although_no_picture_comes() -> None:
    following = events(answer_after=3600)
    assert following.wait(0) == []
    assert run(following, passing, 31) == []
    found = [event for second in range(4, 20) for event in following.wait(float(second))]
    assert [event["plate"] for event in found] == ["ZH42"]
    # A picture of a time before that is no step back.
    assert following.add(3.5, [], HEIGHT, WIDTH) == []


def test_what_the_edge_cuts_is_partial() -> None:
    cut = replace(reading("ZH42", x=40), confidence=0.9)
    (event,) = run(events(), lambda frame: [cut], 100)
    assert event["plates"][0]["partial"]
    assert event["plate"] is None
