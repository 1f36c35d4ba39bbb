"""Labels with characters that are no ASCII."""

import cv2
import numpy as np
import pytest

from src.pictures.draw import MISTAKE, TRUTH, draw_reading
from src.pictures.lettering import label_mask, shown


def test_what_plates_show_is_drawn_and_the_rest_named() -> None:
    assert shown("ZH123 is 12") == "ZH123 is 12"
    assert shown("AÄ915") == "AÄ915"
    assert shown("12가3456") == "12가3456"
    assert shown("豫A1") == "豫A1"
    assert shown("龍A1") == "<U+9F8D>A1"
    assert shown("값É") == "<U+AC12><U+00C9>"


def drawn(label: str) -> np.ndarray:
    image = np.full((60, 240, 3), 90, np.uint8)
    draw_reading(image, None, label, MISTAKE)
    return image


@pytest.mark.parametrize(
    ("one", "other"), [("Ä", "A"), ("Ä", "Ö"), ("가", "나"), ("豫", "京"), ("龍", "鬼")]
)
def test_labels_tell_characters_apart(one: str, other: str) -> None:
    ours, theirs = drawn(f"1{one}2"), drawn(f"1{other}2")
    assert not np.array_equal(ours, theirs)
    assert not np.array_equal(ours, drawn("1?2"))


def test_ascii_is_drawn_as_before() -> None:
    image = drawn("ZH12")
    expected = np.full((60, 240, 3), 90, np.uint8)
    (width, height), descent = cv2.getTextSize("ZH12", cv2.FONT_HERSHEY_SIMPLEX, 0.45, 1)
    corner = (width + 3, height + descent + 1)
    cv2.rectangle(expected, (0, 0), corner, MISTAKE, cv2.FILLED)
    place = (2, 1 + height)
    cv2.putText(expected, "ZH12", place, cv2.FONT_HERSHEY_SIMPLEX, 0.45, (255,) * 3, 1, cv2.LINE_AA)
    assert np.array_equal(image, expected)


def test_a_mask_holds_its_text_and_grows_with_it() -> None:
    short, long = (label_mask(text, 0.45, 1) for text in ("가", "가나다"))
    assert short.shape[0] == long.shape[0]
    assert long.shape[1] > 2.5 * short.shape[1]
    for mask in (short, long):
        assert mask.dtype == np.uint8
        assert mask.max() > 200
        assert not mask[:, 0].any()
        assert not mask[:, -1].any()


def test_a_label_longer_than_the_picture_is_cut_off() -> None:
    image = np.zeros((8, 20, 3), np.uint8)
    draw_reading(image, None, "서울12가3456", TRUTH)
    assert (image == TRUTH).all(axis=2).any()
