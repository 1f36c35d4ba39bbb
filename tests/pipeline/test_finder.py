"""What finds plates where labels do not say where they are."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from src.bundle.bundle import LOCALIZE, REFINE, RELEASE
from src.common.config import Config, load_config
from src.common.errors import UserError
from src.common.geometry import box_quad
from src.common.plates import LabelledPlate
from src.datasets.placing import Find, place_plates
from src.datasets.scenes import SceneRecipe
from src.generators.scene import SceneOptions
from src.inference.card import CARD, ONNX, REFINER_ONNX
from src.pipeline.finder import start_finder
from src.pipeline.world import load_world

SCENES = SceneOptions(
    height=160, width=200, max_plates=1, empty_share=0.0, min_plate=0.5, max_plate=0.8
)


@pytest.fixture
def config() -> Config:
    return replace(load_config(), start="release")


@pytest.fixture
def localizer(tmp_path: Path) -> Path:
    """A folder as train_localize leaves one, of the released localizer."""
    shutil.copy(RELEASE / "weights/localize" / CARD, tmp_path)
    shutil.copy(RELEASE / LOCALIZE, tmp_path / ONNX)
    shutil.copy(RELEASE / REFINE, tmp_path / REFINER_ONNX)
    return tmp_path


def test_the_finds_of_a_trained_localizer_come_after_those_of_the_start(
    config: Config, localizer: Path
) -> None:
    scene = SceneRecipe(load_world(config), SCENES, 77, "test")(0)
    first, both = start_finder(config, 0.3), start_finder(config, 0.3, localizer)
    assert first is not None
    assert both is not None
    alone = seen(first(scene.image))
    assert alone
    assert seen(both(scene.image)) == [*alone, *alone]
    # One plate is placed once, whoever has found it.
    (plate,) = scene.plates
    box = LabelledPlate(plate.text, quad=box_quad(plate.known_quad))
    (placed,) = place_plates([box], both(scene.image), (160, 200))
    assert placed is not None
    assert np.abs(placed.known_quad - plate.known_quad).max() < 10


def seen(finds: Sequence[Find]) -> list[tuple[str, int, list[list[float]]]]:
    return [(find.text, find.lines, find.quad.round(2).tolist()) for find in finds]


def test_without_a_start_nothing_looks(config: Config, tmp_path: Path) -> None:
    config = replace(config, start="none")
    assert start_finder(config, 0.3) is None
    with pytest.raises(UserError, match="start is none: no model reads what that finds"):
        start_finder(config, 0.3, tmp_path)


def test_a_localizer_that_is_not_there_is_named(config: Config, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=f"no trained model in {tmp_path}"):
        start_finder(config, 0.3, tmp_path)
