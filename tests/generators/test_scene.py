"""Whole scenes."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from src.common.geometry import is_readable_quad
from src.common.rectify import rectify
from src.generators.formats import get_format
from src.generators.formats.base import PlateSpec
from src.generators.plate import Plate
from src.generators.scene import Scene, SceneOptions, World, draw_scene
from src.generators.splits import sample_spec, text_split
from src.generators.views import draw_empty_view, draw_view

WORLD = World(get_format("swiss"))
OPTIONS = SceneOptions(
    height=96, width=128, max_plates=3, empty_share=0.0, min_plate=0.2, max_plate=0.8
)


def scenes(options: SceneOptions, count: int) -> list[Scene]:
    return [draw_scene(np.random.default_rng([1, i]), WORLD, options, "val") for i in range(count)]


def test_scenes_are_pictures_with_readable_plates() -> None:
    for scene in scenes(OPTIONS, 40):
        assert scene.image.shape == (96, 128)
        assert scene.image.dtype == np.uint8
        for plate in scene.plates:
            assert is_readable_quad(plate.known_quad)
            assert plate.known_quad.dtype == np.float32
            assert plate.known_text.startswith(plate.prefix)
            assert WORLD.plate_format.parse(plate.known_text) is not None
            assert text_split(plate.known_text) == "val"
            assert plate.known_lines in (1, 2)


def test_same_seed_same_bytes() -> None:
    for index in range(8):
        first, second = (
            draw_scene(np.random.default_rng([3, index]), WORLD, OPTIONS, "train") for _ in range(2)
        )
        assert np.array_equal(first.image, second.image)
        assert [p.text for p in first.plates] == [p.text for p in second.plates]
        for a, b in zip(first.plates, second.plates, strict=True):
            assert np.array_equal(a.known_quad, b.known_quad)


def test_other_seeds_other_pictures() -> None:
    assert len({scene.image.tobytes() for scene in scenes(OPTIONS, 20)}) == 20


@pytest.mark.parametrize("most", [0, 1, 2, 4])
def test_never_more_plates_than_asked_for(most: int) -> None:
    counts = [len(s.plates) for s in scenes(replace(OPTIONS, max_plates=most, max_plate=0.25), 60)]
    assert max(counts) == most


def test_empty_share() -> None:
    assert not any(s.plates for s in scenes(replace(OPTIONS, empty_share=1.0), 20))
    full = scenes(OPTIONS, 40)
    assert sum(bool(s.plates) for s in full) >= 36  # there may be no room, rarely
    half = scenes(replace(OPTIONS, empty_share=0.5), 80)
    assert 20 <= sum(not s.plates for s in half) <= 60


def test_plates_may_fill_the_picture() -> None:
    full = replace(OPTIONS, max_plates=1, min_plate=1.0, max_plate=1.0)
    plates = [p for scene in scenes(full, 40) for p in scene.plates if p.lines == 1]
    assert len(plates) >= 15
    assert np.median([np.ptp(p.known_quad[:, 0]) for p in plates]) > 0.8 * 128


def test_widths_lie_in_their_range() -> None:
    narrow = replace(OPTIONS, max_plates=1, min_plate=0.3, max_plate=0.3)
    quads = [p.known_quad for scene in scenes(narrow, 60) for p in scene.plates]
    edges = [max(np.hypot(*(q[1] - q[0])), np.hypot(*(q[2] - q[3]))) for q in quads]
    # Plates of two lines are drawn narrower, and degradations turn and stretch a little.
    assert np.median(edges) < 0.33 * 128
    assert max(edges) < 0.45 * 128


def test_plates_are_where_they_are_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    # Plates of a dark and a light half: cut out by their corners, the step lies in the middle.
    def half_and_half(spec: PlateSpec, rng: object, height: int, templates: object) -> Plate:
        image = np.full((height, 4 * height), 20, np.uint8)
        image[:, 2 * height :] = 230
        return Plate(image, spec.text, spec.lines)

    monkeypatch.setattr("src.generators.plate_cache.draw_plate", half_and_half)
    steps = []
    for scene in scenes(replace(OPTIONS, height=192, width=256), 60):
        for plate in scene.plates:
            canvas = cv2.blur(rectify(scene.image, plate.known_quad, 1, 32, 128), (1, 25))
            profile = canvas[16].astype(float)
            rise = profile[4:] - profile[:-4]
            if rise.max() > 25:
                steps.append(int(rise.argmax()) + 2 - 63.5)
    assert len(steps) > 40
    assert abs(np.median(steps)) <= 1
    assert np.percentile(np.abs(steps), 90) <= 4


def test_views_show_a_plate_with_little_around_it() -> None:
    for i in range(30):
        rng = np.random.default_rng(i)
        image, plate = draw_view(rng, WORLD, 80.0, sample_spec(rng, WORLD.plate_format, "test"))
        assert text_split(plate.known_text) == "test"
        low, high = plate.known_quad.min(0), plate.known_quad.max(0)
        assert max(image.shape) < 3 * (high - low).max() + 20


def test_empty_views_have_no_text() -> None:
    for i in range(10):
        image, plate = draw_empty_view(np.random.default_rng(i), WORLD, 80.0, "train")
        assert plate.known_text == plate.prefix == ""
        assert is_readable_quad(plate.known_quad)
        assert image.size


def test_background_pictures_are_used() -> None:
    stripes = np.tile(np.array([0, 255], np.uint8), (64, 32))
    worlds = (World(WORLD.plate_format, photos=(stripes,)), WORLD)
    empty = replace(OPTIONS, empty_share=1.0)
    changed = 0
    for i in range(20):
        with_photos, without = (
            draw_scene(np.random.default_rng(i), world, empty, "train").image for world in worlds
        )
        changed += not np.array_equal(with_photos, without)
    assert changed >= 5
