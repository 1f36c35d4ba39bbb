"""Vehicles of which only a part is seen at times: one answer each, with all of the text that was ever seen."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.inference.reader import PARTIAL_CONFIDENCE, Reading
from src.reading.source_reader import ReadResult, SourceItem
from src.reading.sources import Source
from src.reading.tracker import VISIT_S, Tracker
from src.reading.video import Frame
from src.reading.video_session import VideoSession
from src.reading.votes import Vehicle
from tests.reading.made import SWISS, part, quad, reading

WIDTH = 640
TEXTS = st.sampled_from(["ZH123456", "LU348916", "GE4711", "BE77", "AG20202"])
Frames = dict[int, list[Reading]]


def follow(frames: Mapping[int, Sequence[Reading]], least: float = 0.4) -> list[Vehicle]:
    """Track frames by number, ten a second."""
    tracker, vehicles = Tracker(SWISS, least), []
    for frame in range(max(frames) + 1):
        vehicles += tracker.add(frame, frame / 10, frames.get(frame, ()))
    return vehicles + tracker.finish()


def drive(text: str, places: Sequence[float], low: float = 0, flagged: bool = True) -> Frames:
    """A plate, 80 px wide, that is in those places in frames in a row; the picture is to be seen from low on."""
    return {n: part(text, x, low, WIDTH, flagged) for n, x in enumerate(places)}


def shifted(frames: Frames, by: int) -> Frames:
    return {n + by: readings for n, readings in frames.items()}


def together(*ways: Frames) -> Frames:
    return {n: [r for way in ways for r in way.get(n, [])] for n in range(max(map(max, ways)) + 1)}


def found(vehicles: Sequence[Vehicle]) -> list[tuple[str, bool]]:
    return [(vehicle.reading.text, vehicle.reading.partial) for vehicle in vehicles]


# At the picture's edge readings are flagged; what disappears behind something is not always.
@pytest.mark.parametrize("flagged", [True, False])
def test_what_leaves_the_picture_is_no_second_vehicle(flagged: bool) -> None:
    frames = drive("LU348916", [400 + 9 * n for n in range(30)], flagged=flagged)
    says = [r.text for readings in frames.values() for r in readings]
    assert [len(says[0]), len(says[-1]), len(set(says))] == [8, 2, 7]
    (vehicle,) = follow(frames)
    assert found([vehicle]) == [("LU348916", False)]
    assert vehicle.reading.confidence == pytest.approx(0.95)
    assert vehicle.frames == len(says)


@pytest.mark.parametrize("flagged", [True, False])
def test_a_whole_reading_beats_any_number_of_cut_ones(flagged: bool) -> None:
    """It stands for half a minute with its last digit out of sight."""
    frames = drive("ZH123456", [min(560 + 10 * n, 609) for n in range(300)], flagged=flagged)
    assert sum(r.text == "ZH12345" for readings in frames.values() for r in readings) > 250
    (vehicle,) = follow(frames)
    assert found([vehicle]) == [("ZH123456", False)]
    assert vehicle.reading.confidence == pytest.approx(0.95)
    assert vehicle.best < 0.3


@settings(deadline=None, max_examples=40)
@given(TEXTS, st.floats(5, 90), st.floats(-60, 200), st.integers(0, 30), st.booleans())
def test_a_vehicle_that_comes_and_goes_is_one(
    text: str, step: float, start: float, stands: int, flagged: bool
) -> None:
    """It comes in by the left edge, or is there, stands half out of sight for a while, and leaves by the right one."""
    count = round((WIDTH + 60 - start) / step) + 1
    places = [start + n * step for n in range(count)]
    middle = min(range(count), key=lambda n: abs(places[n] - WIDTH + 10))
    places[middle:middle] = [places[middle]] * stands
    assert found(follow(drive(text, places, flagged=flagged))) == [(text, False)]


def test_misread_parts_are_no_second_vehicle() -> None:
    """What is cut through a character says anything; it lies where the vehicle has to be."""
    frames = drive("LU348916", [500 + 17 * n for n in range(9)])
    for n, text in ((6, "LU34B"), (7, "VV"), (8, "1")):
        frames[n] = [replace(frames[n][0], text=text, characters=tuple((c, 0.99) for c in text))]
    (vehicle,) = follow(frames)
    assert (vehicle.reading.text, vehicle.frames) == ("LU348916", 9)


def test_a_sliver_lies_where_the_vehicle_has_to_be() -> None:
    """It overlaps too little with the whole plate to count as the same place, but all of it lies there."""
    frames = drive("LU348916", [465, 505])
    sliver = quad(665)
    sliver[:, 0] = sliver[:, 0].clip(None, WIDTH)
    frames[5] = [replace(reading("VV"), quad=sliver, partial=True)]
    (vehicle,) = follow(frames)
    assert (vehicle.reading.text, vehicle.frames) == ("LU348916", 3)


def test_parts_alone_are_never_sure() -> None:
    """All that is ever seen is the left end; the most complete reading is given, however few frames have it."""
    frames = drive("LU348916", [608, 612, *[630] * 20])
    assert [frames[n][0].text for n in (0, 1, 2)] == ["LU34891", "LU34891", "LU348"]
    ((vehicle),) = follow(frames)
    assert found([vehicle]) == [("LU34891", True)]
    assert vehicle.reading.confidence <= PARTIAL_CONFIDENCE
    assert vehicle.frames == 22
    assert follow(frames, least=0.6) == []


def test_a_part_in_one_frame_is_nothing() -> None:
    assert follow({0: part("LU348916", 620, 0, WIDTH), 40: []}) == []


def test_characters_that_are_not_seen_may_be_any() -> None:
    places = [400.0, 420, *[560] * 30]
    frames = drive("LU348916", places)
    for n in range(2, len(places)):
        frames[n] = [replace(reading("LU34891?", 0.9, x=560), partial=True)]
    assert found(follow(frames)) == [("LU348916", False)]
    del frames[0], frames[1]
    ((vehicle),) = follow(frames)
    assert found([vehicle]) == [("LU34891?", True)]
    assert (vehicle.reading.prefix, vehicle.reading.number) == ("", "LU34891?")


def test_two_pieces_beside_a_post_are_one_vehicle() -> None:
    """A post stands before the middle of the plate; each side of it is found as a plate of its own."""
    frames = {n: [reading("ZH123456", 0.95, x=300)] for n in range(5)}
    for n in range(5, 20):
        frames[n] = [
            *part("ZH123456", 300, 0, 298, partial=False),
            *part("ZH123456", 300, 308, WIDTH, partial=False),
        ]
        assert [r.text for r in frames[n]] == ["ZH12", "456"]
    assert found(follow(frames)) == [("ZH123456", False)]


@pytest.mark.parametrize("gap", [15, 60])
def test_a_part_that_is_seen_later_in_its_place_is_the_same(gap: int) -> None:
    """It was not read for longer than a track lives."""
    frames = drive("LU348916", [400 + 20 * n for n in range(12)])
    last = max(frames)
    frames |= {last + gap + n: part("LU348916", 630, 0, WIDTH) for n in range(5)}
    assert found(follow(frames)) == [("LU348916", False)]
    assert found(follow({1000 - n: readings for n, readings in frames.items()})) == [
        ("LU348916", False)
    ]


@pytest.mark.parametrize(
    ("away", "x", "text"),
    [
        (15, 20.0, "LU348916"),  # at the other edge
        (round(10 * VISIT_S) + 5, 630.0, "LU348916"),  # too late
        (15, 630.0, "BE770055"),  # another text
    ],
)
def test_a_part_elsewhere_or_of_another_text_is_another(away: int, x: float, text: str) -> None:
    frames = drive("LU348916", [400 + 20 * n for n in range(12)])
    seen = part(text, x, 0, WIDTH)
    frames |= {11 + away + n: seen for n in range(5)}
    assert found(follow(frames)) == [("LU348916", False), (seen[0].text, True)]


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from([("ZH12345", "ZH1234"), ("ZH12345", "ZH123456"), ("ZH1", "ZH12345")]),
    st.booleans(),
    st.floats(8, 40),
    st.floats(250, 900),
)
def test_two_in_a_row_whose_texts_contain_each_other_are_two(
    pair: tuple[str, str], swap: bool, step: float, behind: float
) -> None:
    """The second follows in the same lane, three plate widths behind or more; both leave by the right edge."""
    first, second = reversed(pair) if swap else pair
    count = round((WIDTH + 60 + behind) / step)
    ways = [
        drive(text, [40 + n * step - back for n in range(count)])
        for text, back in ((first, 0), (second, behind))
    ]
    assert found(follow(together(*ways))) == [(first, False), (second, False)]


@pytest.mark.parametrize("gap", [12, 40])
def test_a_second_one_in_the_same_place_later_is_another(gap: int) -> None:
    """The texts contain each other, and the place is the same; but both were seen whole."""
    stands = {n: [reading("ZH12345", 0.95, x=300)] for n in range(10)}
    later = {10 + gap + n: [reading("ZH1234", 0.95, x=310)] for n in range(10)}
    assert found(follow(stands | later)) == [("ZH12345", False), ("ZH1234", False)]


def test_a_part_of_one_vehicle_does_not_go_to_another_far_away() -> None:
    """The one that leaves says for a moment what the one behind says; that one is not read just then."""
    leaves = drive("ZH12345", [500 + 10 * n for n in range(14)])
    stands = {n: [reading("ZH1234", 0.95, x=200)] for n in range(20) if n not in (10, 11)}
    assert [r.text for r in leaves[11]] == ["ZH1234"]
    vehicles = follow(together(leaves, stands))
    assert sorted(found(vehicles)) == [("ZH1234", False), ("ZH12345", False)]
    assert {v.reading.text: v.frames for v in vehicles} == {"ZH12345": 14, "ZH1234": 18}


def test_where_a_whole_plate_should_be_does_not_lag_behind() -> None:
    """What is left of a plate moves half as fast in the middle as the plate does: its free end shows the way."""
    tracker = Tracker(SWISS, 0.4)
    frames = drive("LU348916", [500 + 20 * n for n in range(7)])
    for n, readings in frames.items():
        tracker.add(n, n / 10, readings)
    ((shown, leads),) = tracker.in_sight(0.7)
    assert leads.text == "LU348916"
    assert shown[0, 0] == pytest.approx(500 + 20 * 7 - 40, abs=1)


@pytest.mark.parametrize("x", [100, 300, 540])
def test_a_film_flags_what_the_edge_cuts(x: float) -> None:
    """Ten frames of a plate in one place of a picture 640 px wide: whole in the middle, doubtful at either edge."""
    source = Source("video", Path("a.mp4"), Path("a.mp4"))
    picture = np.zeros((200, WIDTH, 3), np.uint8)
    one = replace(reading("ZH42"), quad=quad(x, 100, 200))
    seen = [
        ReadResult(SourceItem(source, None, Frame(n, n / 10, picture, True)), (one,), 200, WIDTH)
        for n in range(10)
    ]
    video = VideoSession(seen[0], Tracker(SWISS, 0.4))
    answers = [answer for each in seen for answer in video.add(each)]
    ((answer),) = [*answers, *video.finish()]
    (given_back,) = answer.readings
    edge = x != 300
    assert given_back.partial is edge
    assert given_back.confidence == (PARTIAL_CONFIDENCE if edge else 0.9)
