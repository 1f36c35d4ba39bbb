import json
from pathlib import Path

import numpy as np
import pytest

from src.bundle.endpoint import Endpoint, describe, to_grey
from src.inference.cropped import AT_EDGE, EDGE
from tests.networks import SCORE, save_bundle


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Endpoint:
    folder: Path = tmp_path_factory.mktemp("models")
    return Endpoint(save_bundle(folder))


def test_answer_of_a_picture_with_plates(endpoint: Endpoint) -> None:
    answer = endpoint.predict(np.zeros((90, 200, 3), np.uint8))
    assert answer["plate"] == "Z"
    # No Swiss plate reads "Z": it has no canton, and all of it is number.
    assert (answer["canton"], answer["number"]) == ("", "Z")
    assert answer["image"] == {"width": 200, "height": 90}
    plate = answer["plates"][0]
    x1, y1, x2, y2 = plate["box"]
    assert (x2 - x1, y2 - y1) == pytest.approx((80, 20), abs=1e-3)
    assert plate["quad"] == [pytest.approx(p) for p in ([x1, y1], [x2, y1], [x2, y2], [x1, y2])]
    assert plate["score"] == pytest.approx(SCORE, abs=1e-4)
    assert min(x1, y1, 199 - x2, 89 - y2) > EDGE * 20
    assert plate["confidence"] == pytest.approx(1, abs=1e-3)
    assert plate["confidence_min"] == pytest.approx(1, abs=1e-4)
    assert plate["characters"] == [{"char": "Z", "confidence": pytest.approx(1, abs=1e-4)}]
    # At the picture's edge nothing is sure to be whole, and it comes after what is.
    x1, y1, x2, y2 = answer["plates"][-1]["box"]
    assert min(x1, y1, 199 - x2, 89 - y2) < EDGE * 20
    assert answer["plates"][-1]["confidence"] == pytest.approx(AT_EDGE, abs=1e-4)


def test_answer_is_plain_json(endpoint: Endpoint) -> None:
    answer = endpoint.predict(np.zeros((64, 64), np.uint8))
    assert answer["plates"]
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer


def test_no_plate_is_no_invented_text() -> None:
    assert describe([], 100, 64) == {
        "plate": None,
        "canton": None,
        "number": None,
        "plates": [],
        "image": {"width": 100, "height": 64},
    }


@pytest.mark.parametrize(
    ("dtype", "pixel", "grey"),
    [
        ("uint8", 77, 77),
        ("bool", True, 255),
        ("bool", False, 0),
        ("uint16", 0x8142, 0x81),
        ("int32", 0xFFFF, 255),
        ("int32", -5, 0),
        ("uint8", [77], 77),
        ("uint8", [100, 255], 100),
        ("uint8", [100, 0], 255),
        # 0.299, 0.587 and 0.114 of 255: red, green, blue, in this order.
        ("uint8", [255, 0, 0], 76),
        ("uint8", [0, 255, 0], 150),
        ("uint8", [0, 0, 255], 29),
        ("uint8", [255, 0, 0, 255], 76),
        ("uint8", [255, 0, 0, 0], 255),
        # Half of black over half of white: 255 × (1 - 128 / 255) = 127.
        ("uint8", [0, 0, 0, 128], 127),
    ],
)
def test_grey_of_every_kind_of_picture(dtype: str, pixel: int | list[int], grey: int) -> None:
    picture = np.tile(np.array(pixel, dtype), (3, 5) + (1,) * np.ndim(pixel))
    got = to_grey(picture)
    assert got.dtype == np.uint8
    assert got.flags["C_CONTIGUOUS"]
    np.testing.assert_array_equal(got, np.full((3, 5), grey))


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros(4, np.uint8),
        np.zeros((4, 4, 5), np.uint8),
        np.zeros((2, 4, 4, 3), np.uint8),
        np.zeros((0, 4), np.uint8),
        np.zeros((4, 0, 3), np.uint8),
        np.zeros((4, 4), np.float32),
        np.zeros((4, 4, 3), np.uint16),
    ],
)
def test_what_is_no_picture_is_refused(picture: np.ndarray) -> None:
    with pytest.raises(ValueError, match="the picture is"):
        to_grey(picture)
