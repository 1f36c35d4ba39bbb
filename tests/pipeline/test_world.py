"""The world that params.yaml asks for."""

import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from src.common.config import Config, load_config
from src.common.errors import UserError
from src.generators.formats import get_format
from src.generators.formats.swiss.shields import SHIELDS
from src.generators.formats.swiss.texts import CANTONS
from src.pipeline.world import load_world
from tests.fonts import DEJAVU


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
        load_config(),
        templates=tmp_path / "templates",
        fonts=tmp_path / "fonts",
        cifar=absent,
        backgrounds=absent,
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
    iberian(monkeypatch, "01AⵣÑ")
    said = r"ⵣ \(U\+2D63\), Ñ \(U\+00D1\) of the plate format 'iberian': put a font .* into .*fonts.iberian, or add"
    with pytest.raises(UserError, match=said):
        load_world(replace(config, plate_format="iberian"))


def test_a_font_draws_what_has_no_strokes_on_every_plate(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    iberian(monkeypatch, "01AⵣÑ")
    add_font(config.fonts / "iberian")
    world = load_world(replace(config, plate_format="iberian"))
    rng = np.random.default_rng(0)
    faces = [world.plate_format.sample(rng).face for _ in range(50)]
    assert all(face.font and set(face.font.masks) == set("01AⵣÑ") for face in faces)


def test_a_font_that_lacks_what_has_no_strokes_is_named(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    iberian(monkeypatch, "01AⰀ")
    add_font(config.fonts / "iberian")
    with pytest.raises(
        UserError, match=r"font dejavu\.ttf lacks Ⰰ \(U\+2C00\), .* no strokes: remove it"
    ):
        load_world(replace(config, plate_format="iberian"))


def test_fonts_are_of_the_format_whose_folder_they_are_in(config: Config) -> None:
    add_font(config.fonts / "european")
    assert load_world(replace(config, plate_format="swiss")).plate_format == get_format("swiss")
    world = load_world(replace(config, plate_format="swiss+european"))
    rng = np.random.default_rng(0)
    specs = [world.plate_format.sample(rng) for _ in range(300)]
    lettered = [spec for spec in specs if spec.face.font]
    assert 50 < len(lettered) < 130
    # Swiss plates alone have coats of arms.
    assert not any(mark.emblem in SHIELDS.values() for s in lettered for mark in s.marks)


def iberian(monkeypatch: pytest.MonkeyPatch, alphabet: str) -> None:
    """Make a format called iberian that has these characters."""
    made = replace(get_format("korean"), name="iberian", alphabet=alphabet)
    monkeypatch.setattr("src.pipeline.world.format_shares", lambda name: {name: 1})
    monkeypatch.setattr("src.pipeline.world.get_format", {"iberian": made}.__getitem__)


def add_font(folder: Path) -> None:
    folder.mkdir(parents=True)
    shutil.copy(DEJAVU, folder / "dejavu.ttf")
