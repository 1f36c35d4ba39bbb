"""Which pictures a sheet shows."""

from src.pictures.samples import first_and_worst, worst_first


def test_the_first_and_the_worst_by_hand() -> None:
    sheets = first_and_worst([0.0, 1.0, 0.2, 3.0, 0.0, 1.0], 3)
    # Of the two that are equally bad, the first comes first.
    assert sheets == {"predictions": [0, 1, 2], "worst": [3, 1, 5]}


def test_what_is_right_is_never_among_the_worst() -> None:
    assert first_and_worst([0, 0, 1], 5) == {"predictions": [0, 1, 2], "worst": [2]}
    assert first_and_worst([0, 0], 1) == {"predictions": [0], "worst": []}


def test_no_pictures_and_no_places() -> None:
    assert first_and_worst([], 4) == {"predictions": [], "worst": []}
    assert first_and_worst([1, 2], 0) == {"predictions": [], "worst": []}


def test_as_wrong_stay_in_order() -> None:
    assert worst_first([0.0, 2.0, 0.0, 2.0, 3.0]) == [4, 1, 3, 0, 2]
    assert worst_first([]) == []
