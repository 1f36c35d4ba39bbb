"""What params.py says of scenes and plates, where it cannot be."""

import pytest

from src.common.errors import UserError
from src.localize.options import scene_options
from src.ocr.options import plate_options


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "LocalizeParams.IMG_HEIGHT",
            100,
            "IMG_HEIGHT 100 and IMG_WIDTH 128 must be multiples of 32",
        ),
        ("LocalizeParams.IMG_WIDTH", 0, "must be multiples of 32"),
        ("PrepareLocalizeParams.MIN_PLATE", 0.0, "must be above 0 and at most MAX_PLATE"),
    ],
)
def test_scenes_that_cannot_be_are_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: float, message: str
) -> None:
    scene_options()
    monkeypatch.setattr(f"params.{name}", value)
    with pytest.raises(UserError, match=message):
        scene_options()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("OCRParams.IMG_HEIGHT", 33, "IMG_HEIGHT 33 and IMG_WIDTH 128 must be even"),
        ("OCRParams.IMG_WIDTH", 0, "must be even"),
        ("PrepareOCRParams.MIN_PLATE_WIDTH", 4, "MIN_PLATE_WIDTH 4 must be at least 8"),
    ],
)
def test_plates_that_cannot_be_are_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: int, message: str
) -> None:
    plate_options()
    monkeypatch.setattr(f"params.{name}", value)
    with pytest.raises(UserError, match=message):
        plate_options()
