"""Plates as pictures."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from src.common.errors import UserError
from src.generators.formats.base import Mark, PlateSpec, PlateText, TextRow
from src.generators.formats.swiss import FORMAT as SWISS
from src.generators.formats.swiss.layouts import FACE
from src.generators.formats.swiss.shields import SHIELDS
from src.generators.glyphs import GLYPHS
from src.generators.holder import draw_holder
from src.generators.lettering import Spacing, draw_row
from src.generators.plate import Plate, draw_plate
from src.generators.surface import VARIATIONS, emboss
from src.generators.typeface import TypeStyle

STYLE = TypeStyle(weight=2, slant=1, oval=1, shapes={})


def spec(
    text: str, size: tuple[float, float] = (500, 110), marks: tuple[Mark, ...] = ()
) -> PlateSpec:
    content = PlateText(text, text[:2], text[2:])
    row = TextRow(text, (20, 20, size[0] - 20, 90))
    return PlateSpec(content, "test", size, (row,), marks, (240, 240, 240), (20, 20, 20), FACE)


@pytest.mark.parametrize("height", [16, 48, 64, 160])
def test_every_layout_draws_at_every_height(height: int) -> None:
    rng = np.random.default_rng(height)
    for _ in range(40):
        wanted = SWISS.sample(rng)
        plate = draw_plate(wanted, rng, height)
        assert plate.image.dtype == np.uint8
        assert plate.image.shape[0] == height
        aspect = plate.image.shape[1] / height
        assert aspect == pytest.approx(wanted.size[0] / wanted.size[1], rel=0.07)
        assert plate.image.std() > 2
        assert (plate.text, plate.lines) == (wanted.text, wanted.lines)


def test_same_seed_same_bytes_and_other_seed_other_bytes() -> None:
    first, again, other = (
        draw_plate(spec("ZH123456"), np.random.default_rng(seed), 64).image for seed in (5, 5, 6)
    )
    assert np.array_equal(first, again)
    assert first.shape != other.shape or not np.array_equal(first, other)


def test_a_height_too_small_to_draw_is_refused() -> None:
    with pytest.raises(ValueError, match="15 px"):
        draw_plate(spec("ZH1"), np.random.default_rng(0), 15)


def test_a_mark_beyond_the_plate_is_cut_off() -> None:
    beyond = Mark((480, 90, 560, 150), colour=(0, 0, 0), label="1", ink=(255, 255, 255))
    outside = Mark((600, 200, 640, 240), emblem=SHIELDS["CH"])
    plate = draw_plate(spec("ZH1", marks=(beyond, outside)), np.random.default_rng(0), 64)
    assert plate.image.shape[0] == 64


def test_pale_ink_on_dark_paper_stays_pale() -> None:
    dark = replace(spec("ZH1"), paper=(20, 30, 20), ink=(240, 240, 240))
    for seed in range(20):
        image = draw_plate(dark, np.random.default_rng(seed), 64).image
        # The characters cover about a tenth of the plate.
        assert np.median(image) < np.percentile(image[18:46, 60:230], 97)


def test_a_printed_mark_is_lettering_on_the_plates_own_paper() -> None:
    marked = spec("ZH1", marks=(Mark((20, 30, 60, 80), label="8", printed=True),))
    plain, printed = (
        draw_plate(s, np.random.default_rng(1), 64).image.astype(int) for s in (spec("ZH1"), marked)
    )
    changed = np.argwhere(np.abs(plain - printed) > 20)
    assert len(changed) > 50
    assert changed[:, 1].max() < 60 / 500 * plain.shape[1] + 2


def test_a_block_without_label_is_plain() -> None:
    plate = draw_plate(
        spec("ZH1", marks=(Mark((0, 0, 100, 110), colour=(128, 128, 128)),)),
        np.random.default_rng(7),
        64,
    )
    assert plate.image[20:44, 10:40].std() < 12


def test_row_is_centred_and_fills_the_cap_height() -> None:
    mask = np.zeros((100, 300), np.uint8)
    draw_row(mask, "HH", (50, 20, 250, 80), STYLE, Spacing())
    rows, columns = np.nonzero(mask > 127)
    assert (rows.min(), rows.max()) == (20, 79)
    assert (columns.min() + columns.max()) / 2 == pytest.approx(149.5, abs=1)


def test_a_row_too_long_is_condensed_into_its_box() -> None:
    mask = np.zeros((100, 300), np.uint8)
    draw_row(mask, "WWWWWW", (100, 20, 200, 80), STYLE, Spacing())
    columns = np.nonzero(mask > 0)[1]
    assert columns.min() >= 99
    assert columns.max() <= 200


def test_the_dot_stands_alone_at_half_height() -> None:
    mask = np.zeros((100, 300), np.uint8)
    draw_row(mask, "I\u00b7I", (50, 20, 250, 80), STYLE, Spacing())
    middle = mask[:, 140:160]
    assert middle[49:51, 8:12].min() > 200
    assert middle[20:40].max() == 0
    assert (mask[50].reshape(1, -1) > 127).sum() > 10


def test_a_character_without_strokes_is_an_error() -> None:
    assert "?" not in GLYPHS
    with pytest.raises(UserError, match=r"no strokes are known for \? \(U\+003F\)"):
        draw_row(np.zeros((20, 20), np.uint8), "?", (0, 0, 20, 20), STYLE, Spacing())


@pytest.mark.parametrize("code", sorted(VARIATIONS))
def test_each_variation_changes_a_plate_and_wraps_nothing(code: str) -> None:
    """Changes something on grey; on black and white, brightness does not jump to the other end."""
    apply: Callable[[NDArray[np.uint8], np.random.Generator], None] = VARIATIONS[code].apply
    rng = np.random.default_rng(3)
    changed = 0
    for _ in range(10):
        grey = np.full((64, 290), 120, np.uint8)
        grey[20:40, 50:240:9] = 30
        before = grey.copy()
        apply(grey, rng)
        assert grey.shape == before.shape
        changed += int(not np.array_equal(grey, before))
    assert changed >= 8
    assert VARIATIONS[code].meaning


@pytest.mark.parametrize("code", ["gra", "stn", "glo", "hal", "fad"])
def test_light_never_wraps_around(code: str) -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        white = np.full((32, 64), 250, np.uint8)
        VARIATIONS[code].apply(white, rng)
        assert white.min() > 100
    for _ in range(20):
        black = np.full((32, 64), 3, np.uint8)
        VARIATIONS["gra"].apply(black, rng)
        assert black.max() < 100


def test_relief_touches_only_the_neighbourhood_of_characters() -> None:
    coverage = np.zeros((64, 64), np.uint8)
    coverage[20:40, 20:40] = 255
    image = np.full((64, 64), 120, np.uint8)
    for seed in range(8):
        lit = image.copy()
        emboss(lit, coverage, np.random.default_rng(seed))
        changed = np.argwhere(lit != image)
        assert changed.min() >= 19
        assert changed.max() <= 40


def test_holder_knows_where_the_plate_is() -> None:
    rng = np.random.default_rng(2)
    plate = Plate(np.arange(40 * 180, dtype=np.uint32).reshape(40, 180).astype(np.uint8), "ZH1", 1)
    for _ in range(20):
        image, quad = draw_holder(plate, rng)
        assert quad.dtype == np.float32
        assert quad.shape == (4, 2)
        left, top = np.rint(quad[0] + 0.5).astype(int)
        right, bottom = np.rint(quad[2] + 0.5).astype(int)
        assert np.array_equal(image[top:bottom, left:right], plate.image)
        assert image.shape[0] > 40
        assert image.shape[1] > 180
        assert quad[:, 0].tolist() == [left - 0.5, right - 0.5, right - 0.5, left - 0.5]
        assert quad[:, 1].tolist() == [top - 0.5, top - 0.5, bottom - 0.5, bottom - 0.5]
