"""Clips of passing vehicles."""

import numpy as np
import pytest

from src.common.geometry import is_readable_quad, quad_size
from src.common.rectify import rectify
from src.generators.clip import Passage, Post, Stop, draw_clip
from src.generators.formats import get_format
from src.generators.scene import Scene
from src.generators.splits import sample_spec

SPECS = [sample_spec(np.random.default_rng([4, n]), get_format("swiss"), "test") for n in range(3)]


def clip(
    *passages: Passage, frames: int = 30, seed: int = 1, posts: tuple[Post, ...] = ()
) -> list[Scene]:
    return list(draw_clip(np.random.default_rng(seed), passages, frames, 240, 320, posts))


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.corrcoef(a.ravel().astype(float), b.ravel().astype(float))[0, 1])


def test_frames_are_pictures_with_readable_plates() -> None:
    scenes = clip(Passage(SPECS[0], 0, 30))
    assert len(scenes) == 30
    for scene in scenes:
        assert scene.image.shape == (240, 320)
        assert scene.image.dtype == np.uint8
        (plate,) = scene.plates
        assert plate.text == SPECS[0].text
        assert plate.known_quad.dtype == np.float32
        assert is_readable_quad(plate.known_quad)


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
    quads = [scene.plates[0].known_quad for scene in clip(Passage(SPECS[0], 0, 30, 0.8))]
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
        quad = scene.plates[0].known_quad
        quads.append(quad)
        cuts.append(rectify(scene.image, quad, 1, 32, 128).astype(float))
        moved = (quad + 0.1 * quad_size(quad)[0]).astype(np.float32)
        beside.append(rectify(scene.image, moved, 1, 32, 128).astype(float))
    alike = [correlation(cuts[0], cut) for cut in cuts[1:]]
    unlike = [correlation(cuts[0], cut) for cut in beside[1:]]
    assert min(alike) > 0.85
    assert max(unlike) < min(alike) - 0.2


@pytest.mark.parametrize("edge", [(0.0, 0.5), (1.0, 0.5), (0.5, 0.0), (0.5, 1.0)])
def test_plates_leave_by_each_edge(edge: tuple[float, float]) -> None:
    """A plate whose middle has come to an edge is cut in half there: one half shows, and it is out of sight."""
    x, y = edge
    stops = (Stop(0, 0.5, 0.5, 0.4), Stop(10, 0.5, 0.5, 0.4), Stop(20, x, y, 0.4))
    # It stays so long that it hardly turns on the way.
    scenes = clip(Passage(SPECS[0], 0, 300, route=stops), seed=3)
    sights = [len(scene.plates) for scene in scenes]
    assert sights[:11] == [1] * 11
    assert sights == sorted(sights, reverse=True)
    assert sights[20:] == [0] * 10
    whole = scenes[10].plates[0].known_quad
    away = (np.array((x, y)) - 0.5) * (320, 240)
    before, after = (
        rectify(scene.image, quad.astype(np.float32), 1, 32, 128)
        for scene, quad in ((scenes[10], whole), (scenes[20], whole + away))
    )
    # What is left is a few pixels less than half: the camera shakes.
    rows = {0.0: slice(18, 32), 1.0: slice(0, 14), 0.5: slice(0, 32)}[y]
    columns = {0.0: slice(72, 128), 1.0: slice(0, 56), 0.5: slice(0, 128)}[x]
    assert correlation(before[rows, columns], after[rows, columns]) > 0.75


def test_vehicles_stand_before_the_first_and_after_the_last_stop() -> None:
    stops = (Stop(5, 0.3, 0.5, 0.2), Stop(15, 0.7, 0.6, 0.3))
    scenes = clip(Passage(SPECS[0], 0, 30, route=stops))
    middles = np.array([scene.plates[0].known_quad.mean(axis=0) for scene in scenes]) / (320, 240)
    assert middles[:6] == pytest.approx(np.array([[0.3, 0.5]] * 6), abs=0.02)
    assert middles[10] == pytest.approx([0.5, 0.55], abs=0.02)
    assert middles[15:] == pytest.approx(np.array([[0.7, 0.6]] * 15), abs=0.02)
    widths = [quad_size(scene.plates[0].known_quad)[0] for scene in scenes]
    assert widths[20] > 1.3 * widths[0]


def test_plates_behind_a_post_are_not_in_sight() -> None:
    stops = (Stop(0, 0.2, 0.5, 0.3), Stop(29, 0.8, 0.5, 0.3))
    passage = Passage(SPECS[0], 0, 30, route=stops)
    free, hidden = clip(passage), clip(passage, posts=(Post(0.45, 0.0, 0.55, 1.0),))
    sights = [len(scene.plates) for scene in hidden]
    assert (sights[0], sights[14], sights[29]) == (1, 0, 1)
    for a, b in zip(free, hidden, strict=True):
        for plate in b.plates:
            low, high = plate.known_quad[:, 0].min(), plate.known_quad[:, 0].max()
            assert high < 0.45 * 320 + 1 or low > 0.55 * 320 - 1
        # Beside the post, where no blur carries it, all is as without; where it stands there is nothing else.
        assert np.array_equal(a.image[:, :136], b.image[:, :136])
        assert np.array_equal(a.image[:, 184:], b.image[:, 184:])
        assert b.image[:, 152:168].std() < 6
