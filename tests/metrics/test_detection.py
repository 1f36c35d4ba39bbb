"""Detection metrics on sets small enough to work out by hand."""

import numpy as np
import pytest
from numpy.typing import NDArray

from src.metrics.detection import (
    average_precision,
    corner_error,
    detection_metrics,
    extra_per_picture,
    false_per_empty_picture,
    match,
    mean_iou,
    recall,
)


def plates(*corners: tuple[float, float]) -> NDArray[np.float32]:
    """Plates of 40x10 at the given top left corners: float32 (N, 4, 2)."""
    plate = np.array([[0, 0], [40, 0], [40, 10], [0, 10]], np.float32)
    return plate + np.array(corners, np.float32).reshape(-1, 1, 2)


def scores(*values: float) -> NDArray[np.float32]:
    return np.array(values, np.float32)


NONE, NO_SCORES = plates(), scores()


def test_average_precision_of_three_detections_by_hand() -> None:
    """Two plates; hit, miss, hit: precision 1 at recall 1/2, 2/3 at recall 1."""
    truth = [plates((0, 0), (0, 50))]
    found = [plates((0, 0), (200, 200), (0, 50))]
    matches = match(found, [scores(0.9, 0.8, 0.7)], truth, 0.5)
    assert average_precision(matches) == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)


def test_average_precision_interpolates_dips() -> None:
    """Miss, hit, hit: precision 0, 1/2, 2/3; the dip at the first hit is raised to 2/3."""
    truth = [plates((0, 0), (0, 50), (0, 100))]
    found = [plates((200, 200), (0, 0), (0, 50))]
    matches = match(found, [scores(0.9, 0.8, 0.7)], truth, 0.5)
    assert average_precision(matches) == pytest.approx(2 / 3 * 2 / 3)


def test_scores_rank_over_the_whole_set() -> None:
    """The false box of the second picture outranks the hit in the first."""
    matches = match(
        [plates((0, 0)), plates((0, 0))], [scores(0.6), scores(0.9)], [plates((0, 0)), NONE], 0.5
    )
    assert matches.hits.tolist() == [False, True]
    assert matches.pictures.tolist() == [1, 0]
    assert average_precision(matches) == pytest.approx(0.5)


def test_second_box_on_a_plate_is_extra_whatever_its_fit() -> None:
    """The higher score chooses first, though the other box fits better."""
    matches = match([plates((0, 0), (4, 0))], [scores(0.5, 0.9)], [plates((0, 0))], 0.5)
    assert matches.hits.tolist() == [True, False]
    assert mean_iou(matches) == pytest.approx(36 / 44, abs=1e-5)
    assert extra_per_picture(matches) == 1


def test_second_box_takes_a_free_neighbour() -> None:
    """Both boxes fit the first plate best; the second one falls back on the other plate."""
    truth = [plates((0, 0), (10, 0))]
    matches = match([plates((1, 0), (4, 0))], [scores(0.9, 0.8)], truth, 0.5)
    assert matches.truths.tolist() == [0, 1]


def test_threshold_decides() -> None:
    """Shifted by 8 of 40: IoU 32 / 48 = 2/3."""
    arguments = ([plates((8, 0))], [scores(1.0)], [plates((0, 0))])
    assert recall(match(*arguments, 0.5)) == 1
    assert recall(match(*arguments, 0.75)) == 0


def test_corner_errors_are_distances_of_all_corners() -> None:
    truth = [plates((0, 0), (0, 50))]
    found = [plates((3, 4), (0, 50))]
    found[0][0][2:] -= (3, 4)  # the lower two corners are exact
    matches = match(found, [scores(0.9, 0.8)], truth, 0.1)
    assert np.sort(matches.corner_errors.ravel()).tolist() == [0, 0, 0, 0, 0, 0, 5, 5]
    assert corner_error(matches, 50) == 0
    assert corner_error(matches, 100) == 5
    assert corner_error(matches, 75) == pytest.approx(1.25)  # between the 6th and 7th of 8


def test_rolled_corners_show_as_corner_errors() -> None:
    """A plate found upside down overlaps fully and still is 41 px out at every corner."""
    found = [np.roll(plates((0, 0)), 2, axis=1)]
    matches = match(found, [scores(0.9)], [plates((0, 0))], 0.5)
    assert mean_iou(matches) == pytest.approx(1)
    assert corner_error(matches, 50) == pytest.approx(np.hypot(40, 10))


def test_whole_set_by_hand() -> None:
    """Four pictures, two without plates; a low score counts for precision only."""
    numbers = detection_metrics(
        [plates((0, 0)), plates((0, 0), (0, 50)), NONE, plates((5, 5))],
        [scores(0.9), scores(0.8, 0.7), NO_SCORES, scores(0.2)],
        [plates((0, 0)), NONE, NONE, plates((5, 5))],
        min_score=0.5,
    )
    assert numbers == {
        "pictures": 4,
        "plates": 2,
        "ap50": pytest.approx(0.5 * 1 + 0.5 * 2 / 4),
        "ap75": pytest.approx(0.5 * 1 + 0.5 * 2 / 4),
        "recall": 0.5,
        "mean_iou": pytest.approx(1),
        "corner_error_px_p50": 0,
        "corner_error_px_p90": 0,
        "corner_error_px_p99": 0,
        "extra_per_picture": 0.5,
        "false_per_empty_picture": 1,
    }


def test_empty_sets_are_none_or_zero_never_nan() -> None:
    nothing = match([], [], [], 0.5)
    assert average_precision(nothing) is None
    assert recall(nothing) is None
    assert mean_iou(nothing) is None
    assert corner_error(nothing, 50) is None
    assert extra_per_picture(nothing) is None
    assert false_per_empty_picture(nothing) is None
    missed = match([NONE], [NO_SCORES], [plates((0, 0))], 0.5)
    assert average_precision(missed) == 0
    assert recall(missed) == 0
    assert false_per_empty_picture(missed) is None


def test_degenerate_prediction_is_extra() -> None:
    matches = match([np.zeros((1, 4, 2), np.float32)], [scores(1)], [plates((0, 0))], 0.0)
    assert matches.hits.tolist() == [False]


@pytest.mark.parametrize(
    ("found", "confidence", "truth"),
    [
        ([plates((0, 0))], [scores(1)], []),
        ([plates((0, 0))], [scores(1, 1)], [NONE]),
        ([plates((0, 0))], [scores(float("nan"))], [NONE]),
    ],
)
def test_inconsistent_sets_are_refused(
    found: list[NDArray[np.float32]],
    confidence: list[NDArray[np.float32]],
    truth: list[NDArray[np.float32]],
) -> None:
    with pytest.raises(ValueError, match=r"score|pictures"):
        match(found, confidence, truth, 0.5)
