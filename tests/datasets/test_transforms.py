"""The transformations of photographs, by code and weight."""

import numpy as np
import pytest

from src.datasets.transforms import Transforms
from src.pipeline.limits import TRANSFORMS
from src.pipeline.mixing import transforms

PICTURE = np.random.default_rng(0).integers(60, 200, (96, 192), dtype=np.uint8)
QUADS = np.array([[(40, 40), (150, 44), (149, 70), (39, 66)]], np.float32)
MOVING = {"rot", "r3d", "cut", "pad", "tbc"}


def test_the_weights_are_those_of_the_augmentation_job() -> None:
    assert transforms().weights == {
        "mot": 2, "rot": 3, "r3d": 1, "blr": 1, "shd": 1, "noi": 1, "cut": 1, "pad": 1,
        "tbc": 1, "brg": 1, "rsz": 1,
    }  # fmt: skip


@pytest.mark.parametrize("code", [code.lower() for code in TRANSFORMS])
def test_each_code_alone_does_what_it_says(code: str) -> None:
    alone = Transforms({code: 1.0}, 5.0)
    changed = moved = 0
    for seed in range(12):
        image, quads = alone(np.random.default_rng(seed), PICTURE, QUADS)
        assert image.shape == PICTURE.shape
        changed += not np.array_equal(image, PICTURE)
        moved += not np.allclose(quads, QUADS)
    assert changed >= 10
    assert moved >= 6 if code in MOVING else moved == 0


def test_without_any_photographs_stay_as_they_are() -> None:
    for none in (Transforms({code.lower(): 0.0 for code in TRANSFORMS}, 5.0), Transforms({}, 0.0)):
        image, quads = none(np.random.default_rng(1), PICTURE, QUADS)
        assert np.array_equal(image, PICTURE)
        assert np.array_equal(quads, QUADS)
