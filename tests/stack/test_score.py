"""Which reading belongs to which plate, and the numbers that follow, by hand."""

import numpy as np
import pytest

from src.common.plates import LabelledPlate, NoText
from src.inference.reader import Reading
from src.stack.score import PictureMatch, Score, height_group, judge


def box(x: float, y: float, width: float = 40, height: float = 10) -> np.ndarray:
    """An upright quad from its upper left corner."""
    return np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]], np.float32)


def reading(text: str, quad: np.ndarray, strength: float = 0.9) -> Reading:
    """A reading whose characters are each as sure, and no doubt of one is a doubt of another."""
    characters = tuple((c, strength) for c in text)
    return Reading(text, "", text, 0.8, strength ** len(text), characters, quad, 1)


HERE, THERE = box(10, 10), box(100, 50)


def texts(match: PictureMatch) -> list[str | None]:
    return [r.text if r else None for r in match.matched]


def test_right_reading_in_the_right_place() -> None:
    match = judge([LabelledPlate("ZH1", quad=HERE)], [reading("ZH1", HERE)])
    assert texts(match) == ["ZH1"]
    assert match.found == (True,)
    assert match.extra == ()


def test_the_right_text_matches_even_where_labels_are_loose() -> None:
    match = judge([LabelledPlate("ZH1", quad=HERE)], [reading("ZH1", box(40, 15))])
    assert texts(match) == ["ZH1"]
    assert match.found == (False,)  # read, but not located
    assert match.extra == ()


def test_wrong_text_in_the_right_place_is_the_match() -> None:
    match = judge([LabelledPlate("ZH1", quad=HERE)], [reading("ZH7", HERE), reading("BE5", THERE)])
    assert texts(match) == ["ZH7"]
    assert [r.text for r in match.extra] == ["BE5"]


def test_nothing_read() -> None:
    match = judge([LabelledPlate("ZH1", quad=HERE)], [])
    assert texts(match) == [None]
    assert match.found == (False,)


def test_no_reading_matches_twice() -> None:
    one = judge(
        [LabelledPlate("ZH1", quad=HERE), LabelledPlate("ZH1", quad=THERE)], [reading("ZH1", HERE)]
    )
    assert texts(one) == ["ZH1", None]
    both = judge(
        [LabelledPlate("ZH1", quad=HERE), LabelledPlate("ZH1", quad=THERE)],
        [reading("ZH1", THERE), reading("ZH1", HERE)],
    )
    assert texts(both) == ["ZH1", "ZH1"]
    for plate, match in zip(both.truth, both.matched, strict=True):
        assert match is not None
        assert match.quad is plate.quad


def test_a_second_reading_on_a_matched_plate_is_not_extra() -> None:
    match = judge([LabelledPlate("ZH1", quad=HERE)], [reading("ZH1", HERE), reading("ZH11", HERE)])
    assert texts(match) == ["ZH1"]
    assert match.extra == ()


@pytest.mark.parametrize("why", NoText)
def test_plates_without_a_text_are_neither_mistakes_nor_extra(why: NoText) -> None:
    match = judge([LabelledPlate(why, quad=HERE)], [reading("ZH4", HERE)])
    assert match.found == (True,)
    assert match.extra == ()
    score = Score([match])
    assert score.pairs() == ([], [])
    assert score.judged() == ([], [])
    assert score.summary()["exact"] is None
    assert score.summary()["found"] == 1.0


def test_an_empty_text_is_no_match_by_its_text() -> None:
    match = judge([LabelledPlate(NoText.UNREADABLE)], [reading("ZH4", HERE)])
    assert texts(match) == [None]
    assert [r.text for r in match.extra] == ["ZH4"]


def test_a_foreign_empty_reading_does_not_match_an_unreadable_plate() -> None:
    match = judge([LabelledPlate(NoText.UNREADABLE, quad=HERE)], [reading("", THERE)])
    assert texts(match) == [None]
    assert len(match.extra) == 1


def test_plates_without_corners_are_judged_by_their_text() -> None:
    match = judge([LabelledPlate("ZH1")], [reading("ZH1", HERE), reading("ZH2", THERE)])
    assert texts(match) == ["ZH1"]
    assert [r.text for r in match.extra] == ["ZH2"]
    assert Score([match]).summary()["found"] is None


