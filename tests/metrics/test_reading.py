"""Reading metrics by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.metrics.reading import (
    GAP,
    Confusion,
    Share,
    accuracy_by,
    accuracy_by_length,
    agrees,
    align,
    character_error_rate,
    confusions,
    edit_distance,
    exact_match,
    known,
    mistakes,
)

texts = st.text("AB1", max_size=8)


@pytest.mark.parametrize(
    ("a", "b", "edits"),
    [
        ("", "", 0),
        ("ZH1", "", 3),
        ("", "ZH1", 3),
        ("ZH11", "ZH1", 1),
        ("ZH123", "ZH132", 2),
        ("KITTEN", "SITTING", 3),
    ],
)
def test_edit_distance(a: str, b: str, edits: int) -> None:
    assert edit_distance(a, b) == edits


@given(texts, texts, texts)
def test_edit_distance_is_a_metric(a: str, b: str, c: str) -> None:
    assert edit_distance(a, b) == edit_distance(b, a)
    assert (edit_distance(a, b) == 0) == (a == b)
    assert edit_distance(a, c) <= edit_distance(a, b) + edit_distance(b, c)


@given(texts, texts)
def test_alignment_holds_both_texts_and_costs_the_distance(a: str, b: str) -> None:
    pairs = align(a, b)
    assert "".join(x for x, _ in pairs) == a
    assert "".join(y for _, y in pairs) == b
    assert sum(x != y for x, y in pairs) == edit_distance(a, b)
    assert (GAP, GAP) not in pairs


def test_alignment_by_hand() -> None:
    assert align("ZH12", "ZA2") == [("Z", "Z"), ("H", GAP), ("1", "A"), ("2", "2")]


def test_error_rate_divides_once_over_the_set() -> None:
    """One edit in 8 characters, not the mean of 1/2 and 0/6."""
    truth, read = ["U1", "ZH1234"], ["U7", "ZH1234"]
    assert character_error_rate(truth, read) == pytest.approx(1 / 8)
    assert exact_match(truth, read) == 0.5


def test_error_rate_can_exceed_one() -> None:
    assert character_error_rate(["A"], ["BCD"]) == 3


def test_empty_sets_and_texts() -> None:
    assert exact_match([], []) is None
    assert character_error_rate([], []) is None
    assert character_error_rate([""], ["ZH"]) is None
    assert exact_match([""], [""]) == 1
    assert accuracy_by([], [], lambda text: text) == {}
    assert Share(0, 0).accuracy is None


def test_sets_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        exact_match(["A"], [])


def test_accuracy_by_group_and_length() -> None:
    truth = ["ZH1", "BE1234567", "ZH22", "BE1", "AG12345678"]
    read = ["ZH1", "BE1234567", "ZH2", "BE7", "AG12345678"]
    assert accuracy_by(truth, read, lambda text: text[:2]) == {
        "AG": Share(1, 1),
        "BE": Share(1, 2),
        "ZH": Share(1, 2),
    }
    by_length = accuracy_by_length(truth, read)
    assert list(by_length) == [3, 4, 9, 10]
    assert by_length[3] == Share(1, 2)
    assert by_length[3].accuracy == 0.5
    assert by_length[10].accuracy == 1


def test_mistakes_are_of_plates_of_which_something_was_read() -> None:
    found = mistakes(["ZH1", "ZH1", "B8", "707"], ["ZH1", "", "BB", "717"])
    assert found == [Confusion("0", "1", 1, 1 / 8), Confusion("8", "B", 1, 1 / 8)]
    both = [Confusion(GAP, "7", 1, 0.5), Confusion("1", "7", 1, 0.5)]
    assert mistakes(["1", "1"], ["7", "71"]) == both
    assert mistakes(["ZH1"], ["ZH1"]) == mistakes(["ZH1"], [""]) == mistakes([], []) == []


def test_confusions_count_right_wrong_missed_and_invented() -> None:
    counts = confusions(["ZH1", "ZH1", "B8", "7"], ["ZH1", "ZH", "BB", "71"])
    assert counts == {
        ("Z", "Z"): 2,
        ("H", "H"): 2,
        ("1", "1"): 1,
        ("1", GAP): 1,
        ("B", "B"): 1,
        ("8", "B"): 1,
        ("7", "7"): 1,
        (GAP, "1"): 1,
    }


@pytest.mark.parametrize(
    ("truth", "read", "right", "with_what_was_read"),
    [
        ("ZH12?4", "ZH1274", True, "ZH1274"),
        ("ZH12?4", "ZH12?4", True, "ZH12?4"),
        ("?H?", "ZH1", True, "ZH1"),
        ("ZH12?4", "ZH1275", False, "ZH1274"),
        ("ZH12?4", "ZH124", False, "ZH12?4"),
        ("ZH12?", "ZH1234", False, "ZH124"),
        ("ZH1", "ZH1", True, "ZH1"),
        ("ZH1", "ZH?", False, "ZH1"),
        ("Z?", "", False, "Z?"),
    ],
)
def test_a_place_that_nobody_can_read(
    truth: str, read: str, right: bool, with_what_was_read: str
) -> None:
    assert agrees(truth, read) is right
    assert known(truth, read) == with_what_was_read


@given(st.text("AB1?", max_size=8), texts)
def test_a_text_is_right_when_nothing_that_is_known_differs(truth: str, read: str) -> None:
    assert agrees(truth, read) == (known(truth, read) == read)
    assert len(known(truth, read)) == len(truth)
