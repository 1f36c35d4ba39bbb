"""Letters that are drawn once: their size, their place, their cutting off."""

import numpy as np
import pytest

from src.generators.draws import integer, uniform
from src.generators.faces import BOLDNESS, CAPITAL, FACES, put_text, text_mask
from src.generators.scaling import resized


@pytest.mark.parametrize("face", range(len(FACES)))
@pytest.mark.parametrize("boldness", BOLDNESS)
def test_capitals_have_one_height_in_every_face(face: int, boldness: int) -> None:
    rows = np.flatnonzero((text_mask("H", face, boldness) > 127).any(axis=1))
    assert rows[-1] + 1 - rows[0] == pytest.approx(CAPITAL, abs=3)


def test_longer_texts_are_wider_and_spaces_are_empty() -> None:
    one, two = text_mask("AB", 0, 1), text_mask("AB AB", 0, 1)
    assert two.shape[1] > 2 * one.shape[1]
    assert not text_mask(" ", 0, 1).any()


def test_text_stands_on_its_base_line() -> None:
    image = np.zeros((100, 300), np.uint8)
    put_text(image, text_mask("HH", 0, 1), (50, 60), 1.0, 200)
    rows, columns = np.nonzero(image > 100)
    assert rows.max() == pytest.approx(60, abs=2)
    assert rows.min() == pytest.approx(60 - CAPITAL, abs=2)
    assert columns.min() == pytest.approx(50, abs=2)
    assert image.max() == 200


def test_text_is_cut_off_at_every_edge() -> None:
    mask = text_mask("WWWW", 1, 2)
    for place in ((-40, 12), (25, 12), (3, -2), (3, 60), (-900, 0)):
        image = np.zeros((30, 30), np.uint8)
        put_text(image, mask, place, 1.0, 255)
        assert image.shape == (30, 30)
        assert image.any() == (place[0] > -900 and -2 < place[1] < 60)


def test_resizing_averages_blocks() -> None:
    picture = np.array([[0, 200, 10, 30], [0, 200, 10, 30]], np.uint8)
    assert resized(picture, 2, 1).tolist() == [[100, 20]]
    assert resized(picture, 4, 2) is picture
    assert resized(picture, 1, 5).shape == (5, 1)


def test_cheap_draws_stay_in_their_range_and_reach_its_ends() -> None:
    rng = np.random.default_rng(0)
    whole = [integer(rng, -2, 3) for _ in range(500)]
    assert set(whole) == {-2, -1, 0, 1, 2}
    assert [whole.count(value) / 500 for value in range(-2, 3)] == pytest.approx(
        [0.2] * 5, abs=0.06
    )
    numbers = [uniform(rng, 4.0, 6.0) for _ in range(500)]
    assert 4.0 <= min(numbers) < 4.1
    assert 5.9 < max(numbers) < 6.0
