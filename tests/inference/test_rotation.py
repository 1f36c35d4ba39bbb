"""Cameras that hang upside down or lie on their side: what is read is where it was in the picture as it came."""

import numpy as np
import pytest

from src.inference.reader import Reading
from src.inference.rotation import ANGLES, AUTO, SURE, rotated
from tests.reading import made

HEIGHT, WIDTH = 60, 100
QUAD = np.array([[20, 10], [50, 12], [49, 20], [19, 18]], np.float32)
# The picture, turned, has this pixel set: it tells which way up it is.
PICTURE = np.zeros((HEIGHT, WIDTH), np.uint8)
PICTURE[0, 0] = 255


def upright(image: np.ndarray, angle: int) -> np.ndarray:
    """The picture that is ``image`` once it was turned clockwise by ``angle``: how a camera gives it."""
    return np.ascontiguousarray(np.rot90(image, angle // 90))


def read_marked(image: np.ndarray) -> list[Reading]:
    """Read a plate whose corners are the four pixels of 1, 2, 3 and 4, if 1 is the left upper one."""
    places = [np.argwhere(image == value)[0] for value in (1, 2, 3, 4)]
    quad = np.array([[x, y] for y, x in places], np.float32)
    wide, tall = np.ptp(quad, axis=0)
    good = wide > tall and quad[0, 0] < quad[1, 0] and quad[0, 1] < quad[3, 1]
    reading = made.reading("ZH1", 0.99 if good else 0.5)
    return [Reading(**{**vars(reading), "quad": quad})]


def marked() -> np.ndarray:
    image = np.zeros((HEIGHT, WIDTH), np.uint8)
    for value, (x, y) in zip((1, 2, 3, 4), QUAD.astype(int), strict=True):
        image[y, x] = value
    return image


@pytest.mark.parametrize("angle", ANGLES)
@pytest.mark.parametrize("how", ["named", "auto"])
def test_corners_are_in_the_pixels_of_the_picture_as_it_came(angle: int, how: str) -> None:
    came = upright(marked(), angle)
    (reading,) = rotated(read_marked, AUTO if how == "auto" else str(angle))(came)
    assert reading.confidence == 0.99
    # Whatever way up: the first corner is the plate's own top left, where the picture has its 1.
    for value, (x, y) in zip((1, 2, 3, 4), reading.quad, strict=True):
        assert came[int(y), int(x)] == value


def test_turning_is_clockwise() -> None:
    seen: list[np.ndarray] = []

    def look(image: np.ndarray) -> list[Reading]:
        seen.append(image)
        return []

    for angle in ("0", "90", "180", "270"):
        rotated(look, angle)(PICTURE)
    assert [image.shape for image in seen] == [(60, 100), (100, 60), (60, 100), (100, 60)]
    corners = [(0, 0), (0, 59), (59, 99), (99, 0)]
    assert [tuple(np.argwhere(image == 255)[0]) for image in seen] == corners
    assert all(image.flags.c_contiguous for image in seen)


def confident(*confidences: float) -> tuple[list[int], list[Reading]]:
    """Read with ``auto`` where the four ways up are so sure; return how many were tried, and what was read."""
    tried: list[int] = []

    def look(_: np.ndarray) -> list[Reading]:
        tried.append(len(tried))
        value = confidences[tried[-1]]
        return [made.reading(f"ZH{len(tried)}", value)] if value else []

    return tried, rotated(look, AUTO)(PICTURE)


def test_auto_stops_at_the_first_sure_way_up() -> None:
    tried, (reading,) = confident(0.5, SURE, 1.0, 1.0)
    assert (len(tried), reading.text) == (2, "ZH2")


def test_auto_takes_the_surest_where_none_is_sure() -> None:
    tried, (reading,) = confident(0.5, 0.0, 0.8, 0.7)
    assert (len(tried), reading.text) == (4, "ZH3")
    assert confident(0, 0, 0, 0) == ([0, 1, 2, 3], [])
