"""What params.py says of scenes and plates, where it cannot be."""

from collections.abc import Callable

import pytest

from src.common.errors import UserError
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
