"""Which pictures are crops of a plate."""

import numpy as np
import pytest

from src.inference.cropped import FILLED, is_cropped, whole_picture, with_both_ends
from src.inference.detection import Detection


def box(left: float, top: float, right: float, bottom: float) -> np.ndarray:
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)


@pytest.mark.parametrize(
    ("quad", "crop"),
    [
        (box(0, 0, 200, 50), True),
        (box(-10, -5, 210, 55), True),  # cut into
        (box(20, 6, 180, 44), FILLED <= 160 * 38 / (200 * 50)),
        (box(20, 10, 180, 40), False),  # 48% of it
        (box(100, 0, 300, 50), False),  # its second half is beyond the edge
        (box(300, 0, 400, 50), False),  # all of it is
    ],
)
def test_a_crop_is_mostly_plate(quad: np.ndarray, crop: bool) -> None:
    assert is_cropped(quad, (50, 200)) == crop


def test_a_plate_beyond_both_edges_of_a_street_is_none() -> None:
    assert not is_cropped(box(-100, 200, 740, 380), (480, 640))


def test_what_is_hidden_in_between_stays_hidden() -> None:
    found = Detection(box(0, 0, 9, 9), 0.8, 1, unseen=(0.9, 0.8, 0.7))
    assert with_both_ends(found).unseen == (0.0, 0.0, 0.7)


@pytest.mark.parametrize(
    ("height", "width", "looked_at"),
    [
        (24, 94, True),
        (60, 120, True),
        (60, 100, False),  # a street
        (20, 160, False),
        (160, 640, True),
        (161, 644, False),  # a plate of this size is found
        (94, 24, False),
    ],
)
def test_pictures_in_the_form_of_a_plate(height: int, width: int, looked_at: bool) -> None:
    whole = whole_picture((height, width))
    assert (whole is not None) == looked_at
    if whole is not None:
        assert np.array_equal(whole.quad, box(0, 0, width, height))
