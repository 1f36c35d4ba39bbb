"""A folder with pictures of a plate's parts."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from src.common.errors import UserError
from src.datasets.templates import load_templates
from src.generators.formats.base import DOT, Mark, PlateSpec, PlateText, TextRow
from src.generators.formats.swiss import FORMAT as SWISS
from src.generators.formats.swiss.layouts import FACE
from src.generators.formats.swiss.shields import SHIELDS
from src.generators.plate import draw_plate
from src.generators.templates import assemble

CANTONS = ("ZH", "BE")
assert SWISS.templates is not None
PARTS = replace(SWISS.templates, regions=CANTONS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A complete folder whose parts are plain blocks of known grey values."""
    parts = {
        "blank_plate": (200, (110, 500)),
        "dot": (5, (12, 12)),
        "swiss_flag": (60, (50, 40)),
        **{f"digits/{d}": (10 + d, (70, 36)) for d in range(10)},
        **{f"cantons/names/{c.lower()}": (30 + i, (70, 80)) for i, c in enumerate(CANTONS)},
        **{f"cantons/flags/{c.lower()}": (80 + i, (50, 40)) for i, c in enumerate(CANTONS)},
    }
    for name, (value, size) in parts.items():
        path = tmp_path / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), np.full(size, value, np.uint8))
    return tmp_path


def front(text: str) -> PlateSpec:
    content = PlateText(text, text[:2], text[2:])
    row = TextRow(text[:2] + DOT + text[2:], (20, 20, 480, 90))
    return PlateSpec(content, "front", (500, 110), (row,), (), (240, 240, 240), (0, 0, 0), FACE)


def test_no_folder_means_no_templates(tmp_path: Path) -> None:
    assert load_templates(tmp_path / "absent", PARTS) is None


def test_all_parts_are_found(folder: Path) -> None:
    templates = load_templates(folder, PARTS)
    assert templates is not None
    assert templates.blank[0, 0] == 200
    assert templates.digits["7"][0, 0] == 17
    assert templates.names["BE"][0, 0] == 31
    assert templates.flags["ZH"][0, 0] == 80


def test_every_bad_file_is_named(folder: Path) -> None:
    (folder / "digits" / "3.png").unlink()
    (folder / "dot.png").write_bytes(b"not a picture")
    (folder / "cantons" / "flags" / "be.png").write_bytes(b"")
    with pytest.raises(UserError) as error:
        load_templates(folder, PARTS)
    for name in ("digits/3.png", "dot.png", "cantons/flags/be.png"):
        assert name in str(error.value)
    assert "zh.png" not in str(error.value)


def test_transparent_pixels_become_white(folder: Path) -> None:
    picture = np.zeros((10, 10, 4), np.uint8)
    picture[:, 5:, 3] = 255
    cv2.imwrite(str(folder / "dot.png"), picture)
    templates = load_templates(folder, PARTS)
    assert templates is not None
    assert templates.dot[0].tolist() == [255] * 5 + [0] * 5


def test_parts_stand_in_reading_order(folder: Path) -> None:
    templates = load_templates(folder, PARTS)
    assert templates is not None
    made = assemble(front("BE17"), templates, 110, 500)
    assert made is not None
    plate, written = made
    assert [char for char, _ in written] == list("BE17")
    lefts = [left for _, (left, _, _, _) in written]
    assert lefts == sorted(lefts)
    row = plate[55].tolist()
    seen = [value for value, before in zip(row[1:], row[:-1], strict=True) if value != before]
    assert [value for value in seen if value != 200] == [31, 5, 11, 17]
    assert (row[0], row[-1]) == (200, 200)


def test_shields_stand_at_both_ends(folder: Path) -> None:
    templates = load_templates(folder, PARTS)
    assert templates is not None
    marks = (
        Mark((10, 30, 50, 80), emblem=SHIELDS["CH"]),
        Mark((450, 30, 490, 80), emblem=SHIELDS["ZH"]),
    )
    made = assemble(replace(front("ZH123456"), marks=marks), templates, 110, 500)
    assert made is not None
    plate, _ = made
    row = [value for value in plate[55].tolist() if value != 200]
    assert (row[0], row[-1]) == (60, 80)


def test_what_parts_cannot_make_is_drawn(folder: Path) -> None:
    templates = load_templates(folder, PARTS)
    assert templates is not None
    for spec in (
        front("ZH123U"),
        front("AG123"),
        replace(front("ZH1"), rows=(front("ZH1").rows[0],) * 2),
        replace(front("ZH1"), paper=(228, 150, 84)),
        replace(front("ZH1"), marks=(Mark((0, 0, 9, 9), label="12"),)),
    ):
        assert assemble(spec, templates, 64, 290) is None
        assert draw_plate(spec, np.random.default_rng(0), 64, templates).text == spec.text
