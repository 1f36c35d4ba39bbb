"""The table and the draw from it."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.common.errors import UserError
from src.generators import degrade as module
from src.generators.degrade import DEGRADATIONS, degrade

QUADS = np.array([[(60, 40), (140, 50), (138, 70), (58, 60)]], np.float32)


def picture():
    return np.random.default_rng(0).integers(0, 256, (128, 200), dtype=np.uint8)


def test_the_table_holds_every_code_with_its_weight():
    assert {code: row.weight for code, row in DEGRADATIONS.items()} == {
        "mot": 2, "rot": 3, "r3d": 1, "blr": 1, "shd": 1, "noi": 1, "cut": 1, "pad": 1,
        "tbc": 1, "brg": 1, "rsz": 1, "jpg": 1, "low": 1, "lns": 0.5, "rol": 0.5, "nit": 0.7,
        "drt": 0.6, "wmk": 0.5, "rec": 0.6,
    }  # fmt: skip
    assert all(row.doc for row in DEGRADATIONS.values())


@pytest.mark.parametrize("code", DEGRADATIONS)
def test_each_code_alone_changes_the_picture(code):
    changed = 0
    for seed in range(10):
        image, quads = degrade(np.random.default_rng(seed), picture(), QUADS, {code: 1.0}, 9.0)
        assert image.shape == (128, 200)
        assert image.dtype == np.uint8
        assert quads.shape == (1, 4, 2)
        assert quads.dtype == np.float32
        changed += bool((image != picture()).any())
    assert changed >= 5


def test_no_degradations_no_change():
    for weights, mean in ((None, 0.0), ({}, 5.0), ({"blr": 0.0}, 5.0)):
        image, quads = degrade(np.random.default_rng(0), picture(), QUADS, weights, mean)
        assert (image == picture()).all()
        assert (quads == QUADS).all()


def test_an_unknown_code_lists_the_known_ones():
    with pytest.raises(UserError, match=r"blurr.*mot.*jpg"):
        degrade(np.random.default_rng(0), picture(), QUADS, {"blurr": 1.0})


@pytest.mark.parametrize("weight", [-1.0, float("nan")])
def test_a_weight_that_is_no_weight(weight):
    with pytest.raises(UserError, match="rot"):
        degrade(np.random.default_rng(0), picture(), QUADS, {"rot": weight})


def test_codes_are_drawn_by_weight_and_mean_count(monkeypatch):
    drawn = dict.fromkeys(DEGRADATIONS, 0)

    def count(code):
        def apply(rng, image, quads, strength):
            assert 0 <= strength <= 1
            drawn[code] += 1
            return image, quads

        return module.Degradation(DEGRADATIONS[code].weight, apply, "counts")

    monkeypatch.setattr(module, "DEGRADATIONS", {code: count(code) for code in DEGRADATIONS})
    rng = np.random.default_rng(0)
    for _ in range(4000):
        degrade(rng, np.zeros((8, 8), np.uint8), QUADS, mean_count=1.2)
    total = sum(drawn.values())
    assert total / 4000 == pytest.approx(1.2, abs=0.06)
    assert drawn["rot"] / total == pytest.approx(3 / 19.4, abs=0.03)
    assert drawn["mot"] / total == pytest.approx(2 / 19.4, abs=0.03)
    assert drawn["jpg"] / total == pytest.approx(1 / 19.4, abs=0.02)


# On average: a time stamp is there or it is not, and a first drop falls.
@pytest.mark.parametrize("code", ["lns", "rol", "nit", "drt", "rec", "wmk"])
def test_next_to_no_strength_next_to_no_change(code):
    image = cv2.GaussianBlur(picture(), (0, 0), 4)
    for seed in range(30):
        changed, quads = DEGRADATIONS[code].apply(np.random.default_rng(seed), image, QUADS, 0.0)
        assert np.abs(changed.astype(int) - image).mean() < 4
        assert quads == pytest.approx(QUADS, abs=1e-3)


@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    height=st.integers(16, 150),
    width=st.integers(16, 150),
    count=st.integers(0, 3),
    grey=st.sampled_from([0, 90, 255]),
)
def test_any_picture_any_plates(seed, height, width, count, grey):
    rng = np.random.default_rng(seed)
    low = rng.uniform(0, 0.6, (count, 1, 2))
    corners = low + rng.uniform(0.05, 0.4, (count, 1, 2)) * ((0, 0), (1, 0), (1, 1), (0, 1))
    quads = (corners * (width - 1, height - 1)).astype(np.float32)
    image = np.full((height, width), grey, np.uint8)
    results = [degrade(np.random.default_rng(seed), image, quads, mean_count=4) for _ in range(2)]
    (first, moved), (second, again) = results
    assert first.shape == (height, width)
    assert (first == second).all()
    assert (moved == again).all()
    assert moved.shape == quads.shape
    assert np.isfinite(moved).all()
    assert (image == grey).all()
