"""Photographs for the localizer: windows round plates, and crops of them as scenes."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from src.common.geometry import box_quad
from src.common.plates import LabelledPlate
from src.datasets.photos import Photo
from src.datasets.placing import place_plates
from src.datasets.prepared import PreparedSet, Sample
from src.datasets.teaching import NO_START, LeftOut, TeachingPhoto, placed_photos, teaching_photos
from src.datasets.transforms import Transforms
from src.datasets.windows import seen_share
from src.localize.photo_scenes import HIDDEN, WHOLE, BalancedWindows, PhotoScenes
from src.localize.photo_windows import (
    LARGER,
    NEIGHBOUR,
    FrozenWindows,
    PhotoWindow,
    windows_to_search,
)
from tests.photographs import SIZE, TILTED, picture, row, write_photos

SCENE = (128, 128)
FROZEN = (128 * LARGER, 128 * LARGER)
EVERYTHING = Transforms(dict.fromkeys(("rot", "r3d", "cut", "pad", "tbc", "noi"), 1.0), 3.0)


def photo_of(size: tuple[int, int], *quads: NDArray[np.float32]) -> TeachingPhoto:
    plates = tuple(LabelledPlate(f"ZH{i}", lines=1, quad=quad) for i, quad in enumerate(quads))
    photo = Photo(Path("set/a.png"), plates, 2, "train")
    return TeachingPhoto(Path("set"), photo, size, tuple(place_plates(plates, ())), False)


def windows(photo: TeachingPhoto) -> list[PhotoWindow]:
    found = list(windows_to_search(photo, SCENE))
    assert not any(isinstance(one, LeftOut) for one in found)
    return [one for one in found if isinstance(one, PhotoWindow)]


def test_a_picture_teaches_by_all_of_its_plates_or_not_at_all(tmp_path: Path) -> None:
    rows = [row("a.png", "ZH1", TILTED), row("a.png", "BE2"), row("b.png", "", None, "train", "")]
    photos = teaching_photos([write_photos(tmp_path / "set", rows)])
    two, empty = placed_photos(photos, None)
    lost = [one for one in windows_to_search(two, SCENE) if isinstance(one, LeftOut)]
    assert [(one.plate_text, one.reason) for one in lost] == [("ZH1", NEIGHBOUR), ("BE2", NO_START)]
    (negative,) = windows(empty)
    assert negative.plates == ()
    assert FrozenWindows([negative], SCENE)(0).image.shape == FROZEN


quads = st.builds(
    lambda x, y, w, h, lean: np.array(
        [[x, y], [x + w, y + lean], [x + w, y + h + lean], [x, y + h]], np.float32
    ),
    *(st.floats(0, 500), st.floats(0, 300), st.floats(16, 90), st.floats(8, 30)),
    st.floats(0.5, 10),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(quads, min_size=1, max_size=4), st.integers(0, 99))
def test_no_plate_is_ever_cut(boxes: list[NDArray[np.float32]], seed: int) -> None:
    found = windows(photo_of((400, 640), *boxes))
    assert len(found) == len(boxes)
    for one in found:
        kept = [plate.known_quad.tolist() for plate in one.plates]
        for quad in boxes:
            share = seen_share(one.window.moved(quad, FROZEN), FROZEN)
            assert share > WHOLE if quad.tolist() in kept else share <= HIDDEN
    frozen = FrozenWindows(found[:1], SCENE)
    moved = tuple(
        LabelledPlate("ZH1", lines=1, quad=found[0].window.moved(plate.known_quad, FROZEN))
        for plate in found[0].plates
    )
    shown = Sample(np.zeros(FROZEN, np.uint8), moved)
    assert frozen.size == SCENE
    scene = PhotoScenes(lambda _: shown, seed, None, SCENE)(seed)
    assert scene.image.shape == SCENE
    for plate in scene.plates:
        assert seen_share(plate.known_quad, SCENE) > WHOLE


def test_crops_come_in_many_sizes_and_corners_go_along() -> None:
    (one,) = windows(photo_of(SIZE, TILTED))
    image = one.window.pixels(picture(TILTED), FROZEN)
    window = Sample(image, (LabelledPlate("ZH1", lines=1, quad=one.window.moved(TILTED, FROZEN)),))
    widths = []
    for number in range(40):
        scene = PhotoScenes(lambda _: window, 1, EVERYTHING, SCENE)(number)
        (plate,) = scene.plates
        quad = plate.known_quad
        widths.append(float(np.ptp(quad[:, 0])))
        # White inside and dark outside, wherever the transformations have put it.
        x, y = quad.mean(0).round().astype(int).tolist()
        assert scene.image[max(y - 1, 0) : y + 2, x - 2 : x + 3].mean() > 150, number
        assert not plate.rough
    assert max(widths) > 2 * min(widths)
    assert max(widths) <= 128


def test_of_boxes_and_half_read_plates_only_the_place_is_learned() -> None:
    plates = (
        LabelledPlate("ZH1", lines=1, quad=TILTED),
        LabelledPlate("ZH?", lines=1, quad=TILTED + 5),
        LabelledPlate("BE2", lines=1, quad=box_quad(TILTED)),
    )
    for plate, rough in zip(plates, (False, True, True), strict=True):
        window = Sample(np.zeros(FROZEN, np.uint8), (plate,))
        turned = PhotoScenes(lambda _, w=window: w, 1, EVERYTHING, SCENE)(3)  # type: ignore[misc]
        assert [one.rough for one in turned.plates] == [rough]


def test_texts_take_turns_and_pictures_without_one_each_for_itself() -> None:
    texts = ["ZH1", "ZH1", "BE2", "?", "?", ""]
    plates = tuple(
        (LabelledPlate(text, lines=2 if text == "BE2" else 1, quad=TILTED),) if text else ()
        for text in texts
    )
    frozen = PreparedSet(
        np.arange(6, dtype=np.uint8)[:, None, None] + np.zeros((6, 2, 2), np.uint8), plates
    )
    balanced = BalancedWindows.of(frozen, 2, 1)
    seen = Counter(int(balanced(number).image[0, 0]) for number in range(600))
    assert seen == pytest.approx({0: 50, 1: 50, 2: 200, 3: 100, 4: 100, 5: 100})
