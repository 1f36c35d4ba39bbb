"""Hard negatives, shields, weighted draws, small lettering."""

import numpy as np
import pytest

from src.generators.draws import pick, pick_index
from src.generators.formats.swiss.shields import SHIELDS
from src.generators.lookalikes import LOOKALIKES, draw_lookalike
from src.generators.luminance import LUMINANCE_SHARES, LUMINANCES, grey
from src.generators.shields import SHIELD_SIZE, shield
from src.generators.smalltext import draw_words


@pytest.mark.parametrize("kind", sorted(LOOKALIKES))
@pytest.mark.parametrize("height", [16, 50, 120])
def test_each_lookalike_draws_at_each_height(kind: str, height: int) -> None:
    rng = np.random.default_rng(height)
    for _ in range(15):
        image = LOOKALIKES[kind].draw(rng, height)
        assert image.dtype == np.uint8
        assert image.ndim == 2
        assert image.shape[0] == height
        assert image.shape[1] >= 12
        assert image.flags["C_CONTIGUOUS"]


def test_lookalikes_are_seeded_and_refuse_tiny_heights() -> None:
    a, b = (draw_lookalike(np.random.default_rng(4), 40) for _ in range(2))
    assert np.array_equal(a, b)
    with pytest.raises(ValueError, match="15 px"):
        draw_lookalike(np.random.default_rng(0), 15)


def test_shares_add_up() -> None:
    assert sum(kind.share for kind in LOOKALIKES.values()) == pytest.approx(1)
    assert sum(LUMINANCE_SHARES) == pytest.approx(1)
    assert len(LUMINANCE_SHARES) == len(LUMINANCES)


def test_luminance_of_known_colours() -> None:
    assert grey((255, 0, 0), 0) == 76
    assert grey((0, 255, 0), 0) == 150
    assert grey((0, 0, 255), 0) == 29
    for index in range(len(LUMINANCES)):
        assert grey((255, 255, 255), index) == 255


def test_shields_are_distinct_and_have_transparent_corners() -> None:
    pictures = {}
    for name, arms in SHIELDS.items():
        picture, mask = shield(arms, 0)
        assert picture.shape == mask.shape == SHIELD_SIZE
        assert mask[-1, 0] == mask[-1, -1] == 0
        assert mask[20, 20] == 255
        pictures[name] = picture.tobytes()
    assert len(set(pictures.values())) == len(SHIELDS)


def test_the_swiss_cross_is_light_on_dark() -> None:
    picture, _ = shield(SHIELDS["CH"], 0)
    height, width = SHIELD_SIZE
    assert picture[round(0.45 * height), width // 2] > 200
    assert picture[round(0.12 * height), round(0.15 * width)] < 120


def test_pick_follows_its_shares() -> None:
    rng = np.random.default_rng(0)
    drawn = [pick(rng, {"a": 0.7, "never": 0.0, "b": 0.3}) for _ in range(4000)]
    assert drawn.count("a") / 4000 == pytest.approx(0.7, abs=0.03)
    assert "never" not in drawn


def test_pick_from_nothing_is_an_error_and_rounding_is_not() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="Nothing"):
        pick_index(rng, ())
    assert {pick_index(rng, (0.1, 0.1)) for _ in range(50)} == {0, 1}


def test_words_leave_ink_in_any_strip() -> None:
    rng = np.random.default_rng(0)
    for shape in ((5, 40), (12, 200), (60, 60)):
        image = np.zeros(shape, np.uint8)
        draw_words(image, 255, rng)
        assert image.any()
