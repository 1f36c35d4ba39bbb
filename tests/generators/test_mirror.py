"""Plates in a mirror are no plates."""

from typing import Any

import numpy as np
import pytest

from src.generators import scene, views
from src.generators.formats import get_format
from src.generators.mirror import MIRRORED_WIDTH, differs_mirrored, mirrored
from src.generators.scene import SceneOptions, World, draw_scene
from src.generators.views import draw_empty_view

WORLD = World(get_format("swiss"))
OPTIONS = SceneOptions(
    height=128, width=192, max_plates=2, empty_share=1.0, min_plate=0.2, max_plate=0.9
)


@pytest.mark.parametrize(
    ("text", "differs"),
    [("ZH123456", True), ("AHH818", False), ("TI8", False), ("BE1", True), ("AG18", False)],
)
def test_what_reads_the_same_is_no_negative(text: str, differs: bool) -> None:
    assert differs_mirrored(text) is differs


def test_a_flipped_quad_goes_round_from_its_upper_left() -> None:
    image = np.arange(20, dtype=np.uint8).reshape(2, 10)
    quad = np.array([(1, 0), (4, 0), (4, 1), (1, 1)], np.float32)
    flipped, moved = mirrored(image, quad)
    assert flipped.tolist() == image[:, ::-1].tolist()
    assert moved.tolist() == [[5, 0], [8, 0], [8, 1], [5, 1]]
    assert quad[0].tolist() == [1, 0]


def test_scenes_show_plates_in_a_mirror_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def drawn(share: float, options: SceneOptions = OPTIONS) -> list[scene.Scene]:
        monkeypatch.setattr(scene, "MIRRORED", share)
        return [
            draw_scene(np.random.default_rng([7, i]), WORLD, options, "train") for i in range(12)
        ]

    with_them, without = drawn(1.0), drawn(0.0)
    assert not any(one.plates for one in with_them + without)
    different = [
        not np.array_equal(a.image, b.image) for a, b in zip(with_them, without, strict=True)
    ]
    assert sum(different) >= 10
    # Nothing is shown that nobody could tell from a plate: the draw is not even made.
    small = SceneOptions(
        height=128, width=192, max_plates=2, empty_share=1.0, min_plate=0.1,
        max_plate=(MIRRORED_WIDTH - 1) / 192,
    )  # fmt: skip
    for a, b in zip(drawn(1.0, small), drawn(0.0, small), strict=True):
        assert np.array_equal(a.image, b.image)


def test_views_of_plates_in_a_mirror_have_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []

    def kept(rng: np.random.Generator, *rest: object) -> object:
        result = draw_view(rng, *rest)  # type: ignore[arg-type]
        shown.append(result)
        return result

    draw_view = views.draw_view
    monkeypatch.setattr(views, "MIRRORED", 1.0)
    monkeypatch.setattr(views, "draw_view", kept)
    for i in range(10):
        shown.clear()
        image, plate = draw_empty_view(np.random.default_rng(i), WORLD, 90.0, "val")
        assert plate.known_text == plate.prefix == ""
        if shown:
            seen, real = shown[0]
            assert np.array_equal(image, seen[:, ::-1])
            assert differs_mirrored(real.known_text)
            assert plate.lines == real.lines
    assert shown
    shown.clear()
    draw_empty_view(np.random.default_rng(0), WORLD, MIRRORED_WIDTH - 1, "val")
    assert not shown
