"""The world that params.yaml asks for."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from src.common.config import Config, load_config
from src.common.errors import UserError
from src.generators.formats import get_format
from src.generators.formats.swiss.texts import CANTONS
from src.pipeline.world import load_world


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """The names of params.yaml; a complete folder of templates and no pictures."""
    names = ["blank_plate", "dot", "swiss_flag", *(f"digits/{d}" for d in range(10))]
    names += [f"cantons/{kind}/{c.lower()}" for kind in ("names", "flags") for c in CANTONS]
    for name in names:
        path = tmp_path / "templates" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), np.full((20, 40), 200, np.uint8))
    absent = tmp_path / "absent"
    return replace(
        load_config(), templates=tmp_path / "templates", cifar=absent, backgrounds=absent
    )


@pytest.mark.parametrize("name", ["swiss", "swiss+european", "european+swiss"])
def test_templates_are_of_every_world_with_swiss_plates(config: Config, name: str) -> None:
    world = load_world(replace(config, plate_format=name))
    assert world.plate_format.name == name
    assert world.templates is not None
    assert set(world.templates.names) == set(CANTONS)


@pytest.mark.parametrize("name", ["european", "korean", "european+korean"])
def test_worlds_without_swiss_plates_have_no_templates(config: Config, name: str) -> None:
    assert load_world(replace(config, plate_format=name)).templates is None


def test_no_folder_no_templates(config: Config, tmp_path: Path) -> None:
    mixed = replace(config, plate_format="swiss+european", templates=tmp_path / "absent")
    assert load_world(mixed).templates is None


def test_a_character_without_strokes_is_named_with_its_format(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    iberian = replace(get_format("korean"), name="iberian", alphabet="01AÉÑ")
    monkeypatch.setattr("src.pipeline.world.format_parts", lambda name: (name,))
    monkeypatch.setattr("src.pipeline.world.get_format", {"iberian": iberian}.__getitem__)
    said = r"É \(U\+00C9\), Ñ \(U\+00D1\) of the plate format 'iberian': add its strokes, in a file of src"
    with pytest.raises(UserError, match=said):
        load_world(replace(config, plate_format="iberian"))
