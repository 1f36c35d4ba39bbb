"""Plates in the lettering of a font."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from src.generators.font import FONT_HEIGHT, Font, font_mask
from src.generators.formats import get_format
from src.generators.formats.base import PlateSpec
from src.generators.formats.with_fonts import FONT_SHARE, with_fonts
from src.generators.plate import draw_plate
from src.generators.typeface import MASTER_HEIGHT, SLANTS, TypeStyle, glyph_mask

SWISS = get_format("swiss")


def ring(width: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A box with a hole."""
    mask = np.full((FONT_HEIGHT, width), 255, np.uint8)
    mask[20:-20, 16:-16] = 0
    return mask


FONT = Font("boxes", {"A": ring(60), "1": ring(36)})


@pytest.mark.parametrize("height", [24, 48])
def test_a_character_keeps_its_proportions_or_fills_its_cell(height: int) -> None:
    def shape(char: str, stretch: float, cell: float) -> tuple[int, ...]:
        return font_mask(FONT, char, 2, stretch, cell, height).shape

    assert shape("A", 1.0, 0.0) == (height, round(60 / 96 * height))
    assert shape("A", 1.2, 0.0) == (height, round(72 / 96 * height))
    assert shape("A", 1.0, 0.5) == shape("1", 1.0, 0.5) == (height, height // 2)


def test_weights_thicken() -> None:
    ink = [int(font_mask(FONT, "A", weight, 1.0, 0.0, 48).sum()) for weight in range(6)]
    assert ink == sorted(ink)
    assert ink[5] > 1.08 * ink[0]
    own = int(FONT.masks["A"].sum()) / 4
    assert ink[2] == pytest.approx(own, rel=0.03)


def test_what_a_font_lacks_is_drawn_with_strokes() -> None:
    plain = TypeStyle(2, 1, 0, {})
    style = replace(plain, font=FONT)
    assert np.array_equal(glyph_mask("B", style), glyph_mask("B", plain))
    assert not np.array_equal(glyph_mask("A", style), glyph_mask("A", plain))


@pytest.mark.parametrize("slant", range(len(SLANTS)))
def test_a_font_is_slanted_like_strokes(slant: int) -> None:
    mask = glyph_mask("A", TypeStyle(2, slant, 0, {}, font=FONT))
    assert mask.shape[0] == MASTER_HEIGHT
    assert mask.shape[1] == 30 + (3 if SLANTS[slant] else 0)


def fonts_of(specs: list[PlateSpec]) -> list[str | None]:
    return [spec.face.font.name if spec.face.font else None for spec in specs]


def test_a_share_of_plates_has_each_font() -> None:
    other = Font("other", FONT.masks)
    lettered = with_fonts(SWISS, (FONT, other), needed=False)
    rng = np.random.default_rng(0)
    names = fonts_of([lettered.sample(rng) for _ in range(1000)])
    for name in ("boxes", "other"):
        assert names.count(name) / 1000 == pytest.approx(FONT_SHARE / 2, abs=0.05)
    everywhere = with_fonts(SWISS, (FONT,), needed=True)
    assert set(fonts_of([everywhere.sample(rng) for _ in range(100)])) == {"boxes"}
    assert with_fonts(SWISS, (), needed=False) is SWISS


def test_a_format_with_fonts_can_be_sent_to_a_worker() -> None:
    lettered = with_fonts(SWISS, (FONT,), needed=True)
    again = pickle.loads(pickle.dumps(lettered))

    def drawn(plate_format: object) -> bytes:
        rng = np.random.default_rng(3)
        spec = plate_format.sample(rng)  # type: ignore[attr-defined]
        return draw_plate(spec, rng, 48).image.tobytes()

    assert drawn(again) == drawn(lettered) != drawn(SWISS)