@pytest.fixture
def score() -> Score:
    """One plate read, one misread, one missed, one invented, one empty picture; not all in one."""
    return Score(
        [
            judge([LabelledPlate("ZH12", lines=1, quad=HERE)], [reading("ZH12", HERE, 0.9)]),
            judge(
                [
                    LabelledPlate("BE3", lines=2, quad=HERE),
                    LabelledPlate("UR4567", lines=1, quad=THERE),
                ],
                [reading("BE8", HERE, 0.5)],
            ),
            judge([], [reading("AG1", HERE, 1.0)]),
            judge([], []),
        ],
        [10.0, 30.0, 20.0, 1000.0],
    )


def test_summary_by_hand(score: Score) -> None:
    summary = score.summary()
    assert summary["pictures"] == 4
    assert summary["plates"] == 3
    assert summary["exact"] == pytest.approx(1 / 3)
    assert 0 < summary["exact_low"] < 1 / 3 < summary["exact_high"] < 1
    assert summary["cer"] == pytest.approx((0 + 1 + 6) / (4 + 3 + 6))
    assert summary["found"] == pytest.approx(2 / 3)
    assert summary["extra_per_picture"] == pytest.approx(1 / 4)
    assert summary["ms_per_picture"] == 25.0


def test_pictures_without_a_plate(score: Score) -> None:
    assert score.no_plate() == {"pictures": 2, "with_reading": 0.5}


def test_confidence_counts_invented_readings(score: Score) -> None:
    sure, right = score.judged()
    assert sure == pytest.approx([0.9**4, 0.5**3, 1.0])
    assert right == [True, False, False]
    # Bins: 0.656 against right, 0.125 against wrong, 1 against wrong.
    ece = (abs(0.9**4 - 1) + 0.125 + 1) / 3
    assert score.confidence()["ece"] == pytest.approx(ece)


def test_groups(score: Score) -> None:
    assert {k: (s.correct, s.total) for k, s in score.by_length().items()} == {
        3: (0, 1),
        4: (1, 1),
        6: (0, 1),
    }
    assert {k: (s.correct, s.total) for k, s in score.by_lines().items()} == {
        "1": (1, 2),
        "2": (0, 1),
    }
    assert {k: (s.correct, s.total) for k, s in score.by_height().items()} == {"10-14": (1, 3)}


def test_nothing_at_all_is_no_crash() -> None:
    summary = Score().summary()
    assert summary["pictures"] == summary["plates"] == 0
    assert summary["exact"] is summary["cer"] is summary["extra_per_picture"] is None
    assert Score().confidence()["accuracy_at_90_coverage"] is None
    assert Score().no_plate() == {"pictures": 0, "with_reading": None}


@pytest.mark.parametrize(
    ("height", "name"),
    [(9.9, "under 10"), (10, "10-14"), (13.9, "10-14"), (40, "32-64"), (64, "over 64")],
)
def test_heights(height: float, name: str) -> None:
    assert height_group(box(0, 0, 50, height)) == name


def test_whatever_is_read_in_an_unreadable_place_is_right() -> None:
    """Of four plates the first two are read right, in one of the others a digit is wrong, and one is too short."""
    truth = [LabelledPlate("ZH1?", quad=HERE), LabelledPlate("?E5", quad=THERE)]
    right = judge(truth, [reading("BE5", THERE), reading("ZH17", HERE)])
    wrong = judge(truth, [reading("BE6", THERE), reading("ZH1", HERE)])
    assert [t.text for t in right.truth] == ["ZH17", "BE5"]
    assert [t.text for t in wrong.truth] == ["ZH1?", "BE5"]
    summary = Score([right, wrong], [1.0, 1.0]).summary()
    assert (summary["plates"], summary["exact"]) == (4, 0.5)
    assert summary["cer"] == pytest.approx(2 / 14)
    assert Score([right]).judged()[1] == [True, True]


def test_a_text_that_is_known_comes_before_one_that_fits_anything() -> None:
    match = judge(
        [LabelledPlate("ZH?"), LabelledPlate("ZH1")], [reading("ZH1", HERE), reading("ZH2", THERE)]
    )
    assert texts(match) == ["ZH2", "ZH1"]
