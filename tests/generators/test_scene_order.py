"""Scenes: the same whatever was drawn before them, with plates inside."""

from dataclasses import replace

import numpy as np

from src.generators.formats.swiss import FORMAT as SWISS
from src.generators.scene import SceneOptions, World, draw_scene
from src.generators.splits import text_split

OPTIONS = SceneOptions(
    height=256, width=256, max_plates=3, empty_share=0.12, min_plate=0.11, max_plate=1.0
)


def scene(seed: int):
    return draw_scene(np.random.default_rng(seed), World(SWISS), OPTIONS, "train")


def test_a_scene_does_not_depend_on_what_was_drawn_before() -> None:
    """Pools and caches fill in another order: the same bytes must come out."""
    forth = {seed: scene(seed) for seed in range(40)}
    for seed in reversed(range(40)):
        again = scene(seed)
        assert (again.image == forth[seed].image).all()
        assert [p.text for p in again.plates] == [p.text for p in forth[seed].plates]


def test_plates_lie_inside_and_belong_to_the_split() -> None:
    counts = []
    for seed in range(300):
        drawn = scene(seed)
        counts.append(len(drawn.plates))
        assert drawn.image.shape == (256, 256)
        for plate in drawn.plates:
            assert text_split(plate.known_text) == "train"
            assert plate.known_quad.min() >= -0.03 * 256
            assert plate.known_quad.max() <= 1.03 * 256
    assert max(counts) == 3
    assert 0.06 < counts.count(0) / 300 < 0.2
    assert counts.count(1) > counts.count(2) > counts.count(3) > 0


def test_the_shares_of_the_options_are_kept() -> None:
    def counts(options: SceneOptions) -> set[int]:
        world = World(SWISS)
        return {
            len(draw_scene(np.random.default_rng(seed), world, options, "val").plates)
            for seed in range(60)
        }

    assert counts(replace(OPTIONS, empty_share=1.0)) == {0}
    assert counts(replace(OPTIONS, max_plates=0)) == {0}
    # Small plates always find room.
    small = replace(OPTIONS, empty_share=0.0, max_plates=1, max_plate=0.3)
    assert counts(small) == {1}


def test_a_plate_can_fill_the_frame() -> None:
    options = replace(OPTIONS, empty_share=0.0, max_plates=1, min_plate=0.95)
    widths = [
        np.ptp(plate.known_quad[:, 0])
        for seed in range(40)
        for plate in draw_scene(np.random.default_rng(seed), World(SWISS), options, "train").plates
    ]
    assert max(widths) > 0.9 * 256
