"""What params.py says of scenes and plates, where it cannot be."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from src.common.errors import UserError
from src.generators.scene import SceneOptions
from src.inference.reader import ReaderOptions
from src.localize.options import scene_options
from src.ocr.options import plate_options


@pytest.mark.parametrize(
    ("options", "name", "value", "message"),
    [
        (
            scene_options,
            "LocalizeParams.IMG_HEIGHT",
            100,
            "IMG_HEIGHT 100 and IMG_WIDTH 128 must be multiples of 32",
        ),
        (scene_options, "LocalizeParams.IMG_WIDTH", 0, "must be multiples of 32"),
        (
            scene_options,
            "PrepareLocalizeParams.MIN_PLATE",
            0.0,
            "must be above 0 and at most MAX_PLATE",
        ),
        (plate_options, "OCRParams.IMG_HEIGHT", 33, "IMG_HEIGHT 33 and IMG_WIDTH 128 must be even"),
        (plate_options, "OCRParams.IMG_WIDTH", 0, "must be even"),
        (
            plate_options,
            "PrepareOCRParams.MIN_PLATE_WIDTH",
            4,
            "MIN_PLATE_WIDTH 4 must be at least 8",
        ),
    ],
)
def test_what_cannot_be_is_named(
    monkeypatch: pytest.MonkeyPatch,
    options: Callable[[], object],
    name: str,
    value: float,
    message: str,
) -> None:
    options()
    monkeypatch.setattr(f"params.{name}", value)
    with pytest.raises(UserError, match=message):
        options()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"min_plate": 0}, "MIN_PLATE 0 must be above 0 and at most MAX_PLATE 1"),
        (
            {"min_plate": 0.6, "max_plate": 0.5},
            "MIN_PLATE 0.6 must be above 0 and at most MAX_PLATE 0.5",
        ),
        ({"width": 0}, "IMG_HEIGHT 256 and IMG_WIDTH 0 must be at least 1"),
        ({"empty_share": 1.1}, "EMPTY_SHARE 1.1 must be at least 0 and at most 1"),
        ({"occluded_share": float("nan")}, "OCCLUDED_SHARE nan must be at least 0 and at most 1"),
    ],
)
def test_scenes_that_cannot_be_are_named(changed: dict[str, Any], message: str) -> None:
    test_scenes = SceneOptions(
        height=256, width=256, max_plates=3, empty_share=0.3, min_plate=0.2, max_plate=1
    )
    with pytest.raises(UserError, match=f"^{message}$"):
        replace(test_scenes, **changed)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"min_score": -0.1}, "MIN_SCORE -0.1 must be at least 0 and at most 1"),
        ({"min_confidence": 2}, "MIN_CONFIDENCE 2 must be at least 0 and at most 1"),
        ({"long_sides": [128, 0]}, r"LONG_SIDES \[128, 0\] must be at least 1, each of them"),
    ],
)
def test_reading_that_cannot_be_is_named(changed: dict[str, Any], message: str) -> None:
    options = ReaderOptions(height=32, width=128, min_score=0.2, min_confidence=0.4, long_sides=[])
    with pytest.raises(UserError, match=f"^{message}$"):
        replace(options, **changed)
