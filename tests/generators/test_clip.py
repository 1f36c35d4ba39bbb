"""Clips of passing vehicles."""

import numpy as np
import pytest

from src.common.geometry import is_readable_quad, quad_size
from src.common.rectify import rectify
from src.generators.clip import Passage, draw_clip
from src.generators.formats import get_format
from src.generators.scene import Scene
from src.generators.splits import sample_spec

SPECS = [sample_spec(np.random.default_rng([4, n]), get_format("swiss"), "test") for n in range(3)]


def clip(*passages: Passage, frames: int = 30, seed: int = 1) -> list[Scene]:
    return list(draw_clip(np.random.default_rng(seed), passages, frames, 240, 320))


def test_frames_are_pictures_with_readable_plates() -> None:
    scenes = clip(Passage(SPECS[0], 0, 30))
    assert len(scenes) == 30
    for scene in scenes:
        assert scene.image.shape == (240, 320)
        assert scene.image.dtype == np.uint8
        (plate,) = scene.plates
        assert plate.text == SPECS[0].text
        assert plate.quad.dtype == np.float32
        assert is_readable_quad(plate.quad)


def test_equal_seeds_give_equal_frames() -> None:
    passages = [Passage(SPECS[0], 0, 20, 0.2), Passage(SPECS[1], 5, 30, 0.8)]
    first, second, other = (clip(*passages, seed=seed) for seed in (1, 1, 2))
    assert all(np.array_equal(a.image, b.image) for a, b in zip(first, second, strict=True))
    assert not np.array_equal(first[10].image, other[10].image)


def test_vehicles_come_and_go() -> None:
    scenes = clip(Passage(SPECS[0], 4, 12, 0.2), Passage(SPECS[1], 8, 25, 0.8))
    texts = [{plate.text for plate in scene.plates} for scene in scenes]
    assert texts[:4] == [set()] * 4
    assert texts[5] == {SPECS[0].text}
    assert texts[9] == {SPECS[0].text, SPECS[1].text}
    assert texts[20] == {SPECS[1].text}
    assert texts[25:] == [set()] * 5


def test_plates_grow_turn_and_move() -> None:
    quads = [scene.plates[0].quad for scene in clip(Passage(SPECS[0], 0, 30, 0.8))]
    widths = [quad_size(quad)[0] for quad in quads]
    assert widths[-1] > 2.5 * widths[0]
    assert np.all(np.diff(widths) > 0)
    right, down = quads[-1].mean(axis=0) - quads[0].mean(axis=0)
    assert right > 50
    assert down > 80
    edges = [np.degrees(np.arctan2(*(quad[1] - quad[0])[::-1])) for quad in (quads[0], quads[-1])]
    assert abs(edges[0] - edges[1]) > 0.2


def test_light_changes() -> None:
    levels = [float(scene.image.mean()) for scene in clip(frames=30)]
    assert min(levels) < 0.93 * max(levels)


@pytest.mark.parametrize("index", range(len(SPECS)))
def test_corners_are_where_the_plate_is(index: int) -> None:
    """Cut out by its corners a plate looks the same in every frame; next to them it does not."""
    spec = SPECS[index]
    quads, cuts, beside = [], [], []
    for scene in clip(Passage(spec, 0, 30), seed=index)[-6:]:
        quad = scene.plates[0].quad
        quads.append(quad)
        cuts.append(rectify(scene.image, quad, 1, 32, 128).astype(float))
        moved = (quad + 0.1 * quad_size(quad)[0]).astype(np.float32)
        beside.append(rectify(scene.image, moved, 1, 32, 128).astype(float))
    alike = [np.corrcoef(cuts[0].ravel(), cut.ravel())[0, 1] for cut in cuts[1:]]
    unlike = [np.corrcoef(cuts[0].ravel(), cut.ravel())[0, 1] for cut in beside[1:]]
    assert min(alike) > 0.85
    assert max(unlike) < min(alike) - 0.2
