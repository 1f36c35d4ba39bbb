"""What several frames agree on."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.generators.formats import get_format
from src.reading.votes import SURE, Sighting, Vehicle, Votes
from tests.reading.made import SWISS, quad, reading, sighting

EUROPEAN = get_format("european")
TEXTS = st.sampled_from(["ZH1", "ZH12", "ZH17", "BE12", "ZZ12", "AG555"])
FRAMES = st.lists(st.tuples(TEXTS, st.floats(0.01, 1.0)), min_size=1, max_size=8)
# Readings of whole and cut plates: text, confidence, share of the width that is seen, and whether it is flagged.
SEEN = st.tuples(TEXTS, st.floats(0.01, 1.0), st.floats(0.2, 1.0), st.booleans())


def seen(frame: int, text: str, confidence: float, share: float, partial: bool) -> Sighting:
    """A frame in which the left share of a plate is seen."""
    corners = quad(100)
    corners[1:3, 0] = 60 + 80 * share
    one = replace(reading(text, confidence), quad=corners, partial=partial)
    return Sighting(frame, frame / 10, one)


def decide(*votes: tuple[str, float]) -> Vehicle:
    counted = Votes()
    for frame, (text, confidence) in enumerate(votes):
        counted.add(sighting(frame, text, confidence))
    return counted.decide(SWISS)


def test_one_frame_is_what_it_says() -> None:
    vehicle = decide(("ZH42", 0.7))
    assert (vehicle.reading.text, vehicle.reading.confidence) == ("ZH42", 0.7)
    assert vehicle.reading.characters == reading("ZH42", 0.7).characters
    assert (vehicle.first, vehicle.last, vehicle.frames, vehicle.best_frame) == (0, 0, 1, 0)


def test_agreement_is_as_sure_as_its_best_frame() -> None:
    vehicle = decide(("ZH42", 0.5), ("ZH42", 0.9), ("ZH42", 0.6))
    assert vehicle.reading.confidence == 0.9
    assert (vehicle.best_frame, vehicle.best, vehicle.last, vehicle.frames) == (1, 0.1, 0.2, 3)


def test_majority_wins_and_its_rival_costs_confidence() -> None:
    # 1.5 of 1.5 + 0.5 for the winner; the third text does not count.
    vehicle = decide(("ZH42", 0.9), ("ZH47", 0.5), ("ZH42", 0.6), ("ZH41", 0.4))
    assert vehicle.reading.text == "ZH42"
    assert vehicle.reading.confidence == pytest.approx(0.9 * 1.5 / 2.0)


def test_one_sure_frame_outweighs_two_doubtful_ones() -> None:
    assert decide(("ZH47", 0.4), ("ZH42", 0.95), ("ZH47", 0.4)).reading.text == "ZH42"


def test_characters_decide_where_texts_do_not() -> None:
    # Each frame has another digit wrong, so no text has more than half; at each place two of three agree.
    vehicle = decide(("ZH923", 0.6), ("ZH193", 0.6), ("ZH129", 0.6))
    assert vehicle.reading.pattern == vehicle.reading.text
    assert vehicle.reading.text == "ZH123"
    assert (vehicle.reading.prefix, vehicle.reading.number) == ("ZH", "123")
    assert vehicle.reading.confidence == pytest.approx(0.6 * 2 / 3)
    assert [c for c, _ in vehicle.reading.characters] == list("ZH123")
    assert [s for _, s in vehicle.reading.characters] == pytest.approx([1, 1, 2 / 3, 2 / 3, 2 / 3])


def test_characters_of_other_lengths_have_no_say() -> None:
    vehicle = decide(("ZH923", 0.6), ("ZH193", 0.6), ("ZH129", 0.6), ("ZH99", 0.9), ("BE99", 0.8))
    assert vehicle.reading.text == "ZH123"


def test_no_text_is_made_up_that_does_not_exist() -> None:
    # By characters it would be ZU1, which is no canton; ZG1, GU1 and ZU2 have the same weight, and ZG1 exists.
    assert SWISS.parse("ZU1") is None
    assert decide(("ZG1", 0.61), ("GU1", 0.6), ("ZU2", 0.6)).reading.text == "ZG1"


def test_of_frames_as_sure_the_nearest_is_the_best() -> None:
    counted = Votes()
    for frame, (confidence, width) in enumerate([(0.991, 40), (0.988, 160), (0.9, 400)]):
        one = reading("ZH42", confidence)
        grown = one.quad.mean(axis=0) + (one.quad - one.quad.mean(axis=0)) * (width / 80)
        counted.add(Sighting(frame, frame / 10, replace(one, quad=grown)))
    assert counted.decide(SWISS).best_frame == 1


@settings(deadline=None)
@given(st.lists(SEEN, max_size=30), st.integers(0, 30), st.floats(0.01, 1.0))
def test_flagged_readings_count_for_nothing_against_a_whole_one(
    cut: list[tuple[str, float, float, bool]], when: int, confidence: float
) -> None:
    counted = Votes()
    frames = [seen(n, *one[:3], True) for n, one in enumerate(cut)]
    frames.insert(when, seen(99, "ZH42", confidence, 1.0, False))
    for one in frames:
        counted.add(one)
    vehicle = counted.decide(SWISS)
    assert (vehicle.reading.text, vehicle.reading.partial) == ("ZH42", False)
    assert vehicle.reading.confidence == confidence
    assert (vehicle.best_frame, vehicle.frames) == (99, len(frames))


@pytest.mark.parametrize(
    ("share", "confidence", "decided"),
    [
        (0.85, SURE, "ZH123456"),
        (0.97, SURE, "ZH12345"),  # as wide: there is one digit too many, not one hidden
        (0.85, SURE - 0.01, "ZH12345"),  # not sure enough to overrule all others
    ],
)
def test_the_rest_of_a_sure_text_does_not_count(
    share: float, confidence: float, decided: str
) -> None:
    counted = Votes()
    counted.add(seen(0, "ZH123456", confidence, 1.0, False))
    for frame in range(1, 50):
        counted.add(seen(frame, "ZH12345", 0.99, share, False))
    assert counted.decide(SWISS).reading.text == decided
    assert counted.leader().reading.text == decided


def test_a_text_counts_where_it_was_read_on_a_whole_plate() -> None:
    """Cut frames fall away; of the others the most win, also against a longer text."""
    counted = Votes()
    for frame in range(60):
        counted.add(seen(frame, "ZH12345", 0.99, 0.8 if frame > 5 else 1.0, False))
    counted.add(seen(60, "ZH123451", 0.85, 1.0, False))
    assert counted.decide(SWISS).reading.text == "ZH12345"


def test_parts_speak_for_what_they_may_be_parts_of() -> None:
    counted = Votes()
    for frame, text in enumerate(["16", "916", "BE91", "BE9", "8916", "916"]):
        counted.add(seen(frame, text, 0.4, 0.5, True))
    vehicle = counted.decide(SWISS)
    # 0.4 four times for 8916, and twice for BE91.
    assert (vehicle.reading.text, vehicle.reading.partial) == ("8916", True)
    assert vehicle.reading.confidence == pytest.approx(0.4 * 1.6 / (1.6 + 0.8))
    assert vehicle.best_frame == 4


@settings(deadline=None)
@given(FRAMES)
def test_decisions_are_sane(frames: list[tuple[str, float]]) -> None:
    vehicle = decide(*frames)
    assert 0 <= vehicle.reading.confidence <= max(c for _, c in frames) + 1e-9
    assert vehicle.frames == len(frames)
    assert len(vehicle.reading.characters) == len(vehicle.reading.text)
    texts = {text for text, _ in frames}
    if len(texts) == 1:
        assert {vehicle.reading.text} == texts
    if vehicle.reading.text not in texts:
        assert len(vehicle.reading.text) in {len(text) for text in texts}


@settings(deadline=None)
@given(st.lists(SEEN, min_size=1, max_size=8), st.integers(0, 8))
def test_merging_is_counting_on(frames: list[tuple[str, float, float, bool]], cut: int) -> None:
    parts = [Votes(), Votes()]
    whole = Votes()
    for frame, one in enumerate(frames):
        parts[frame >= cut].add(seen(frame, *one))
        whole.add(seen(frame, *one))
    filled = [part for part in parts if part.frames]
    for first, second in itertools.pairwise(filled):
        first.merge(second)
    merged, counted = filled[0].decide(SWISS), whole.decide(SWISS)
    assert merged.reading.text == counted.reading.text
    assert merged.reading.confidence == pytest.approx(counted.reading.confidence)
    assert (merged.first, merged.last, merged.frames) == (counted.first, counted.last, len(frames))
    assert merged.best_frame == counted.best_frame
    assert merged.reading.partial == counted.reading.partial


def test_what_the_best_frame_sees_says_whose_it_is() -> None:
    assert EUROPEAN.issuers is not None
    nowhere = dict.fromkeys(EUROPEAN.issuers.drawn, 0.01)
    votes = Votes()
    for frame, (confidence, code) in enumerate([(0.6, "IT"), (0.9, "FR"), (0.7, "IT")]):
        one = sighting(frame, "AB123CD", confidence)
        countries = nowhere | {code: 0.45}
        votes.add(replace(one, reading=replace(one.reading, countries=countries)))
    region = votes.decide(EUROPEAN).reading.region
    assert region is not None
    assert region.code == "FR"


def test_a_composed_text_says_whose_it_is() -> None:
    vehicle = decide(("ZH923", 0.6), ("ZH193", 0.6), ("ZH129", 0.6))
    assert vehicle.reading.region is not None
    assert vehicle.reading.region.code == "CH"
    foreign = decide(("XX42", 0.9), ("XX42", 0.9))
    assert foreign.reading.region is None
