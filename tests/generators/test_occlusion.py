"""What of a plate can be seen, by hand; and that what is drawn is what is told."""

import numpy as np
import pytest

from src.common.geometry import is_readable_quad
from src.common.texts import UNSEEN
from src.generators.formats import format_names, get_format
from src.generators.hard_scenes import HARD_KINDS, draw_hard_scene
from src.generators.occlusion import OCCLUSIONS, occlude
from src.generators.plate import draw_plate
from src.generators.scene import SceneOptions, World, draw_scene
from src.generators.splits import sample_spec, text_split
from src.generators.views import draw_occluded_view
from src.generators.visibility import Occluded, inside, seen_map, seen_quad_of, seen_text

WORLD = World(get_format("swiss"))
# Four characters side by side, each a quarter of the plate.
BOXES = np.array([[i / 4, 0.1, (i + 1) / 4, 0.9] for i in range(4)], np.float32)


def upright(left: float, top: float, width: float, height: float) -> np.ndarray:
    """A quad whose edges are those of whole pixels."""
    corners = [[left, top], [left + width, top], [left + width, top + height], [left, top + height]]
    return np.array(corners, np.float32) - 0.5


def test_a_plate_inside_is_seen_whole() -> None:
    seen = seen_map(inside(np.zeros((60, 200), np.uint8), upright(20, 10, 160, 40)))
    assert seen.min() == 1
    assert seen_text("ZH12", BOXES, seen) == "ZH12"


@pytest.mark.parametrize(
    ("left", "text", "ends"),
    [(-40.0, "?H12", (0.0, 120.0)), (80.0, "ZH1?", (80.0, 200.0)), (120.0, "ZH?", (120.0, 200.0))],
)
def test_what_lies_beyond_the_edge_is_unseen(
    left: float, text: str, ends: tuple[float, float]
) -> None:
    """A plate 160 px wide in a picture of 200: a quarter, or half, of it is beyond the left or right edge."""
    quad = upright(left, 10, 160, 40)
    seen = seen_map(inside(np.zeros((60, 200), np.uint8), quad))
    assert seen_text("ZH12", BOXES, seen) == text
    found = seen_quad_of(quad, seen)
    assert found[:, 0].min() == pytest.approx(ends[0] - 0.5, abs=2)
    assert found[:, 0].max() == pytest.approx(ends[1] - 0.5, abs=2)
    assert found[:, 1].tolist() == quad[:, 1].tolist()


def test_what_is_before_the_middle_leaves_the_corners() -> None:
    quad = upright(20, 10, 160, 40)
    visible = np.full((60, 200), 255, np.uint8)
    visible[:, 60:100] = 0  # before the second character
    seen = seen_map(Occluded(visible, quad, visible))
    assert seen_text("ZH12", BOXES, seen) == "Z?12"
    assert seen_quad_of(quad, seen) == pytest.approx(quad, abs=1e-3)


def test_unseen_neighbours_are_told_once_and_a_hidden_plate_keeps_its_corners() -> None:
    quad = upright(20, 10, 160, 40)
    hidden = np.zeros((60, 200), np.uint8)
    seen = seen_map(Occluded(hidden, quad, hidden))
    assert seen_text("ZH12", BOXES, seen) == UNSEEN
    assert seen_quad_of(quad, seen).tolist() == quad.tolist()


def test_shares_add_up() -> None:
    assert sum(row.share for row in OCCLUSIONS.values()) == pytest.approx(1)


@pytest.mark.parametrize("kind", sorted(OCCLUSIONS))
def test_each_kind_hides_something_and_leaves_the_picture_given_as_it_was(kind: str) -> None:
    changed = 0
    for number in range(30):
        rng = np.random.default_rng(number)
        image = rng.integers(0, 256, (80, 240), np.uint8)
        before, quad = image.copy(), upright(30, 20, 180, 40)
        seen = occlude(rng, image, quad, BOXES, kind)
        assert np.array_equal(image, before)
        assert seen.image.shape == seen.visible.shape
        assert is_readable_quad(seen.quad)
        changed += seen_map(seen).mean() < 0.99
    assert changed >= 25


def test_an_occluded_view_tells_what_cannot_be_seen() -> None:
    texts = []
    for number in range(60):
        rng = np.random.default_rng(number)
        spec = sample_spec(rng, WORLD.plate_format, "val")
        image, plate = draw_occluded_view(rng, WORLD, 120.0, spec)
        assert image.dtype == np.uint8
        assert is_readable_quad(plate.known_quad)
        assert plate.prefix == (spec.content.prefix if plate.known_text == spec.text else "")
        parts = plate.known_text.split(UNSEEN)
        assert "" not in parts[1:-1], "neighbours that cannot be seen are told once"
        rest = spec.text
        for part in parts:
            assert part in rest
            rest = rest[rest.index(part) + len(part) :]
        texts.append(plate.known_text)
    assert 30 <= sum(UNSEEN in text for text in texts) <= 58


def test_a_share_of_0_draws_what_it_drew_without_occlusion() -> None:
    plain = SceneOptions(
        height=96, width=128, max_plates=2, empty_share=0.1, min_plate=0.3, max_plate=0.8
    )
    some = SceneOptions(
        height=96,
        width=128,
        max_plates=2,
        empty_share=0.1,
        min_plate=0.3,
        max_plate=0.8,
        occluded_share=1.0,
    )
    scenes = [
        [draw_scene(np.random.default_rng(i), WORLD, options, "val") for i in range(20)]
        for options in (plain, some)
    ]
    outside = [
        sum(
            bool((p.known_quad < -4).any() or (p.known_quad > (132, 100)).any())
            for s in part
            for p in s.plates
        )
        for part in scenes
    ]
    assert outside[0] == 0
    same = [np.array_equal(a.image, b.image) for a, b in zip(*scenes, strict=True)]
    assert not all(same)
    for scene in scenes[1]:
        assert scene.image.shape == (96, 128)
        assert all(is_readable_quad(plate.known_quad) for plate in scene.plates)


@pytest.mark.parametrize("kind", HARD_KINDS)
def test_hard_scenes_tell_the_whole_text(kind: str) -> None:
    for number in range(6):
        rng = np.random.default_rng(number)
        scene = draw_hard_scene(rng, WORLD, 256, 256, "test", kind)  # type: ignore[arg-type]
        assert scene.image.dtype == np.uint8
        if kind == "notice":
            assert scene.plates == ()
            continue
        (plate,) = scene.plates
        assert text_split(plate.known_text) == "test"
        assert WORLD.plate_format.parse(plate.known_text) is not None


@pytest.mark.parametrize("name", format_names())
def test_characters_stand_where_a_plate_says(name: str) -> None:
    plate_format, known = get_format(name), 0
    for number in range(40):
        rng = np.random.default_rng(number)
        spec = plate_format.sample(rng)
        plate = draw_plate(spec, rng, 64)
        if plate.boxes is None:
            continue
        known += 1
        assert plate.boxes.shape == (len(spec.text), 4)
        left, top, right, bottom = plate.boxes.T
        assert (left < right).all()
        assert (top < bottom).all()
        assert plate.boxes.min() > -0.05
        assert plate.boxes.max() < 1.05
    assert known >= 35
