"""Plates that scenes show again and again."""

import numpy as np
import pytest

from src.generators.formats import get_format
from src.generators.plate_cache import HEIGHTS, PlateCache
from src.generators.scene import SceneOptions, World, draw_scene
from src.generators.splits import Split, text_split

SWISS = get_format("swiss")
OPTIONS = SceneOptions(
    height=128, width=128, max_plates=2, empty_share=0.0, min_plate=0.3, max_plate=0.8
)


def texts(source: PlateCache, split: Split, count: int) -> set[str]:
    rng = np.random.default_rng(1)
    return {source.choose(rng, split).spec.text for _ in range(count)}


@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_kept_plates_are_as_many_as_asked_for_and_of_their_split(split: Split) -> None:
    shown = texts(PlateCache(SWISS, None, 7), split, 200)
    assert len(shown) == 7
    assert {text_split(text) for text in shown} == {split}


def test_new_plates_are_new_each_time() -> None:
    assert len(texts(PlateCache(SWISS, None, 0), "train", 200)) > 190


def test_a_kept_plate_is_the_same_whatever_was_drawn_before() -> None:
    one, other = PlateCache(SWISS, None, 5), PlateCache(SWISS, None, 5)
    texts(other, "train", 50)
    chosen = [one.choose(np.random.default_rng(3), "train") for _ in range(2)]
    assert chosen[0].number is not None
    images = [
        source.draw(np.random.default_rng(seed), chosen[0], "train", 50).image
        for source, seed in ((one, 1), (one, 2), (other, 3))
    ]
    assert images[0] is images[1]
    assert np.array_equal(images[0], images[2])


def test_kept_plates_are_drawn_large_enough_or_as_large_as_they_come() -> None:
    source = PlateCache(SWISS, None, 3)
    chosen = source.choose(np.random.default_rng(1), "train")
    for height, expected in ((36, 40), (40, 40), (41, 60), (112, 112), (500, HEIGHTS[-1])):
        plate = source.draw(np.random.default_rng(1), chosen, "train", height)
        assert plate.image.shape[0] == expected


def test_scenes_with_kept_plates_do_not_depend_on_order() -> None:
    def draw(world: World, index: int) -> np.ndarray:
        return draw_scene(np.random.default_rng(index), world, OPTIONS, "train").image

    one, other = World(SWISS, kept_plates=4), World(SWISS, kept_plates=4)
    forwards = [draw(one, i) for i in range(12)]
    backwards = [draw(other, i) for i in reversed(range(12))][::-1]
    assert all(np.array_equal(a, b) for a, b in zip(forwards, backwards, strict=True))
    assert not np.array_equal(forwards[0], draw(World(SWISS), 0))


def test_scenes_show_kept_plates_unharmed() -> None:
    world = World(SWISS, kept_plates=2)
    for i in range(20):
        draw_scene(np.random.default_rng(i), world, OPTIONS, "train")
    fresh = World(SWISS, kept_plates=2)
    for number in range(8):
        rng = np.random.default_rng(number)
        chosen = world.plates.choose(rng, "train")
        for height in HEIGHTS:
            drawn = world.plates.draw(rng, chosen, "train", height).image
            assert np.array_equal(drawn, fresh.plates.draw(rng, chosen, "train", height).image)
