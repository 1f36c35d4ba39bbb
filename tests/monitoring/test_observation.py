"""What is watched of a picture: numbers that mean what they say, and nothing else."""

import json
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest

from src.generators.formats import get_format
from src.monitoring.observation import Observation, SeenPlate, as_facts, from_facts, observe
from tests.reading.made import reading

SWISS = get_format("swiss")


def noise(height: int = 120, width: int = 160, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width)).astype(np.uint8)


def test_brightness_and_blur_are_those_of_the_definition() -> None:
    # A vertical edge: the Laplacian is +b and -b in the two columns beside it, and 0 elsewhere.
    image = np.zeros((10, 20), np.uint8)
    image[:, 10:] = 100
    seen = observe(image, [], SWISS)
    assert seen == Observation(50.0, 2 * 100**2 / 20, ())


def test_what_is_out_of_focus_has_less_of_it() -> None:
    sharp = noise()
    blurred = np.asarray(cv2.GaussianBlur(sharp, (0, 0), 2), np.uint8)
    assert observe(blurred, [], SWISS).blur < 0.05 * observe(sharp, [], SWISS).blur


def test_cameras_of_any_size_are_alike() -> None:
    small = noise(480, 640)
    large = cv2.resize(small, (2560, 1920), interpolation=cv2.INTER_NEAREST)
    first, second = (observe(np.asarray(image, np.uint8), [], SWISS) for image in (small, large))
    assert first.blur == pytest.approx(second.blur, rel=0.01)
    assert observe(np.zeros((1, 30_000), np.uint8), [], SWISS).blur == 0


def test_plates() -> None:
    part = replace(reading("ZH1", 0.4), partial=True, pattern="ZH1?")
    found = [reading("ZH10", 0.9), reading("XX99999999", 0.7), part]
    assert observe(noise(), found, SWISS).plates == (
        SeenPlate(0.9, 20.0, 4, True),
        SeenPlate(0.7, 20.0, 10, False),
        SeenPlate(0.4, 20.0, None, None),
    )


def test_no_text_is_in_it() -> None:
    facts = json.dumps(as_facts(observe(noise(), [reading("ZH10", 0.9)], SWISS)))
    assert "ZH" not in facts
    assert from_facts(json.loads(facts)) == observe(noise(), [reading("ZH10", 0.9)], SWISS)


@pytest.mark.parametrize(
    "changed",
    [
        {"brightness": -1},
        {"brightness": 256},
        {"brightness": "50"},
        {"blur": float("nan")},
        {"blur": True},
        {"plates": None},
        {"plates": [{"confidence": 2, "height": 1, "length": 1, "known": True}]},
        {"plates": [{"confidence": 0.5, "height": 1, "known": True}]},
        {"plates": [7]},
    ],
)
def test_what_no_server_writes_is_refused(changed: dict[str, Any]) -> None:
    facts = {"brightness": 50.0, "blur": 1.0, "plates": []}
    assert from_facts(facts) == Observation(50.0, 1.0, ())
    with pytest.raises(ValueError, match="it "):
        from_facts({**facts, **changed})
